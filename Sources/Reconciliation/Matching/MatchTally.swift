import Accounting
import Billing

/// Counts matched requests into their groups and keeps those that a rule must look at.
struct MatchTally {
  private let scope: Scope
  private let terms: Terms
  private let policies: PolicyBook?
  private let months: BillingMonths
  private var matching = Matching()
  /// Of places met so far where policies change within the month; the others have none.
  private var cuts: [GroupKey: [Instant]] = [:]

  init(scope: Scope, terms: Terms, policies: PolicyBook?) {
    self.scope = scope
    self.terms = terms
    self.policies = policies
    months = BillingMonths(terms.zone)
  }

  /// The groups of this run in which a request has something.
  private func seen(_ match: RequestMatch) -> Set<GroupKey> {
    var groups = Set(match.nets.map(\.group))
    if let home = match.home { groups.insert(home) }
    let isLate = scope.isLate(match)
    return groups.filter {
      scope.sees($0, occurredAt: match.occurredAt, isLate: isLate, entries: match.entries)
    }
  }

  /// Whether a request that is not clean, as far as it is known, is this run's to judge.
  func mayConcern(_ match: RequestMatch) -> Bool {
    isOfThisRun(match, seen(match)) || scope.mayTurnOutLate(match)
  }

  /// Whether a request is this run's to judge, by all its rows.
  private func isOfThisRun(_ match: RequestMatch, _ seen: Set<GroupKey>) -> Bool {
    if !seen.isEmpty || match.setAside.contains(where: scope.lists) { return true }
    guard let event = match.charged ?? match.events.first else { return false }
    return scope.contains(event)
      || scope.isLate(match) && scope.admits(GroupKey(of: event, in: scope.zone))
  }

  /// Matches a request by the rows of the range; `nil` where it takes all its rows to judge it.
  func match(
    _ subject: Subject, _ rows: RequestRows, calls: ProviderCalls, by matcher: RequestMatcher
  ) throws -> RequestMatch? {
    guard !scope.mayBeLate(rows) else { return nil }
    // Where it is not this run's to judge, its call may still look like one that is.
    let match = try matcher.match(subject, rows, calls: calls)
    return match.isDoubtful && mayConcern(match) ? nil : match
  }

  mutating func add(_ match: PlainMatch) throws(MoneyError) {
    guard
      scope.sees(match.home, occurredAt: match.event.occurredAt, entries: [])
    else { return }
    var totals = matching.totals[match.home] ?? GroupTotals()
    matching.totals[match.home] = nil
    try totals.add(
      charged: match.event, charge: match.event.charge ?? .zero, accepted: match.entry.amount,
      roundedTo: terms.rounding)
    try totals.count(match.entry, as: match.entry.kind)
    matching.totals[match.home] = totals
    try count(policyOf: match.event, in: match.home)
    matching.cleanRequests += 1
  }

  /// Counts a request, and hands it on unless it is clean.
  /// - Returns: whether it was handed on.
  @discardableResult mutating func add(
    _ match: RequestMatch, _ exception: (ExceptionItem) throws -> Void
  ) throws -> Bool {
    let seen = seen(match)
    guard isOfThisRun(match, seen) else {
      if match.copies.contains(where: scope.contains) { try exception(.elsewhere(match)) }
      return false
    }
    if scope.isLate(match) { matching.lateRequests += 1 }
    if let charged = match.charged, let charge = charged.charge, let home = match.home,
      seen.contains(home)
    {
      try matching.totals[home, default: GroupTotals()].add(
        charged: charged, charge: charge, accepted: match.accepted, roundedTo: terms.rounding)
      try count(policyOf: charged, in: home)
    }
    for entry in match.entries {
      let group = GroupKey(of: entry)
      guard seen.contains(group) else { continue }
      try matching.totals[group, default: GroupTotals()].count(entry, as: entry.kind)
    }
    guard !match.isClean else {
      matching.cleanRequests += 1
      return false
    }
    var broken = match
    broken.seen = seen
    broken.unseen = Set(match.shares.map(\.group)).subtracting(seen).filter(scope.touches)
    matching.brokenRequests += 1
    try exception(.request(broken))
    return true
  }

  mutating func add(_ groupEntry: GroupEntry) throws {
    let group = GroupKey(of: groupEntry.entry)
    guard scope.examinesWhole(group) else { return }
    try matching.totals[group, default: GroupTotals()].add(groupEntry)
  }

  private mutating func count(
    policyOf event: UsageEvent, in group: GroupKey
  ) throws(MoneyError) {
    guard let policies else { return }
    let cuts = cuts(of: group, policies)
    if !cuts.isEmpty {
      let usage = PeriodUsage(
        requests: 1, tokens: event.tokens.total, charge: event.charge ?? .zero)
      try matching.totals[group]?.add(
        usage, toStretch: cuts.stretch(at: event.occurredAt), of: cuts.count + 1)
    }
    switch policies.inForce(
      tenant: event.tenant, deployment: event.deployment, at: event.occurredAt
    ).count {
    case 0: matching.totals[group]?.withoutPolicy.add(event.eventID)
    case 1: break
    default: matching.totals[group]?.underSeveralPolicies.add(event.eventID)
    }
  }

  private mutating func cuts(of place: GroupKey, _ policies: PolicyBook) -> [Instant] {
    let month = months.instants(of: place.period)
    guard policies.changes(tenant: place.tenant, deployment: place.deployment, during: month)
    else { return [] }
    if let known = cuts[place] { return known }
    let found = PolicyMonth(of: policies, place, months).cuts
    cuts[place] = found
    return found
  }

  /// Hands on two calls that look like one.
  /// - Parameter isBroken: whether the later request was handed on already; a request that is
  ///   otherwise clean is broken by this.
  mutating func add(
    _ pair: SuspectedDuplicate, isBroken: Bool, _ exception: (ExceptionItem) throws -> Void
  ) rethrows {
    if !isBroken {
      matching.cleanRequests -= 1
      matching.brokenRequests += 1
    }
    try exception(.suspectedDuplicate(pair))
  }

  /// Adds what was counted elsewhere.
  mutating func add(_ totals: GroupTotals, to group: GroupKey) throws(MoneyError) {
    try matching.totals[group, default: GroupTotals()].merge(totals)
  }

  mutating func add(cleanRequests count: Int) { matching.cleanRequests += count }

  /// Hands on the rows that name no request; those that name one go with it.
  func add(
    setAside rows: [SetAsideRow], _ exception: (ExceptionItem) throws -> Void
  ) rethrows {
    for row in rows where row.requestID == nil && scope.lists(row) {
      try exception(.setAside(row))
    }
  }

  func matching(pulls: [PullTotals]) -> Matching {
    var result = matching
    result.pulls = pulls
    return result
  }
}
