import Reconciliation

/// Takes imported events in, each request once, whoever else is importing.
package struct IntakeBook {
  /// What became of an event.
  package enum Outcome: String, Hashable, Sendable, CaseIterable {
    /// The first of its request: it stands.
    case recorded
    /// The request was told before, in the same words.
    case duplicate
    /// The request was told before, otherwise: what was told first stands, this is kept beside it.
    case conflict
  }

  private let session: Connection

  /// - Throws: `BooksError` of category `configuration` where the tables or the rights are not there.
  package init(ledger conninfo: String) throws(BooksError) {
    session = try Connection("ledger", conninfo: conninfo)
    guard try IntakeSchema.isInstalled(on: session) else {
      throw BooksError(
        .configuration,
        "ledger: database \(session.database) has no schema tieout that takes imports",
        hint: "run `tieout install` as the owner of the database")
    }
  }

  package var database: String { session.database }

  /// Takes a batch in, in one transaction. Of two imports at once, the one that comes later to a
  /// request waits until the other has committed, and then finds what it told.
  ///
  /// - Returns: an outcome for each event, in their order.
  package func take(_ events: [ImportedEvent]) throws(BooksError) -> [Outcome] {
    try session.execute("begin isolation level read committed, read write")
    do throws(BooksError) {
      let outcomes = try taken(events)
      try session.commit()
      return outcomes
    } catch {
      session.rollBack()
      throw error
    }
  }

  private func taken(_ events: [ImportedEvent]) throws(BooksError) -> [Outcome] {
    var firsts: [String: Int] = [:]
    for (index, event) in events.enumerated() where firsts[event.requestID] == nil {
      firsts[event.requestID] = index
    }
    let recorded = try insert(firsts.values.sorted().map { events[$0] })
    let held = try digests(of: firsts.keys.sorted())
    let outcomes = events.enumerated().map { index, event -> Outcome in
      if firsts[event.requestID] == index, recorded.contains(event.requestID) { return .recorded }
      return held[event.requestID] == event.digest ? .duplicate : .conflict
    }
    try keep(zip(events, outcomes).filter { $0.1 == .conflict }.map(\.0))
    return outcomes
  }

  /// - Returns: the requests that nobody had told of.
  private func insert(_ events: [ImportedEvent]) throws(BooksError) -> Set<String> {
    let inserted = try session.query(
      """
      insert into tieout.imported_event (payload_digest, \(Self.names))
      select payload_digest, \(Self.names) from \(Self.given) order by request_id
      on conflict (request_id) do nothing returning request_id
      """, arrays(events))
    return Set((0..<inserted.rowCount).compactMap { inserted.text($0, 0) })
  }

  /// Of what stands, also where another import has only just put it there.
  private func digests(of requests: [String]) throws(BooksError) -> [String: String] {
    let result = try session.query(
      "select request_id, payload_digest from tieout.imported_event where request_id = any($1)",
      [ArrayText.of(requests)])
    var digests: [String: String] = [:]
    for row in 0..<result.rowCount {
      digests[result.text(row, 0) ?? ""] = result.text(row, 1)
    }
    return digests
  }

  /// Each payload once. Its row's id is its own, so that the two can be told apart.
  private func keep(_ events: [ImportedEvent]) throws(BooksError) {
    guard !events.isEmpty else { return }
    let names = Self.names.replacing("event_id", with: "event_id || '#' || left(payload_digest, 8)")
    try session.query(
      """
      insert into tieout.imported_conflict (payload_digest, \(Self.names))
      select payload_digest, \(names) from \(Self.given) order by request_id, payload_digest
      on conflict (request_id, payload_digest) do nothing
      """, arrays(events))
  }

  private static let names = IntakeColumn.all.map(\.name).joined(separator: ", ")

  private static let given: String = {
    let types = ["text"] + IntakeColumn.all.map(\.kind.type)
    let arrays = types.enumerated().map { "$\($0 + 1)::\($1)[]" }.joined(separator: ", ")
    return "unnest(\(arrays)) as given (payload_digest, \(names))"
  }()

  private func arrays(_ events: [ImportedEvent]) -> [String] {
    [ArrayText.of(events.map(\.digest))]
      + IntakeColumn.all.indices.map { column in ArrayText.of(events.map { $0.values[column] }) }
  }
}
