import Accounting
import Billing

/// What an engine counts for every group, clean requests and broken ones alike. Amounts are major
/// units of the group's currency.
package struct GroupTotals: Hashable, Sendable {
  /// Charged events, their tokens and the exact sum of their charges.
  package var usage = PeriodUsage()
  /// The same for each stretch of a month whose plan changes (`PolicyMonth.cuts`); empty for others.
  package var stretches: [PeriodUsage] = []
  /// Σ charge rounded one by one.
  package var sumOfRounded = Money.zero
  /// The same by the other of the two rules.
  package var sumOfOtherwiseRounded = Money.zero
  /// `sumOfRounded` with the gateway's own rounding wherever it recorded one.
  package var sumOfGatewayRounded = Money.zero
  /// Σ (accepted posting − charge): what rounding each entry, and nothing else, has added.
  package var roundings = Money.zero
  /// Charged events whose charge is above zero and rounds to zero.
  package var subcentRequests = 0
  /// Σ entries that net per request.
  package var postedToRequests = Money.zero
  /// Σ entries that belong to the group as a whole, by kind.
  package var postedToGroup: [EntryKind: Money] = [:]
  /// The same entries told one by one; a reversal counts as the kind of what it reverses.
  package var groupEntries: [EntryKind: EntryCensus] = [:]
  /// Entries of every kind seen in the group.
  package var entries = ControlTotal()
  /// Charged events that no policy covers, or more than one.
  package var withoutPolicy = Census()
  package var underSeveralPolicies = Census()

  package init() {}

  package mutating func add(
    charged event: UsageEvent, charge: Money, accepted: Money, roundedTo rule: RoundingRule
  ) throws(MoneyError) {
    let rounded = try charge.rounded(to: event.currency, rule)
    usage.requests += 1
    usage.tokens += event.tokens.total
    try usage.charge += charge
    try sumOfRounded += rounded
    try sumOfOtherwiseRounded += charge.rounded(to: event.currency, rule.other)
    try sumOfGatewayRounded +=
      event.chargeMinor.map { Money(minorUnits: $0, of: event.currency) } ?? rounded
    try roundings += accepted - charge
    if charge > .zero, rounded.isZero { subcentRequests += 1 }
  }

  /// Counts usage into its stretch of a month that is cut.
  package mutating func add(
    _ usage: PeriodUsage, toStretch stretch: Int, of count: Int
  ) throws(MoneyError) {
    while stretches.count < count { stretches.append(PeriodUsage()) }
    stretches[stretch] = try stretches[stretch] + usage
  }

  package mutating func count(_ entry: LedgerEntry, as kind: EntryKind) throws(MoneyError) {
    entries.rows += 1
    try entries.amount += entry.amount
    if kind.netsPerRequest {
      try postedToRequests += entry.amount
    } else {
      try postedToGroup[kind, default: .zero] += entry.amount
    }
  }

  package mutating func add(_ groupEntry: GroupEntry) throws(MoneyError) {
    try count(groupEntry.entry, as: groupEntry.kind)
    try groupEntries[groupEntry.kind, default: EntryCensus()].add(groupEntry.entry)
  }

  package mutating func merge(_ other: GroupTotals) throws(MoneyError) {
    usage = try usage + other.usage
    for (stretch, more) in other.stretches.enumerated() {
      try add(more, toStretch: stretch, of: other.stretches.count)
    }
    try sumOfRounded += other.sumOfRounded
    try sumOfOtherwiseRounded += other.sumOfOtherwiseRounded
    try sumOfGatewayRounded += other.sumOfGatewayRounded
    try roundings += other.roundings
    subcentRequests += other.subcentRequests
    try postedToRequests += other.postedToRequests
    for (kind, amount) in other.postedToGroup {
      try postedToGroup[kind, default: .zero] += amount
    }
    for (kind, census) in other.groupEntries {
      try groupEntries[kind, default: EntryCensus()].merge(census)
    }
    entries.rows += other.entries.rows
    try entries.amount += other.entries.amount
    withoutPolicy.merge(other.withoutPolicy)
    underSeveralPolicies.merge(other.underSeveralPolicies)
  }
}

/// A count of events with the ids of the first few, in order of their ids.
package struct Census: Hashable, Sendable {
  package static let idsKept = 20
  package private(set) var count = 0
  package private(set) var firstIDs: [String] = []

  package init() {}

  package mutating func add(_ id: String) {
    count += 1
    keep(id)
  }

  package mutating func merge(_ other: Census) {
    count += other.count
    for id in other.firstIDs { keep(id) }
  }

  private mutating func keep(_ id: String) {
    if firstIDs.count == Census.idsKept, let last = firstIDs.last, id >= last { return }
    firstIDs.insert(id, at: firstIDs.firstIndex { id < $0 } ?? firstIDs.endIndex)
    if firstIDs.count > Census.idsKept { firstIDs.removeLast() }
  }
}
