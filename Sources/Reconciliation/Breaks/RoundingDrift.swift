import Accounting

extension BreakRule {
  static let roundingDrift = BreakRule(
    code: .roundingDrift, severity: .error,
    meaning:
      "The sum of the rounded charges is not the rounded sum, within what rounding explains.",
    remedy: "one rounding entry per group",
    disposition: .post,
    judge: .group { group, book in
      guard try group.hasDrift(book), !group.isAllSubcent else { return nil }
      return try group.driftFinding(
        """
        \(group.totals.usage.requests) charges rounded one by one come to \
        \(group.totals.sumOfRounded.text(in: group.key.currency)); their sum rounded once is \
        \(group.due.roundedUsage.text(group.key.currency)). \(group.biasTest()).
        """)
    })
}

extension GroupFacts {
  /// Σ entries as they should be, over the exact sum of the charges.
  func driftBeforeFinalRounding() throws(MoneyError) -> Money {
    try totals.roundings + (totals.postedToGroup[.rounding] ?? .zero)
  }

  func isBeyondRounding() throws(MoneyError) -> Bool {
    try driftBeforeFinalRounding().magnitude > roundingBound()
  }

  /// Whether rounding each entry has left a difference that a rounding entry rights. Under a plan
  /// the true-up takes it.
  func hasDrift(_ book: Casebook) throws(MoneyError) -> Bool {
    guard isWholePeriod, book.terms.ledgerRounding == .entry, !due.isPlan,
      !bridge[.rounding].isZero
    else { return false }
    return try !isBeyondRounding()
  }

  /// Whether every charge is too small to be seen in minor units.
  var isAllSubcent: Bool {
    totals.usage.requests >= 2 && totals.subcentRequests == totals.usage.requests
  }

  func driftFinding(_ explanation: String) throws(MoneyError) -> Finding {
    let drift = bridge[.rounding]
    return Finding(
      subject: "rounding", place: key, entries: entries(.rounding).evidence,
      shares: [GroupShare(group: key, amount: drift)], explanation: explanation,
      drafts: [entry(.rounding, -drift)])
  }

  /// Fair roundings drift by √(n/12) minor units, give or take; three times that is a bias.
  /// Compared in squares, so that it stays in whole numbers: 12 × drift² against 9 × n.
  func biasTest() -> String {
    let drift = bridge[.rounding].units / key.currency.unitsPerMinor
    let requests = Int128(totals.usage.requests)
    let (square, overflow) = drift.multipliedReportingOverflow(by: drift)
    let isFair =
      !overflow && square < 9 * requests
      && !square.multipliedReportingOverflow(by: 12).overflow && 12 * square <= 9 * requests
    return isFair
      ? "The drift is what fair rounding brings"
      : "The drift is biased: fair rounding would bring less than three times √(n/12) minor units"
  }
}
