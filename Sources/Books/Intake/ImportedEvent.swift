import Accounting
import Billing
import Reconciliation

/// One event as a line of JSON tells it, in one spelling: two lines that tell the same have equal
/// digests, however they write it.
package struct ImportedEvent: Hashable, Sendable {
  package let requestID: String
  /// By `IntakeColumn.all`; `nil` = NULL.
  let values: [String?]
  /// Over all that it tells.
  let digest: String

  /// - Parameter line: a JSON object in UTF-8.
  /// - Throws: what is wrong with it, in words.
  package init(line: some Collection<UInt8>) throws(BadLine) {
    let document: JSONValue
    do { document = try JSONValue(parsing: line) } catch {
      throw BadLine("column \(error.column): \(error.reason)")
    }
    guard let object = document.object else { throw BadLine("\(document.kind), not an object") }
    let told = try ImportedEvent.byColumn(object)
    var values: [String?] = []
    for column in IntakeColumn.all {
      let value = try told[column.name].flatMap { value throws(BadLine) in try column.read(value) }
      guard value != nil || !column.mustBeTold else { throw BadLine("\(column.name) is missing") }
      values.append(value ?? column.standard)
    }
    let names = IntakeColumn.all.map(\.name)
    guard let request = names.firstIndex(of: "request_id").flatMap({ values[$0] }),
      let event = names.firstIndex(of: "event_id")
    else { preconditionFailure("both are columns, and the request is told") }
    guard request.utf8.count <= ImportedEvent.longestRequest else {
      throw BadLine(
        "request_id has \(request.utf8.count) bytes, and \(ImportedEvent.longestRequest) are the most"
      )
    }
    if values[event] == "" { values[event] = request }
    requestID = request
    digest = Digest.hex(values)
    self.values = values
  }

  /// Bytes. PostgreSQL finds no longer texts again.
  private static let longestRequest = 2500

  private static func byColumn(_ object: JSONObject) throws(BadLine) -> [String: JSONValue] {
    var told: [String: JSONValue] = [:]
    let known = Set(IntakeColumn.all.map(\.name))
    for (key, value) in object.members {
      let name = IntakeColumn.aliases[key] ?? key
      guard known.contains(name) else {
        let all = (known.union(IntakeColumn.aliases.keys)).sorted()
        let like = nearest(key, among: all).map { "; is it '\($0)'?" } ?? ""
        throw BadLine(
          key == "recorded_at"
            ? "recorded_at is not told: the import is the arrival"
            : "'\(key)' is no field of an event\(like)")
      }
      guard told[name] == nil else { throw BadLine("\(name) is told twice") }
      told[name] = value
    }
    return told
  }
}

/// What is wrong with a line, in words.
package struct BadLine: Error, Hashable, Sendable {
  package let problem: String

  init(_ problem: String) { self.problem = problem }
}

extension IntakeColumn {
  /// - Returns: the value in its one spelling; `nil` where it is told to be none.
  fileprivate func read(_ value: JSONValue) throws(BadLine) -> String? {
    if value.isNull { return nil }
    switch kind {
    case .text: return try text(value)
    case .currency:
      guard let code = value.string.flatMap({ Currency($0) })?.code else {
        throw wrong(value, "the code of a currency")
      }
      return code
    case .boolean:
      guard let boolean = value.boolean else { throw wrong(value, "true or false") }
      return "\(boolean)"
    case .time:
      guard let instant = value.string.flatMap({ Instant($0) }) else {
        throw wrong(value, "a time such as 2026-10-01T12:00:00Z")
      }
      return instant.description
    case .count:
      guard let count = value.number?.integer, count >= 0 else {
        throw wrong(value, "a whole number, 0 or more")
      }
      return "\(count)"
    case .minorUnits:
      guard let count = value.number?.integer else { throw wrong(value, "a whole number") }
      return "\(count)"
    case .amount: return try amount(value)
    }
  }

  private func text(_ value: JSONValue) throws(BadLine) -> String {
    guard let text = value.string else { throw wrong(value, "a text in quotes") }
    guard !text.isEmpty || !isRequired else { throw BadLine("\(name) is empty") }
    guard !text.utf8.contains(0) else { throw BadLine("\(name) holds the character NUL") }
    return text
  }

  /// A number, or a text so that no writer need take it through binary floating point.
  private func amount(_ value: JSONValue) throws(BadLine) -> String {
    do throws(MoneyError) {
      if let number = value.number { return try number.money().description }
      if let text = value.string { return try Money(text).description }
    } catch {
      throw BadLine("\(name): \(error)")
    }
    throw wrong(value, "an amount")
  }

  private func wrong(_ value: JSONValue, _ wanted: String) -> BadLine {
    let told =
      switch value {
      case .string(let text): "'\(text.prefix(40))'"
      case .number(let number): "\(number)"
      default: value.kind
      }
    return BadLine("\(name) is \(told), not \(wanted)")
  }
}
