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

  var isLiveUsage: Bool { entry.kind == .usage && isLive }

  /// Whether a reversal can take away what is left of it.
  package var isReversible: Bool {
    (entry.kind == .usage || entry.kind == .adjustment) && !rest.isZero
  }

  /// The entries of one request that reverse nothing known, in posting order.
  ///
  /// - Parameter entries: all entries of a request, in posting order. A reversal that names an entry
  ///   outside them stands for itself.
  package static func all(of entries: Spool<LedgerEntry>) throws -> Spool<LivePosting> {
    guard entries.isSpooled else { return try all(of: entries) { $0 } }
    let digester = Digester(seed: .random(in: 0 ... .max))
    return try all(of: entries) { digester.digest($0) }
  }

  private static func all<Key: Hashable>(
    of entries: Spool<LedgerEntry>, key: @escaping (String) -> Key
  ) throws -> Spool<LivePosting> {
    var chains = ReversalChains(of: entries, key: key)
    if !chains.isEmpty { try chains.sumByRoot(entries) }
    var postings = SpoolWriter<LivePosting>(in: entries.scratch)
    for entry in entries where chains.isEmpty || chains.root(of: entry) == nil {
      let reversed = chains.isEmpty ? nil : chains.reversed(entry)
      try postings.append(
        LivePosting(
          entry: entry, group: GroupKey(of: entry), rest: entry.amount + (reversed ?? .zero),
          isReversed: reversed != nil))
    }
    return try postings.finish()
  }
}
