import Accounting

extension BreakRule {
  static let trueUpDue = BreakRule(
    code: .trueUpDue, severity: .error,
    meaning: "Under a plan, the period's charge is not what usage and true-ups so far come to.",
    remedy: "one true_up entry per group",
    disposition: .post,
    judge: .group { group, book in
      guard group.isWholePeriod, group.due.basis == .plan else { return nil }
      let open = try group.line(.trueUp) + group.line(.rounding)
      guard !open.isZero else { return nil }
      let currency = group.key.currency
      let source = group.due.periodCharge.map { "revision \($0.revision) of the gateway's charge" }
      return Finding(
        subject: "true_up", place: group.key,
        entries: group.entries(.trueUp).evidence + group.entries(.planFee).evidence,
        shares: [GroupShare(group: group.key, amount: open)],
        explanation: """
          The period costs \(group.due.amount.text(currency)) \
          (\(source ?? "derived from the plan")); usage comes to \
          \(try (group.due.amount + open - group.trueUpsPosted()).text(currency)) and true-ups so \
          far to \(try group.trueUpsPosted().text(currency)).
          """,
        drafts: [group.entry(.trueUp, -open)])
    })
}

extension GroupFacts {
  /// True-ups and the plan fees that count beside them.
  func trueUpsPosted() throws(MoneyError) -> Money {
    let fees = due.countsPlanFees ? totals.postedToGroup[.planFee] ?? .zero : .zero
    return try (totals.postedToGroup[.trueUp] ?? .zero) + fees
  }
}
