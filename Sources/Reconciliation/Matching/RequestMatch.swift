import Accounting
import Billing

/// A request with all its rows, and every cent by which they differ put in its line.
package struct RequestMatch: Hashable, Sendable {
  package let subject: Subject
  /// In recording order.
  package let events: Spool<UsageEvent>
  /// In posting order; kinds that net per request.
  package let entries: Spool<LedgerEntry>
  /// By relation and id.
  package let setAside: Spool<SetAsideRow>
  /// The one event that may be charged.
  package let charged: UsageEvent?
  /// The first event of the provider call that this request's candidate is a copy of.
  package let copyOf: UsageEvent?
  /// The group of the charged event.
  package let home: GroupKey?
  /// What entries there are for the charge: the rounded charge in a ledger that rounds entries,
  /// the exact one otherwise; zero where nothing may be charged.
  package let expected: Money
  /// Σ entries by group, in order.
  package let nets: [GroupShare]
  /// Entries that reverse nothing, in posting order.
  package let postings: Spool<LivePosting>
  /// The differences, each in one line; none when the request is clean in money.
  package let shares: [BridgeShare]
  /// `expected`, or what was posted where that lies within rounding of the charge.
  package let accepted: Money
  /// The run's groups in which it counts, and those in which it does not though it has something
  /// there, because they are judged in part; set by the engine.
  package var seen: Set<GroupKey> = []
  package var unseen: Set<GroupKey> = []

  /// Live usage entries; the first stands.
  var liveUsage: some Sequence<LivePosting> { postings.lazy.filter(\.isLiveUsage) }

  /// Charge candidates, in recording order.
  var candidates: some Sequence<UsageEvent> { events.lazy.filter(\.isChargeCandidate) }

  /// Candidates that stand behind the first of the request or of its provider call.
  var copies: some Sequence<UsageEvent> {
    candidates.lazy.filter { $0.eventID != charged?.eventID }
  }

  var firstCandidate: UsageEvent? { events.first(where: \.isChargeCandidate) }

  /// When the request took place: by its charged event, else its first one, else the earliest that
  /// was set aside; `nil` where the gateway tells nothing of it.
  package var occurredAt: Instant? {
    (charged ?? events.first)?.occurredAt
      ?? setAside.lazy.filter { $0.relation == .usageEvent }.compactMap(\.at).min()
  }

  /// Nothing about it needs a rule: the figures are right and it was told once.
  package var isClean: Bool {
    shares.isEmpty && setAside.isEmpty && copyOf == nil
      && !candidates.dropFirst().contains { _ in true }
  }

  /// Whether its rows have to be looked up wherever they are before anything is said of it.
  var isDoubtful: Bool { !isClean || (charged == nil && !entries.isEmpty) }

  /// The group a break of this request is shown in.
  package func place(in zone: BillingZone) -> GroupKey? {
    home ?? entries.first.map(GroupKey.init(of:)) ?? events.first.map { GroupKey(of: $0, in: zone) }
  }

  package func shares(in line: BridgeLine) -> [GroupShare] {
    shares.filter { $0.line == line }.map {
      GroupShare(group: $0.group, amount: $0.amount)
    }
  }

  package func net(in group: GroupKey) -> Money {
    nets.first { $0.group == group }?.amount ?? .zero
  }
}

/// A part of a group's variance, given to a line of its bridge.
package struct BridgeShare: Hashable, Sendable {
  package let line: BridgeLine
  package let group: GroupKey
  package let amount: Money

  package init(line: BridgeLine, group: GroupKey, amount: Money) {
    self.line = line
    self.group = group
    self.amount = amount
  }
}
