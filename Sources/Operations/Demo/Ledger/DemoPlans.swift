import Accounting
import Billing
import Reconciliation

/// The gateway's own figure for a month.
package struct DemoPeriodCharge {
  package var charge: PeriodCharge
  var computedAt: Instant
}

/// Settling months under a plan.
extension DemoDraft {
  /// What a month costs under a plan, rounded: base fee (if billed with the usage) and what was
  /// used beyond the included quantity.
  private func charge(
    _ tally: DemoTally, _ terms: DemoPlanTerms, included: Money?, _ currency: Currency
  ) throws -> Money {
    var charge = terms.feeInUsage ? try Money(terms.fee) : .zero
    guard let included else { return try charge.rounded(to: currency) }
    let excess = try tally.used(terms.unit) - included
    guard excess > .zero else { return try charge.rounded(to: currency) }
    let overage = try Money(terms.overage)
    if terms.source == .tiered {
      let dear = min(excess, try Self.firstTier(included))
      try charge += dear.times(overage)
      try charge += (excess - dear).times(overage.divided(exactlyBy: 2))
    } else {
      try charge += excess.times(overage)
    }
    return try charge.rounded(to: currency)
  }

  /// How far the dearer price of a tiered plan reaches beyond the included quantity.
  static func firstTier(_ included: Money) throws(MoneyError) -> Money {
    let tenth = included.units / 10
    return try Money(units: tenth - tenth % Money.unitsPerMajor)
  }

  /// A round number of units that is about `percent` of what was used.
  func included(_ used: Money, percent: Int) -> Money {
    var units = used.units / Money.unitsPerMajor * Int128(percent) / 100
    var magnitude: Int128 = 1
    while units >= 100 {
      units /= 10
      magnitude *= 10
    }
    let whole = Int64(max(1, units * magnitude))
    return (try? Money(units: Money.unitsPerMajor).times(Int128(whole))) ?? .zero
  }

  mutating func settlePlan(_ one: inout DemoSettled, _ terms: DemoPlanTerms) throws {
    let group = one.group
    let included = policies.first { $0.policy.policyID == one.place.policyID }?.policy.plan
      .includedQuantity
    let ill = group.period == plan.period ? one.place.ill : .none
    var known = try charge(one.month.known, terms, included: included, group.currency)
    one.due = try charge(one.month.all, terms, included: included, group.currency)
    if terms.source != .derived {
      known = try give(&one, ill)
    }
    let fee = try Money(terms.fee)
    if terms.feeEntry {
      settle(group, .planFee, fee, at: plan.zone.start(of: group.period.firstDay))
    }
    let counted = terms.feeEntry && terms.feeInUsage ? fee : .zero
    let needed = try one.due - one.month.all.rounded - counted
    let posted = ill == .missingTrueUp ? Money.zero : try known - one.month.known.rounded - counted
    settle(group, .trueUp, posted, at: plan.settled(group.period))
    let open = try posted - needed
    let isPlanted: Bool = [.missingTrueUp, .laterUsage, .laterRevision].contains(ill)
    guard isPlanted != open.isZero else { throw DemoTooSmall(what: "a true-up of \(group.tenant)") }
    if isPlanted { plant(.trueUpDue, in: group, amount: open) }
  }

  /// The gateway tells what the month costs.
  /// - Returns: what it told before the ledger settled.
  private mutating func give(
    _ one: inout DemoSettled, _ ill: DemoPlanTerms.Ill
  ) throws -> Money {
    let settledAt = plan.settled(one.group.period)
    let first = settledAt.adding(seconds: -random.seconds(7200, 20_000))
    let wrong = try one.due + Money(minorUnits: random.seconds(100, 9000), of: one.group.currency)
    let group = one.group
    func row(_ amount: Money, _ revision: Int, _ at: Instant) -> DemoPeriodCharge {
      DemoPeriodCharge(
        charge: PeriodCharge(
          tenant: group.tenant, deployment: group.deployment, period: group.period,
          amount: amount, currency: group.currency, revision: revision),
        computedAt: at)
    }
    switch ill {
    case .disagreement:
      periodCharges.append(row(wrong, 1, first))
      plant(.periodChargeDisagreement, in: one.group)
      one.due = wrong
    case .laterRevision:
      periodCharges.append(row(wrong, 1, first))
      periodCharges.append(row(one.due, 2, settledAt.adding(seconds: 30_000)))
      return wrong
    default:  // set right in time
      periodCharges.append(row(wrong, 1, first))
      periodCharges.append(row(one.due, 2, first.adding(seconds: 3600)))
    }
    return one.due
  }
}
