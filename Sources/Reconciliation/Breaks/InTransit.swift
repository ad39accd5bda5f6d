import Accounting

extension BreakRule {
  static let inTransit = BreakRule(
    code: .inTransit, severity: .info,
    meaning: "A chargeable event has no live entry yet and is still within the grace period.",
    remedy: "none: timing, not an error",
    disposition: .report,
    judge: .request { match, book in
      let shares = match.shares(in: .inTransit)
      guard let event = match.charged, !shares.isEmpty else { return nil }
      return match.finding(
        book, shares: shares,
        explanation: """
          \(match.expected.text(event.currency)) arrived at \(event.recordedAt) and is not posted \
          yet; it becomes unbilled when the grace period is over.
          """)
    })
}
