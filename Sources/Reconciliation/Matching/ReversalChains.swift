import Accounting

/// What reverses what among the entries of one request. `Key` stands for the id of an entry: the id
/// itself, or of very many entries a digest of it, so that a reversal takes few bytes.
struct ReversalChains<Key: Hashable> {
  private let key: (String) -> Key
  /// Of reversals: what they name.
  private var targets: [Key: Key] = [:]
  /// What is named and is among the entries, with the group it is booked in.
  private var known: [Key: Int32] = [:]
  private var groups: [GroupKey: Int32] = [:]
  /// Σ of what reverses an entry within its own group.
  private var reversing: [Key: Money] = [:]

  /// - Parameter key: different for different ids.
  init(of entries: Spool<LedgerEntry>, key: @escaping (String) -> Key) {
    self.key = key
    for entry in entries {
      guard entry.kind == .reversal, let target = entry.reversesEntryID else { continue }
      let id = key(entry.entryID)
      if targets[id] == nil { targets[id] = key(target) }
    }
    guard !targets.isEmpty else { return }
    let named = Set(targets.values)
    for entry in entries {
      let id = key(entry.entryID)
      guard named.contains(id), known[id] == nil else { continue }
      let place = GroupKey(of: entry)
      let group = groups[place] ?? Int32(groups.count)
      groups[place] = group
      known[id] = group
    }
  }

  /// Whether nothing reverses anything.
  var isEmpty: Bool { known.isEmpty }

  /// Adds each reversal to what it reverses in the end, where all between the two is booked in one
  /// group: what is booked elsewhere takes nothing away here, and gives nothing back.
  mutating func sumByRoot(_ entries: Spool<LedgerEntry>) throws(MoneyError) {
    for entry in entries where entry.kind == .reversal {
      let (keys, isEndless) = ancestors(of: entry)
      guard !isEndless, let root = keys.last, own(keys, of: entry).count == keys.count else {
        continue
      }
      try reversing[root, default: .zero] += entry.amount
    }
  }

  /// Adds each reversal to all that it reverses so, directly or by what it reverses.
  mutating func sumByAncestor(_ entries: Spool<LedgerEntry>) throws(MoneyError) {
    for entry in entries where entry.kind == .reversal {
      for ancestor in own(ancestors(of: entry).keys, of: entry) {
        try reversing[ancestor, default: .zero] += entry.amount
      }
    }
  }

  /// What the reversals of an entry within its own group come to; `nil` where there are none.
  func reversed(_ entry: LedgerEntry) -> Money? { reversing[key(entry.entryID)] }

  /// What a reversal reverses in the end; `nil` for what reverses nothing known, or itself.
  func root(of entry: LedgerEntry) -> Key? {
    let (keys, isEndless) = ancestors(of: entry)
    return isEndless ? nil : keys.last
  }

  /// From the nearest on, each once. A chain that bites its own tail is endless.
  private func ancestors(of entry: LedgerEntry) -> (keys: [Key], isEndless: Bool) {
    guard entry.kind == .reversal else { return ([], false) }
    let start = key(entry.entryID)
    var keys: [Key] = []
    var current = start
    var next = entry.reversesEntryID.map(key)
    while let target = next, target != current, known[target] != nil {
      if target == start || keys.contains(target) { return (keys, true) }
      keys.append(target)
      current = target
      next = targets[target]
    }
    return (keys, false)
  }

  /// The nearest ancestors, as far as they are booked in the entry's own group.
  private func own(_ ancestors: [Key], of entry: LedgerEntry) -> ArraySlice<Key> {
    guard let group = groups[GroupKey(of: entry)] else { return [] }
    return ancestors.prefix { known[$0] == group }
  }
}
