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
      let isOfLedger = try group.isBeyondRounding()
      guard isOfLedger || book.terms.ledgerRounding == .line else { return nil }
      let drift =
        isOfLedger
        ? try group.driftBeforeFinalRounding()
        : try group.totals.sumOfGatewayRounded - group.recorded
      guard drift.magnitude > bound else { return nil }
      let what =
        isOfLedger ? "Rounded charges and rounding entries" : "The gateway's own rounded charges"
      return Finding(
        subject: "rounding", place: group.key,
        entries: group.entries(.rounding).evidence,
        shares: isOfLedger ? [GroupShare(group: group.key, amount: group.bridge[.rounding])] : [],
        explanation: """
          \(what) differ from the exact sum by \(drift.text(group.key.currency)); \
          \(counted(group.totals.usage.requests, "rounding")) can explain at most \
          \(bound.text(group.key.currency)).
          """)
    })
}
