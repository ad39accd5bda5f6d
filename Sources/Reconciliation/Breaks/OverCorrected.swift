import Accounting

extension BreakRule {
  static let overCorrected = BreakRule(
    code: .overCorrected, severity: .stop,
    meaning: """
      The reversals of an entry exceed the entry, and its request has gone to the other side of \
      zero.
      """,
    remedy: "none: reverse the surplus reversal by hand, then run again",
    disposition: .report,
    judge: .request { match, book in
      guard let (entry, left) = try match.overReversed() else { return nil }
      return match.finding(
        book,
        explanation: """
          Entry \(entry.entryID) of \(entry.amount.text(entry.currency)), \(match.name) of \
          \(GroupKey(of: entry)), was reversed by more than itself: \
          \(left.text(entry.currency)) is left.
          """)
    })
}

extension RequestMatch {
  /// The first entry that its reversals, or what reverses these, have brought to the other side of
  /// zero within its group, and the request with it; with what is left of it.
  fileprivate func overReversed() throws -> (LedgerEntry, left: Money)? {
    guard entries.isSpooled else { return try overReversed { $0 } }
    let digester = Digester(seed: .random(in: 0 ... .max))
    return try overReversed { digester.digest($0) }
  }

  private func overReversed<Key: Hashable>(
    key: @escaping (String) -> Key
  ) throws -> (LedgerEntry, left: Money)? {
    var chains = ReversalChains(of: entries, key: key)
    guard !chains.isEmpty else { return nil }
    try chains.sumByAncestor(entries)
    for entry in entries {
      guard let reversed = chains.reversed(entry) else { continue }
      let left = try entry.amount + reversed
      if left.sign * entry.amount.sign < 0,
        net(in: GroupKey(of: entry)).sign * entry.amount.sign < 0
      {
        return (entry, left)
      }
    }
    return nil
  }
}
