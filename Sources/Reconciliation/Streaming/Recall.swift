/// Reads events again by the number they had in the first pass, in its own few columns.
struct Recall {
  /// Numbers for one reading.
  private static let batch = 8192

  let books: any BookSource
  let pass: FirstPass

  /// Hands on every event of the pull that has one of the wanted keys, at least once.
  ///
  /// - Parameter wanted: in order of their numbers.
  /// - Throws: `LostRow` where a source does not find an event again under the same snapshot.
  func read(
    _ wanted: Spool<Sighting>, key: (borrowing LeanEvent) -> UInt64?,
    receive: (borrowing LeanEvent) throws -> Void
  ) throws {
    var part: [Sighting] = []
    for sighting in wanted {
      part.append(sighting)
      guard part.count == Recall.batch else { continue }
      try read(together: part, key, receive)
      part.removeAll(keepingCapacity: true)
    }
    if !part.isEmpty { try read(together: part, key, receive) }
  }

  /// Hands on the requests of events that were sighted, each once, in batches.
  func forEachRequest(
    of sightings: Spool<Sighting>, in scratch: Scratch, key: (borrowing LeanEvent) -> UInt64?,
    body: ([String]) throws -> Void
  ) throws {
    guard !sightings.isEmpty else { return }
    let requests = NameFile(in: scratch)
    try read(sightings, key: key) {
      try requests.append($0.requestID, pass.digester.digest($0.requestID))
    }
    try requests.forEachBatch(of: SecondPass.batch, in: pass.ids.requests, body)
  }

  private func read(
    together part: [Sighting], _ key: (borrowing LeanEvent) -> UInt64?,
    _ receive: (borrowing LeanEvent) throws -> Void
  ) throws {
    let keys = Set(part.map(\.key))
    var missing = keys
    func take(_ event: borrowing LeanEvent) throws {
      guard !event.requestID.isNull, let key = key(event), keys.contains(key) else { return }
      missing.remove(key)
      try receive(event)
    }
    for isWide in [false, true] where !missing.isEmpty {
      let rest = part.filter { missing.contains($0.key) }.map(\.number)
      try books.events(numbered: rest, isWide: isWide, of: pass, receive: take)
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
