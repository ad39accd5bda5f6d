import Accounting

/// An entry that is not a reversal, with what its reversals leave of it.
package struct LivePosting: Hashable, Sendable {
  package let entry: LedgerEntry
  package let group: GroupKey
  /// The entry's amount and all that reverses it, or reverses that, within the entry's own group.
  package let rest: Money
  package let isReversed: Bool

  /// Live until reversals bring it to zero. An entry of zero is live: it was posted.
  package var isLive: Bool { !isReversed || !rest.isZero }

  /// Whether a reversal can take away what is left of it.
  package var isReversible: Bool {
    (entry.kind == .usage || entry.kind == .adjustment) && !rest.isZero
  }

  /// The entries of one request that reverse nothing known, in posting order.
  ///
  /// - Parameter entries: all entries of a request. A reversal that names an entry outside them
  ///   stands for itself.
  package static func all(of entries: [LedgerEntry]) throws(MoneyError) -> [LivePosting] {
    let byID = Dictionary(entries.map { ($0.entryID, $0) }) { first, _ in first }
    var reversals: [String: [LedgerEntry]] = [:]
    var roots: [LedgerEntry] = []
    for entry in entries {
      let root = root(of: entry, in: byID)
      if root.entryID == entry.entryID {
        roots.append(entry)
      } else {
        reversals[root.entryID, default: []].append(entry)
      }
    }
    var postings: [LivePosting] = []
    for entry in roots.sorted(by: LedgerEntry.inPostingOrder) {
      let group = GroupKey(of: entry)
      let reversing = (reversals[entry.entryID] ?? []).filter { GroupKey(of: $0) == group }
      let rest = try entry.amount + Money.sum(reversing.map(\.amount))
      postings.append(
        LivePosting(entry: entry, group: group, rest: rest, isReversed: !reversing.isEmpty))
    }
    return postings
  }

  /// Follows reversals to what they reverse in the end. A chain that bites its own tail ends after
  /// as many steps as there are entries.
  private static func root(of entry: LedgerEntry, in byID: [String: LedgerEntry]) -> LedgerEntry {
    var current = entry
    for _ in 0..<byID.count {
      guard current.kind == .reversal, let id = current.reversesEntryID, let target = byID[id],
        target.entryID != current.entryID
      else { return current }
      current = target
    }
    return entry
  }
}
