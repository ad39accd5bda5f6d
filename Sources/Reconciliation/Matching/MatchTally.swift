import Accounting
import Billing

/// Counts matched requests into their groups and keeps those that a rule must look at.
struct MatchTally {
  private let scope: Scope
  private let terms: Terms
  private let policies: PolicyBook?
  private var matching = Matching()
  private var requests: [RequestMatch] = []
  private var lookalikes = Lookalikes()

  init(scope: Scope, terms: Terms, policies: PolicyBook?) {
    self.scope = scope
    self.terms = terms
    self.policies = policies
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

  mutating func add(_ match: PlainMatch) throws(MoneyError) {
    lookalikes.note(match.event)
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
    count(policyOf: match.event, in: match.home)
    matching.cleanRequests += 1
  }

  /// Takes note of a call that may look like one of this run's.
  mutating func note(_ match: RequestMatch) {
    if let charged = match.charged { lookalikes.note(charged) }
  }

  mutating func add(_ match: RequestMatch) throws {
    note(match)
    let seen = seen(match)
    guard isOfThisRun(match, seen) else { return }
    countLateness(of: match)
    if let charged = match.charged, let charge = charged.charge, let home = match.home,
      seen.contains(home)
    {
      try matching.totals[home, default: GroupTotals()].add(
        charged: charged, charge: charge, accepted: match.accepted, roundedTo: terms.rounding)
      count(policyOf: charged, in: home)
    }
    for entry in match.entries {
      let group = GroupKey(of: entry)
      guard seen.contains(group) else { continue }
      try matching.totals[group, default: GroupTotals()].count(entry, as: entry.kind)
    }
    if match.isClean {
      matching.cleanRequests += 1
    } else {
      var broken = match
      broken.seen = seen
      broken.unseen = Set(match.shares.map(\.group)).subtracting(seen).filter(scope.touches)
      requests.append(broken)
    }
  }

  mutating func add(_ groupEntry: GroupEntry) throws {
    let group = GroupKey(of: groupEntry.entry)
    guard scope.examinesWhole(group) else { return }
    matching.groupEntries.append(groupEntry)
    try matching.totals[group, default: GroupTotals()].count(groupEntry.entry, as: groupEntry.kind)
  }

  private mutating func countLateness(of match: RequestMatch) {
    if scope.isLate(match) { matching.lateRequests += 1 }
    let events = [match.charged ?? match.events.first].compactMap(\.self)
    matching.periods.formUnion(
      match.nets.map(\.group.period) + events.map { scope.zone.period(of: $0.occurredAt) }
        + match.setAside.compactMap(\.period))
  }

  private mutating func count(policyOf event: UsageEvent, in group: GroupKey) {
    guard let policies else { return }
    switch policies.inForce(
      tenant: event.tenant, deployment: event.deployment, at: event.occurredAt
    ).count {
    case 0: matching.totals[group]?.withoutPolicy.add(event.eventID)
    case 1: break
    default: matching.totals[group]?.underSeveralPolicies.add(event.eventID)
    }
  }

  /// Hands on everything a rule has to look at.
  mutating func handOn(
    setAside: [SetAsideRow], to exception: (ExceptionItem) throws -> Void
  ) throws {
    var broken: Set<Subject> = []
    for request in requests {
      broken.insert(request.subject)
      try exception(.request(request))
    }
    for pair in lookalikes.pairs(within: terms.suspectedDuplicateWindow)
    where scope.contains(pair.later) {
      if broken.insert(.request(pair.later.requestID)).inserted { matching.cleanRequests -= 1 }
      try exception(.suspectedDuplicate(pair))
    }
    matching.brokenRequests = broken.count
    // A row that names a request goes with it.
    for row in setAside where row.requestID == nil && scope.lists(row) {
      if let period = row.period { matching.periods.insert(period) }
      try exception(.setAside(row))
    }
  }

  func matching(pulls: [PullTotals]) -> Matching {
    var result = matching
    result.groupEntries.sort { LedgerEntry.inPostingOrder($0.entry, $1.entry) }
    result.pulls = pulls
    return result
  }
}
