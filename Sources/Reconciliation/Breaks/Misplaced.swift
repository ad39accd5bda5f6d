import Accounting

extension BreakRule {
  static let misposted = misplacement(
    .misposted, line: .misposted,
    meaning: "A request is billed to another tenant or deployment than its event's.",
    explanation: "belongs to")
  static let cutOffError = misplacement(
    .cutOffError, line: .cutOff,
    meaning: "A request is booked to another period than its event's.",
    explanation: "belongs to the period of")
  static let currencyMismatch = misplacement(
    .currencyMismatch, line: .currency,
    meaning: "A request is billed in another currency than its event's; currencies never net.",
    explanation: "should be billed in")

  /// The three breaks that take an amount from where it stands to where it belongs.
  private static func misplacement(
    _ code: BreakCode, line: BridgeLine, meaning: String, explanation: String
  ) -> BreakRule {
    BreakRule(
      code: code, severity: .error, meaning: meaning, remedy: "reversal + charge",
      disposition: .post,
      judge: .request { match, book in
        let shares = match.shares(in: line)
        guard let home = match.home, !shares.isEmpty else { return nil }
        let astray = shares.filter { $0.group != home }
        var drafts = match.clearing(astray)
        if let missing = shares.first(where: { $0.group == home })?.amount,
          let homecoming = match.homecoming(-missing, from: line)
        {
          drafts = drafts + [homecoming]
        }
        return match.finding(
          book, shares: shares, explanation: "\(astray.text) \(explanation) \(home).",
          drafts: drafts)
      })
  }
}
