import Accounting
import Billing
import Reconciliation

/// What a month costs under its plans, in whole numbers: nothing is divided before the end.
extension Oracle {
  /// A time in which nothing about a place's policies changes.
  struct Stretch {
    var start: Instant
    var end: Instant
    var policies: [ChargePolicy]

    var seconds: Int128 { Int128(end.seconds(since: start)) }

    func plan(_ key: GroupKey) -> ChargePolicy? {
      guard policies.count == 1, policies[0].kind == .planInclusive,
        policies[0].currency == key.currency
      else { return nil }
      return policies[0]
    }
  }

  func stretches(of key: GroupKey) -> [Stretch] {
    let month = instants(of: key.period)
    var moments = [month.lowerBound, month.upperBound]
    for policy in policies where policy.tenant == key.tenant {
      if policy.deployment != nil, policy.deployment != key.deployment { continue }
      for moment in [policy.effectiveFrom, policy.effectiveTo ?? month.upperBound]
      where month.lowerBound < moment && moment < month.upperBound && !moments.contains(moment) {
        moments.append(moment)
      }
    }
    moments.sort()
    var stretches: [Stretch] = []
    for (start, end) in zip(moments, moments.dropFirst()) {
      let inForce = policies(tenant: key.tenant, deployment: key.deployment) { policy in
        policy.effectiveFrom <= start && (policy.effectiveTo == nil || start < policy.effectiveTo!)
      }
      if let last = stretches.last, isOneTerm(last.policies, inForce) {
        stretches[stretches.count - 1].end = end
      } else {
        stretches.append(Stretch(start: start, end: end, policies: inForce))
      }
    }
    return stretches
  }

  /// A policy that goes on under another name, or none that goes on.
  private func isOneTerm(_ left: [ChargePolicy], _ right: [ChargePolicy]) -> Bool {
    if left.count == 1, right.count == 1 {
      var renamed = right[0]
      renamed.policyID = left[0].policyID
      renamed.effectiveFrom = left[0].effectiveFrom
      renamed.effectiveTo = left[0].effectiveTo
      return renamed == left[0]
    }
    return Set(left) == Set(right)
  }

  func plans(of key: GroupKey) -> [ChargePolicy] {
    stretches(of: key).flatMap(\.policies).filter {
      $0.kind == .planInclusive && $0.currency == key.currency
    }
  }

  /// What the month comes to, rounded; `nil` where policies and usage do not tell.
  func derivedCharge(of key: GroupKey, for charged: [UsageEvent]) throws -> Money? {
    let stretches = stretches(of: key)
    if stretches.contains(where: { $0.policies.count > 1 }) { return nil }
    guard !plans(of: key).isEmpty, isReachKnown(key, stretches),
      let sums = try sums(of: key, stretches)
    else { return nil }
    var total: Int128 = 0
    for (index, stretch) in stretches.enumerated() {
      let events = charged.filter {
        stretch.start <= $0.occurredAt && $0.occurredAt < stretch.end
      }
      guard let plan = stretch.plan(key)?.plan else {
        for event in events { total += sums.money(event.charge ?? .zero) }
        continue
      }
      guard let part = sums.charge(plan, stretch.seconds, events, isFirst: index == 0) else {
        return nil
      }
      total += part
    }
    return try sums.rounded(total, to: key.currency, terms.rounding)
  }

  /// Whether the group is all that its plans charge.
  func isReachKnown(_ key: GroupKey, _ stretches: [Stretch]) -> Bool {
    func isOfTenant(_ stretch: Stretch) -> Bool {
      stretch.plan(key) != nil && stretch.policies[0].deployment == nil
    }
    guard stretches.contains(where: isOfTenant) else { return true }
    if key.deployment != nil || isChargedByDeployment(key) { return false }
    let ofTenant = policiesInForce(tenant: key.tenant, deployment: nil, during: key.period)
    if ofTenant.contains(where: { $0.currency != key.currency }) { return false }
    for name in Set(policies.filter { $0.tenant == key.tenant }.compactMap(\.deployment)) {
      var place = key
      place.deployment = name
      let own = policiesInForce(tenant: key.tenant, deployment: name, during: key.period)
      if own.contains(where: { $0.deployment != nil }),
        self.stretches(of: place).contains(where: isOfTenant)
      {
        return false
      }
    }
    return true
  }

  // MARK: What is left of the month before

  private func sums(of key: GroupKey, _ stretches: [Stretch]) throws -> PlanSums? {
    let month = instants(of: key.period)
    var before = key
    before.period = key.period.previous
    let last = instants(of: before.period)
    var sums = PlanSums(
      month: Int128(month.upperBound.seconds(since: month.lowerBound)),
      before: Int128(last.upperBound.seconds(since: last.lowerBound)))
    let past = self.stretches(of: before)
    guard let giving = past.last, let given = giving.plan(key), let taken = stretches[0].plan(key),
      let cap = given.plan.rolloverCap, cap > .zero, given.plan.includedQuantity != nil,
      taken.plan.includedQuantity != nil, given.plan.includedUnit == taken.plan.includedUnit,
      given.deployment == taken.deployment
    else { return sums }
    if past.contains(where: { $0.policies.count > 1 }) { return nil }
    guard let events = try eventsOfEarlierMonth(before, past) else { return nil }
    sums.carry(
      given.plan, giving.seconds,
      events.filter { giving.start <= $0.occurredAt && $0.occurredAt < giving.end })
    return sums
  }

  private func eventsOfEarlierMonth(_ key: GroupKey, _ past: [Stretch]) throws -> [UsageEvent]? {
    if let known = earlierMonths.events[key] { return known }
    let events = try lookUpEarlierMonth(key, past)
    earlierMonths.events[key] = .some(events)
    return events
  }

  /// The charged events of a month that is looked into for its own sake; `nil` where rows of it are
  /// missing or unreadable.
  private func lookUpEarlierMonth(_ key: GroupKey, _ past: [Stretch]) throws -> [UsageEvent]? {
    let end = instants(of: key.period).upperBound
    var earlier = terms
    earlier.range = DayRange(key.period)
    earlier.lateSince = nil
    earlier.places.tenants = Set(
      policies.filter { policy in
        policy.kind == .planInclusive && policy.plan.includedQuantity != nil
          && (policy.plan.rolloverCap ?? .zero) > .zero && policy.effectiveFrom < end
          && (policy.effectiveTo == nil || policy.effectiveTo! >= end)
          && terms.places.admits(tenant: policy.tenant, deployment: terms.places.deployments.first)
      }.map(\.tenant)
    ).sorted()
    var books = allBooks
    books.periodCharges = nil
    let oracle = try Oracle(of: books, under: earlier)
    guard oracle.isReachKnown(key, past) else { return nil }
    let outcomes = try oracle.allFiles().filter(oracle.isExamined).map(oracle.outcome)
    let isUnsupported = outcomes.contains { outcome in
      outcome.file.events.isEmpty && outcome.file.setAside.isEmpty
        && outcome.file.entries.contains { oracle.pooled(GroupKey(of: $0)) == key }
        && !outcome.isClean
    }
    let bad = oracle.setAside.filter(oracle.isListed) + outcomes.flatMap(\.file.setAside)
    let isDoubtful =
      bad.contains { row in
        (row.relation == .usageEvent || row.relation == .ledgerEntry)
          && oracle.mayBelong(row, to: key)
      }
      || outcomes.contains { outcome in
        !outcome.file.setAside.isEmpty && outcome.home.map(oracle.pooled) == key
      }
    if isUnsupported || isDoubtful { return nil }
    return oracle.charged(in: key, outcomes).compactMap(\.charged)
  }
}

/// What was looked up already.
final class EarlierMonths {
  var events: [GroupKey: [UsageEvent]?] = [:]
}
