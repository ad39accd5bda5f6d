import Billing

/// Reads events again by the number they had in the first pass.
struct Recall {
  /// Numbers for one reading.
  static let batch = 8192

  let books: any BookSource
  let scope: Scope

  /// Hands on every event of the pull that has one of the wanted keys, at least once.
  /// - Throws: `LostRow` where a source does not find an event again under the same snapshot.
  func read(
    _ wanted: [Sighting], key: (UsageEvent) -> UInt64, receive: (UsageEvent) throws -> Void
  ) throws {
    let ordered = wanted.sorted { $0.number < $1.number }
    for start in stride(from: 0, to: ordered.count, by: Recall.batch) {
      let part = ordered[start..<min(start + Recall.batch, ordered.count)]
      let keys = Set(part.map(\.key))
      var missing = keys
      func take(_ row: Pulled<UsageEvent>) throws {
        guard case .row(let event) = row, scope.pulls(row) else { return }
        let key = key(event)
        guard keys.contains(key) else { return }
        missing.remove(key)
        try receive(event)
      }
      try books.events(numbered: part.map(\.number), isWide: false, of: scope, receive: take)
      if missing.isEmpty { continue }
      let rest = part.filter { missing.contains($0.key) }.map(\.number)
      try books.events(numbered: rest, isWide: true, of: scope, receive: take)
      guard missing.isEmpty else { throw LostRow(relation: .usageEvent, count: missing.count) }
    }
  }
}

/// Rows that were there in the first pass and are not found again: their ids are not unique, or
/// missing.
package struct LostRow: Error, Hashable, Sendable, CustomStringConvertible {
  package let relation: SetAsideRow.Relation
  package let count: Int

  package var description: String {
    """
    \(count) rows of \(relation.rawValue) were not found again by their ids under the same snapshot
    """
  }
}
