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
  /// - Throws: `UnexplainedResidual` when a bridge does not foot.
  func groups(
    _ matching: Matching, requestLines: [GroupKey: [BridgeLine: Money]]
  ) throws -> [GroupFacts] {
    var totals: [GroupKey: GroupTotals] = [:]
    var members: [GroupKey: [GroupKey: PeriodUsage]] = [:]
    for (place, counted) in matching.totals {
      let group = pooling.group(of: place)
      try totals[group, default: GroupTotals()].merge(counted)
      if pooling.pools(group), counted.usage.requests > 0 {
        members[group, default: [:]][place] = counted.usage
      }
    }
    for key in groupsWithoutRows() where totals[key] == nil { totals[key] = GroupTotals() }
    // Facts are large: each is made where it will lie.
    var groups: [GroupFacts] = []
    groups.reserveCapacity(totals.count)
    for key in totals.keys.sorted() {
      let facts = try facts(
        key, totals[key] ?? GroupTotals(), lines: requestLines[key] ?? [:],
        members: members[key] ?? [:])
      if !facts.isEmpty { groups.append(facts) }
    }
    return groups
  }

  /// Groups that may owe something though neither book has a row of them: plans, period charges.
  private func groupsWithoutRows() -> [GroupKey] {
    var keys: Set<GroupKey> = []
    for key in dueRule.periodCharges.keys where dueRule.isPlanned(key) { keys.insert(key) }
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
    _ key: GroupKey, _ totals: GroupTotals, lines requestLines: [BridgeLine: Money],
    members: [GroupKey: PeriodUsage]
  ) throws -> GroupFacts {
    let isWhole = scope.isWhole(key.period)
    let (due, charge) = try dueRule.due(for: key, totals, isWholePeriod: isWhole)
    func posted(_ kind: EntryKind) -> Money {
      due.counts(kind) ? totals.postedToGroup[kind] ?? .zero : .zero
    }
    var lines = requestLines
    lines[.rounding] =
      try totals.roundings + totals.usage.charge - due.roundedUsage + posted(.rounding)
    lines[.trueUp] = try due.roundedUsage - due.amount + posted(.trueUp) + posted(.planFee)
    lines[.corrections] = posted(.accrual)
    let total = try Money.sum(
      [totals.postedToRequests] + [.rounding, .trueUp, .planFee, .accrual].map(posted))
    let explained = try due.amount + Money.sum(lines.values)
    guard explained == total else {
      throw UnexplainedResidual(group: key, residual: try total - explained)
    }
    var facts = GroupFacts(
      key: key, isWholePeriod: isWhole, totals: totals, due: due, lines: lines,
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
