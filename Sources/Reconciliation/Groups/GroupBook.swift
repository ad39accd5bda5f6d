import Accounting
import Billing

/// Brings what the engine counted by place to the groups that are billed, and draws their bridges.
struct GroupBook {
  let terms: Terms
  let scope: Scope
  let pooling: Pooling
  let dueRule: DueRule
  let blocks: Blocks

  /// All groups of the run, in order.
  ///
  /// - Parameters:
  ///   - totals: by place, before plans pool deployments.
  ///   - requestLines: Σ shares of the requests, by group.
  /// - Throws: `UnexplainedResidual` when a bridge does not foot.
  func groups(
    _ totals: [GroupKey: GroupTotals], requestLines: [GroupKey: [BridgeStep]]
  ) throws -> [GroupFacts] {
    var places = Dictionary(grouping: totals.keys, by: pooling.group(of:))
    for key in groupsWithoutRows() where places[key] == nil { places[key] = [] }
    // Facts are large: each is made where it will lie.
    var groups: [GroupFacts] = []
    groups.reserveCapacity(places.count)
    for (key, places) in places.sorted(by: { $0.key < $1.key }) {
      let facts = try facts(
        key, sum(of: places, totals), lines: requestLines[key] ?? [],
        members: members(of: key, places, totals))
      if !facts.isEmpty { groups.append(facts) }
    }
    return groups
  }

  private func sum(
    of places: [GroupKey], _ totals: [GroupKey: GroupTotals]
  ) throws(MoneyError) -> GroupTotals {
    var counted = places.lazy.compactMap { totals[$0] }.makeIterator()
    // Of the one place that most groups have, nothing is copied.
    var sum = counted.next() ?? GroupTotals()
    while let more = counted.next() { try sum.merge(more) }
    return sum
  }

  /// What was used at each place of a pool; empty for a group that is none.
  private func members(
    of group: GroupKey, _ places: [GroupKey], _ totals: [GroupKey: GroupTotals]
  ) -> [GroupKey: PeriodUsage] {
    guard pooling.pools(group) else { return [:] }
    var members: [GroupKey: PeriodUsage] = [:]
    for place in places {
      if let usage = totals[place]?.usage, usage.requests > 0 { members[place] = usage }
    }
    return members
  }

  /// Groups that may owe something though neither book has a row of them: plans, period charges.
  private func groupsWithoutRows() -> [GroupKey] {
    var keys: Set<GroupKey> = []
    for key in dueRule.periodCharges.groups where dueRule.isPlanned(key) { keys.insert(key) }
    let policies = dueRule.policies
    for period in scope.wholePeriods {
      let days = pooling.instants(of: period)
      for policy in policies?.tenants.flatMap({ policies?.policies(of: $0) ?? [] }) ?? []
      where policy.kind == .planInclusive && policy.isEffective(during: days) {
        let key = GroupKey(
          tenant: policy.tenant, deployment: policy.deployment, currency: policy.currency,
          period: period)
        if policy.deployment != nil || !pooling.isChargedByDeployment(key) { keys.insert(key) }
      }
    }
    for place in blocks.setAside.known { keys.insert(pooling.group(of: place)) }
    return keys.filter(scope.examinesWhole).sorted()
  }

  private func facts(
    _ key: GroupKey, _ totals: GroupTotals, lines requestLines: [BridgeStep],
    members: [GroupKey: PeriodUsage]
  ) throws -> GroupFacts {
    let isWhole = scope.isWhole(key.period)
    let (due, charge) = try dueRule.due(for: key, totals, isWholePeriod: isWhole)
    func posted(_ kind: EntryKind) -> Money {
      due.counts(kind) ? totals.postedToGroup[kind] ?? .zero : .zero
    }
    var lines = requestLines
    try lines.add(
      totals.roundings + totals.usage.charge - due.roundedUsage + posted(.rounding), to: .rounding)
    try lines.add(
      due.roundedUsage - due.amount + posted(.trueUp) + posted(.planFee), to: .trueUp)
    try lines.add(posted(.accrual), to: .corrections)
    let total = try Money.sum(
      [totals.postedToRequests] + [.rounding, .trueUp, .planFee, .accrual].map(posted))
    let explained = try due.amount + Money.sum(lines.map(\.amount))
    guard explained == total else {
      throw UnexplainedResidual(group: key, residual: try total - explained)
    }
    var facts = GroupFacts(
      key: key, isWholePeriod: isWhole, totals: totals, due: due, bridge: lines.drawn,
      posted: total, blockedBy: blocks.codes(for: key, totals))
    if due.isPlan { try addPlan(to: &facts, charge, members) }
    return facts
  }

  private func addPlan(
    to facts: inout GroupFacts, _ charge: PolicyMonthCharge?, _ members: [GroupKey: PeriodUsage]
  ) throws {
    let due = facts.due
    let key = facts.key
    var plan = PlanResult(key: key, derived: due.derived, arithmetic: due.arithmetic)
    plan.periodCharge = try due.periodCharge?.amount.rounded(to: key.currency, terms.rounding)
    plan.revision = due.periodCharge?.revision
    if facts.isWholePeriod {
      plan.trueUps = try facts.trueUpsPosted()
      if due.basis == .plan {
        plan.deployments = try PoolShares(key, charge).shares(of: due.amount, over: members)
      }
    } else if scope.isRunning(key.period) {
      do {
        plan.projection = try dueRule.projection(
          for: key, facts.totals, through: min(scope.window.upperBound, terms.asOf))
      } catch let error as NotDerivable {
        facts.notProjected = error.why
      }
    }
    facts.plan = plan
  }
}

/// A bridge that does not foot: an error of this program, never of the books.
package struct UnexplainedResidual: Error, Hashable, Sendable, CustomStringConvertible {
  package let group: GroupKey
  package let residual: Money

  package var description: String {
    "the bridge of \(group) leaves \(residual.text(in: group.currency)) unexplained"
  }
}
