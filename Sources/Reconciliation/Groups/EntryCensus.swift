import Accounting

/// What entries of one kind come to in a group: a count, the ids of the first few in posting order,
/// and what a further correction has to know of them.
package struct EntryCensus: Hashable, Sendable {
  private struct Mention: Hashable, Sendable, Comparable {
    let postedAt: Instant
    let entryID: String

    static func < (left: Mention, right: Mention) -> Bool {
      (left.postedAt, left.entryID) < (right.postedAt, right.entryID)
    }
  }

  package private(set) var count = 0
  package private(set) var amount = Money.zero
  package private(set) var earlierKeys = EarlierKeys()
  private var firsts: [Mention] = []

  package init() {}

  package mutating func add(_ entry: LedgerEntry) throws(MoneyError) {
    count += 1
    try amount += entry.amount
    earlierKeys.add(entry.idempotencyKey)
    keep(Mention(postedAt: entry.postedAt, entryID: entry.entryID))
  }

  package mutating func merge(_ other: EntryCensus) throws(MoneyError) {
    count += other.count
    try amount += other.amount
    earlierKeys.merge(other.earlierKeys)
    for mention in other.firsts { keep(mention) }
  }

  package var evidence: Evidence { Evidence(firstIDs: firsts.map(\.entryID), count: count) }

  private mutating func keep(_ mention: Mention) {
    if firsts.count == Evidence.idsListed, let last = firsts.last, mention >= last { return }
    firsts.insert(mention, at: firsts.division { $0 <= mention })
    if firsts.count > Evidence.idsListed { firsts.removeLast() }
  }
}
