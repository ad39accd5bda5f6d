import Accounting

/// What a month's close books for usage that is still on its way to the ledger: one entry for each
/// group in the month that is closed, and its reversing entry in the month that stays open.
///
/// Both are for the service of the closed month, so by service they come to zero at once; by month
/// of booking, revenue stands where it was earned. The charge itself is booked when it arrives.
package struct Accruals {
  /// What the ledger holds of accruals booked in and for the month.
  package struct Booked: Hashable, Sendable {
    package var amount: Money
    package var keys: [String]

    package init(amount: Money, keys: [String]) {
      self.amount = amount
      self.keys = keys
    }
  }

  /// Each accrual and its reversing entry after it, in order of the groups.
  package let corrections: [Correction]
  /// What stands accrued in the month with them, by group; zero is left out.
  package let standing: [GroupKey: Money]

  /// - Parameters:
  ///   - booked: by group: a month that was reopened may have been accrued before.
  ///   - bookedLater: by place, Σ of the month's usage that is booked in later months.
  ///   - open: the month that takes the reversing entries.
  package init(
    of judgement: Judgement, closing period: AccountingPeriod, booked: [GroupKey: Booked],
    bookedLater: [GroupKey: Money], reversingIn open: AccountingPeriod, ledgerName: String
  ) throws(MoneyError) {
    let inTransit = Accruals.inTransit(of: judgement, in: period)
    let bookedLater = try Accruals.byGroup(bookedLater, of: judgement)
    var standing: [GroupKey: Money] = [:]
    var corrections: [Correction] = []
    for group in Set(inTransit.keys).union(booked.keys).sorted() {
      let earlier = booked[group] ?? Booked(amount: .zero, keys: [])
      let target =
        try (inTransit[group] ?? .zero)
        + Accruals.kept(of: earlier.amount, for: bookedLater[group] ?? .zero)
      if !target.isZero { standing[group] = target }
      let amount = try target - earlier.amount
      guard !amount.isZero else { continue }
      let accrual = Accruals.entry(
        amount, of: group, in: period, ledgerName, subject: "accrual", after: earlier.keys)
      var reversing = Accruals.entry(
        -amount, of: group, in: open, ledgerName, subject: "accrual reversal",
        after: earlier.keys + [accrual.idempotencyKey])
      reversing.reversesEntryID = accrual.entry(postedAt: Instant(microseconds: 0)).entryID
      corrections += [accrual, reversing]
    }
    self.corrections = corrections
    self.standing = standing
  }

  /// A place that is no group of its own is in its tenant's pool.
  private static func byGroup(
    _ amounts: [GroupKey: Money], of judgement: Judgement
  ) throws(MoneyError) -> [GroupKey: Money] {
    let groups = Set(judgement.groups.map(\.key))
    var byGroup: [GroupKey: Money] = [:]
    for (place, amount) in amounts {
      var group = place
      if !groups.contains(place) { group.deployment = nil }
      try byGroup[group, default: .zero] += amount
    }
    return byGroup
  }

  /// The part of what was accrued whose charges have been booked since, in later months: it keeps
  /// the revenue where it was earned.
  private static func kept(of accrued: Money, for bookedLater: Money) -> Money {
    guard accrued.sign == bookedLater.sign else { return .zero }
    return accrued.magnitude < bookedLater.magnitude ? accrued : bookedLater
  }

  private static func inTransit(
    of judgement: Judgement, in period: AccountingPeriod
  ) -> [GroupKey: Money] {
    var amounts: [GroupKey: Money] = [:]
    for group in judgement.groups where group.key.period == period {
      guard let step = group.bridge.first(where: { $0.line == .inTransit }) else { continue }
      amounts[group.key] = -step.amount
    }
    return amounts
  }

  private static func entry(
    _ amount: Money, of group: GroupKey, in month: AccountingPeriod, _ ledgerName: String,
    subject: String, after earlierKeys: [String]
  ) -> Correction {
    let place = [
      group.tenant, group.deployment, group.currency.code, group.period.description,
      BreakCode.inTransit.rawValue, subject,
    ]
    let key = Digest.hex(["tieout", ledgerName] + place + earlierKeys.sorted())
    return Correction(
      id: String(key.prefix(16)), breakID: String(Digest.hex(["break"] + place).prefix(16)),
      code: .inTransit, kind: .accrual, tenant: group.tenant, deployment: group.deployment,
      currency: group.currency, period: month, servicePeriod: group.period, requestID: nil,
      reversesEntryID: nil, amount: amount, idempotencyKey: key, status: .posted,
      heldBecause: nil, group: group)
  }
}
