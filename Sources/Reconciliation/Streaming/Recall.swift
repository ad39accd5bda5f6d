import Billing

/// Reads events again by the number they had in the first pass.
struct Recall {
  /// Numbers for one reading.
  private static let batch = 8192

  let books: any BookSource
  let scope: Scope

  /// Hands on every event of the pull that has one of the wanted keys, at least once.
  ///
  /// - Parameters:
  ///   - wanted: in order of their numbers.
  ///   - endOfPart: called when what was wanted together has been handed on; only then the books
  ///     may be asked for something else.
  /// - Throws: `LostRow` where a source does not find an event again under the same snapshot.
  func read(
    _ wanted: Spool<Sighting>, key: (UsageEvent) -> UInt64, receive: (UsageEvent) throws -> Void,
    endOfPart: () throws -> Void = {}
  ) throws {
    var part: [Sighting] = []
    for sighting in wanted {
      part.append(sighting)
      guard part.count == Recall.batch else { continue }
      try read(together: part, key, receive)
      try endOfPart()
      part.removeAll(keepingCapacity: true)
    }
    guard !part.isEmpty else { return }
    try read(together: part, key, receive)
    try endOfPart()
  }

  private func read(
    together part: [Sighting], _ key: (UsageEvent) -> UInt64,
    _ receive: (UsageEvent) throws -> Void
  ) throws {
    let keys = Set(part.map(\.key))
    var missing = keys
    func take(_ row: Pulled<UsageEvent>) throws {
      guard case .row(let event) = row, scope.pulls(row) else { return }
      let key = key(event)
      guard keys.contains(key) else { return }
      missing.remove(key)
      try receive(event)
    }
    for isWide in [false, true] where !missing.isEmpty {
      let rest = part.filter { missing.contains($0.key) }.map(\.number)
      try books.events(numbered: rest, isWide: isWide, of: scope, receive: take)
    }
    guard missing.isEmpty else { throw LostRow(relation: .usageEvent, count: missing.count) }
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
