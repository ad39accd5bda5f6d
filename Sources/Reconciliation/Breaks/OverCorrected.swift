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
      for entry in match.entries {
        let group = GroupKey(of: entry)
        let left = try match.left(of: entry)
        guard left.sign * entry.amount.sign < 0,
          match.net(in: group).sign * entry.amount.sign < 0
        else { continue }
        return match.finding(
          book,
          explanation: """
            Entry \(entry.entryID) of \(entry.amount.text(entry.currency)) was reversed by more \
            than itself: \(left.text(entry.currency)) is left.
            """)
      }
      return nil
    })
}

extension RequestMatch {
  /// An entry's amount and all that reverses it, or reverses that, within its group.
  fileprivate func left(of entry: LedgerEntry) throws(MoneyError) -> Money {
    let group = GroupKey(of: entry)
    var left = entry.amount
    var named: Set<String> = [entry.entryID]
    var open = entries.filter { $0.kind == .reversal && $0.entryID != entry.entryID }
    while true {
      let reversing = open.filter { $0.reversesEntryID.map(named.contains) ?? false }
      guard !reversing.isEmpty else { return left }
      for reversal in reversing where GroupKey(of: reversal) == group {
        try left += reversal.amount
      }
      named.formUnion(reversing.map(\.entryID))
      open.removeAll { named.contains($0.entryID) }
    }
  }
}
