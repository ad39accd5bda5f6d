import Accounting

/// What reverses what among the entries of one request. `Key` stands for the id of an entry: the id
/// itself, or of very many entries a digest of it, so that a reversal takes few bytes.
struct ReversalChains<Key: Hashable> {
  private struct Place: Hashable {
    let entry: Key
    let group: Int32
  }

  private let key: (String) -> Key
  /// Of reversals: what they name.
  private var targets: [Key: Key] = [:]
  /// What is named and is among the entries.
  private var known: Set<Key> = []
  private var groups: [GroupKey: Int32] = [:]
  /// Σ of what reverses an entry, by the group it is booked in.
  private var reversing: [Place: Money] = [:]

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
      if named.contains(id) { known.insert(id) }
    }
  }

  /// Whether nothing reverses anything.
  var isEmpty: Bool { known.isEmpty }

  /// Adds each reversal to what it reverses in the end.
  mutating func sumByRoot(_ entries: Spool<LedgerEntry>) throws(MoneyError) {
    for entry in entries where entry.kind == .reversal {
      if let root = root(of: entry) { try add(entry, to: root) }
    }
  }

  /// Adds each reversal to all that it reverses, directly or by what it reverses.
  mutating func sumByAncestor(_ entries: Spool<LedgerEntry>) throws(MoneyError) {
    for entry in entries where entry.kind == .reversal {
      for ancestor in ancestors(of: entry).keys { try add(entry, to: ancestor) }
    }
  }

  /// What the reversals booked in an entry's own group come to; `nil` where there are none.
  func reversed(_ entry: LedgerEntry) -> Money? {
    guard let group = groups[GroupKey(of: entry)] else { return nil }
    return reversing[Place(entry: key(entry.entryID), group: group)]
  }

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
    while let target = next, target != current, known.contains(target) {
      if target == start || keys.contains(target) { return (keys, true) }
      keys.append(target)
      current = target
      next = targets[target]
    }
    return (keys, false)
  }

  private mutating func add(_ entry: LedgerEntry, to target: Key) throws(MoneyError) {
    let key = GroupKey(of: entry)
    let group = groups[key] ?? Int32(groups.count)
    groups[key] = group
    try reversing[Place(entry: target, group: group), default: .zero] += entry.amount
  }
}
