import Accounting
import Billing

/// What groups cost whose month is under a plan, wholly or for a part of it.
struct PlannedCharges {
  let policies: PolicyBook
  let pooling: Pooling
  let earlier: EarlierUsage

  func month(of group: GroupKey) -> PolicyMonth {
    PolicyMonth(
      of: policies, tenant: group.tenant, deployment: group.deployment, currency: group.currency,
      during: pooling.instants(of: group.period))
  }

  func charge(
    for group: GroupKey, _ month: PolicyMonth, _ totals: GroupTotals
  ) throws(NotDerivable) -> PolicyMonthCharge {
    let carried = try carried(to: group, month)
    return try month.charge(for: totals.usage(in: month), carried: carried)
  }

  /// What the month before has left for this one.
  func carried(to group: GroupKey, _ month: PolicyMonth) throws(NotDerivable) -> Fraction {
    try checkReach(of: month, group)
    let before = group.before
    let past = self.month(of: before)
    guard month.takesRollover(from: past) else { return .zero }
    guard past.segments.allSatisfy({ $0.policies.count < 2 }) else {
      throw NotDerivable(why: "several policies are in force at once in \(before.period)")
    }
    try checkReach(of: past, before)
    return past.rollover(for: try earlier.totals(of: before).usage(in: past))
  }

  /// A plan of the whole tenant charges the pool of its deployments, so the group has to be that
  /// pool, and the pool all that the plan reaches.
  private func checkReach(of month: PolicyMonth, _ group: GroupKey) throws(NotDerivable) {
    let isTenantWide = month.segments.contains { segment in
      segment.plan(in: group.currency) != nil && segment.policy?.deployment == nil
    }
    guard isTenantWide else { return }
    if pooling.isChargedByDeployment(group) {
      throw NotDerivable(
        why: "the gateway gives period charges by deployment, and none for this group")
    }
    if group.deployment != nil {
      throw NotDerivable(why: "a plan covers the whole tenant, and this is one deployment")
    }
    if !pooling.pools(group) {
      throw NotDerivable(why: "the tenant's policies of the month are in several currencies")
    }
    if let name = pooling.partlyPooled(group) {
      throw NotDerivable(why: "\(name) has terms of its own for a part of \(group.period)")
    }
  }
}

extension GroupTotals {
  /// Of each segment, in order.
  func usage(in month: PolicyMonth) -> [PeriodUsage] {
    month.cuts.isEmpty ? [usage] : stretches
  }
}

extension GroupKey {
  /// The same place a month earlier.
  var before: GroupKey {
    GroupKey(
      tenant: tenant, deployment: deployment, currency: currency, period: period.previous)
  }
}
