/// Names and reasons that people sign with.
package enum SignedText {
  /// - Throws: `UsageError` for a name that is empty.
  package static func name(_ text: String) throws(UsageError) -> String {
    let name = text.trimmed
    guard !name.isEmpty else {
      throw UsageError("--as: the name is empty", hint: "give your name, such as --as ann")
    }
    return name
  }

  /// - Throws: `UsageError` for a reason that is empty.
  package static func reason(_ text: String, flag: String) throws(UsageError) -> String {
    let reason = text.trimmed
    guard !reason.isEmpty else {
      throw UsageError("\(flag): the reason is empty", hint: "say why, for those who ask later")
    }
    return reason
  }

  /// Whether two names are of one person, as far as names tell.
  static func areOne(_ left: String, _ right: String) -> Bool {
    left.trimmed.lowercased() == right.trimmed.lowercased()
  }
}

extension String {
  fileprivate var trimmed: String {
    var text = self[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
