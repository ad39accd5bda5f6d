import Accounting

extension BreakRule {
  static let trueUpDue = BreakRule(
    code: .trueUpDue, severity: .error,
    meaning: """
      Under a plan, the period's charge is not what usage and true-ups so far come to; without one, \
      true-ups are left that nothing is owed for.
      """,
    remedy: "one true_up entry per group",
    disposition: .post,
    judge: .group { group, book in
      guard group.isWholePeriod, let open = try group.openTrueUp() else { return nil }
      guard !open.isZero else { return nil }
      let currency = group.key.currency
      return Finding(
        subject: "true_up", place: group.key,
        entries: group.entries(.trueUp).evidence + group.entries(.planFee).evidence,
        shares: [GroupShare(group: group.key, amount: open)],
        explanation: """
          The period costs \(group.due.amount.text(currency)) (\(group.groundsOfCharge)). Usage \
          comes to \(try (group.due.amount + open - group.trueUpsPosted()).text(currency)) and \
          true-ups so far to \(try group.trueUpsPosted().text(currency)): \
          \(open.magnitude.text(currency)) too \(open.isNegative ? "little" : "much").
          """,
        drafts: [group.entry(.trueUp, -open)])
    })
}

extension GroupFacts {
  /// What true-ups have left open; under a plan they take the rounding too. `nil` where the plan's
  /// charge is not known.
  func openTrueUp() throws(MoneyError) -> Money? {
    switch due.basis {
    case .usage: bridge[.trueUp]
    case .plan: try bridge[.trueUp] + bridge[.rounding]
    case .unknownPlan: nil
    }
  }

  /// Where the charge of a plan's period comes from, with its arithmetic.
  var groundsOfCharge: String {
    guard due.isPlan else { return "the sum of its calls: no plan and no charge of the gateway" }
    let derived = due.derived.flatMap { amount in
      due.arithmetic.map { "\($0); together \(amount.text(key.currency))" }
    }
    guard let given = due.periodCharge else { return derived ?? "derived from the plan" }
    let revision = "revision \(given.revision) of the gateway's charge"
    if let derived { return "\(revision); by the plan \(derived)" }
    return due.whyNotDerived.map { "\(revision); not derived: \($0)" } ?? revision
  }

  /// True-ups and the plan fees that count beside them.
  func trueUpsPosted() throws(MoneyError) -> Money {
    let fees = due.countsPlanFees ? totals.postedToGroup[.planFee] ?? .zero : .zero
    return try (totals.postedToGroup[.trueUp] ?? .zero) + fees
  }
}
