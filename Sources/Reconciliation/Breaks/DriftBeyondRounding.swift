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
      var drift = try group.driftBeforeFinalRounding()
      let isPosted = drift.magnitude > bound
      if !isPosted, book.terms.ledgerRounding == .line {
        drift = try group.totals.sumOfGatewayRounded - group.recorded
      }
      guard drift.magnitude > bound else { return nil }
      let what =
        isPosted ? "Rounded charges and rounding entries" : "The gateway's own rounded charges"
      return Finding(
        subject: "rounding", place: group.key,
        entries: group.entries(.rounding).evidence,
        shares: isPosted ? [GroupShare(group: group.key, amount: group.bridge[.rounding])] : [],
        explanation: """
          \(what) differ from the exact sum by \(drift.text(group.key.currency)); \
          \(counted(group.totals.usage.requests, "rounding")) can explain at most \
          \(bound.text(group.key.currency)).
          """)
    })
}
