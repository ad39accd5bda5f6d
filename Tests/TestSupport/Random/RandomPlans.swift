import Accounting
import Billing
import Reconciliation

/// The rarer terms of plans, and changes within a month. They are drawn from a source of their own,
/// so that the rest of a seed's books stays what it is without them.
extension BookAuthor {
  mutating func enrichPlans(seed: UInt64) {
    guard let policies = books.policies else { return }
    var source = SplitMix64(seed: seed &* 7919 &+ 3)
    swap(&source, &random)
    defer { swap(&source, &random) }
    var enriched: [ChargePolicy] = []
    for policy in policies {
      var policy = policy
      if policy.kind == .planInclusive { enrich(&policy.plan, policy.currency) }
      enriched += changed(policy)
    }
    books.policies = enriched
  }

  private mutating func enrich(_ plan: inout Plan, _ currency: Currency) {
    if random.chance(25) { plan.overageTiers = tiers(of: plan, currency) }
    if random.chance(20) { plan.minimumCharge = try? amount(random.number(0...2500), currency) }
    if random.chance(30) { plan.rolloverCap = quantity(of: plan, currency, 0...6) }
  }

  private mutating func tiers(of plan: Plan, _ currency: Currency) -> OverageTiers? {
    var tiers: [OverageTiers.Tier] = []
    var bound = Money.zero
    for _ in 0..<random.number(0...2) {
      guard let step = quantity(of: plan, currency, 1...3), let next = try? bound + step else {
        continue
      }
      bound = next
      tiers.append(OverageTiers.Tier(upTo: bound, price: price(currency)))
    }
    if random.chance(85) { tiers.append(OverageTiers.Tier(upTo: nil, price: price(currency))) }
    return OverageTiers(tiers, mode: random.chance(50) ? .graduated : .volume)
  }

  private mutating func price(_ currency: Currency) -> Money {
    (try? amount(0, random.number(0...1500), currency)) ?? .zero
  }

  /// Of the order of what is used in random books.
  private mutating func quantity(
    of plan: Plan, _ currency: Currency, _ count: ClosedRange<Int>
  ) -> Money? {
    let count = random.number(count)
    switch plan.includedUnit {
    case "token": return try? Money(String(count * 250))
    case "charge": return try? amount(count * 90, currency)
    default: return try? Money(String(count))
    }
  }

  /// The policy, or several that take over from each other: with the same terms, with others, as a
  /// plan begins or ends; now and then with a gap between.
  private mutating func changed(_ policy: ChargePolicy) -> [ChargePolicy] {
    guard random.chance(30) else { return [policy] }
    var first = policy
    var second = policy
    let change = moment(in: random.pick(months))
    guard policy.effectiveFrom < change, policy.effectiveTo.map({ change < $0 }) ?? true else {
      return [policy]
    }
    first.effectiveTo = change
    second.effectiveFrom = change
    second.policyID = policy.policyID + "-next"
    switch random.number(0...4) {
    case 0: break
    case 1: second.plan.baseFee = try? amount(random.number(0...3000), policy.currency)
    case 2:
      second.plan.includedQuantity = quantity(of: second.plan, policy.currency, 0...8)
      second.plan.overagePrice = price(policy.currency)
    case 3:
      let kind: ChargePolicy.Kind = policy.kind == .planInclusive ? .flatPercent : .planInclusive
      if random.chance(50) { first.kind = kind } else { second.kind = kind }
    default: return random.chance(50) ? [first] : [second]
    }
    return [first, second]
  }
}
