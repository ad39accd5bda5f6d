import Reconciliation

/// The register of rules, printed.
package enum Catalogue {
  /// - Parameter color: whether the text may carry ANSI colours.
  package static func text(color: Bool) -> String {
    let style = Style(color: color)
    let entries = Register.rules.map { rule in
      let heading =
        style.bold(rule.code.rawValue) + "  \(rule.severity.rawValue), \(rule.disposition.rawValue)"
      let body = (rule.meaning.wrapped(to: 90) + "Rights it: \(rule.remedy).".wrapped(to: 90))
      return ([heading] + body.map { "    " + $0 }).joined(separator: "\n")
    }
    return entries.joined(separator: "\n\n") + "\n"
  }

  /// An array of objects, in the order of the register.
  package static var json: String {
    let objects = Register.rules.map { rule in
      let fields = [
        ("code", rule.code.rawValue), ("severity", rule.severity.rawValue),
        ("disposition", rule.disposition.rawValue), ("meaning", rule.meaning),
        ("remedy", rule.remedy),
      ]
      return "  { "
        + fields.map { "\"\($0)\": \(JSONText.quoted($1))" }.joined(separator: ", ") + " }"
    }
    return "[\n" + objects.joined(separator: ",\n") + "\n]\n"
  }
}
