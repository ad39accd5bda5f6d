import Accounting

extension BreakRule {
  static let driftBeyondRounding = BreakRule(
    code: .driftBeyondRounding, severity: .warning,
    meaning:
      "The difference between rounded cents and exact sum is larger than rounding can make it.",
    remedy: "a person decides",
    disposition: .report,
    judge: .group { group, book in
      guard group.isWholePeriod, !group.due.isPlan else { return nil }
      let bound = try group.roundingBound()
      let drift: Money
      let what: String
      switch book.terms.ledgerRounding {
      case .entry:
        drift = try group.driftBeforeFinalRounding()
        what = "Rounded charges and rounding entries"
      case .line:
        drift = try group.totals.sumOfGatewayRounded - group.recorded
        what = "The gateway's own rounded charges"
      }
      guard drift.magnitude > bound else { return nil }
      let isPosted = book.terms.ledgerRounding == .entry
      return Finding(
        subject: "rounding", place: group.key,
        entries: group.entries(.rounding).evidence,
        shares: isPosted ? [GroupShare(group: group.key, amount: group.bridge[.rounding])] : [],
        explanation: """
          \(what) differ from the exact sum by \(drift.text(group.key.currency)); \
          \(group.totals.usage.requests) roundings explain at most \
          \(bound.text(group.key.currency)).
          """)
    })
}
