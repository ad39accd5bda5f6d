import Accounting
import Billing

/// Reads one request that has more rows than may be held in memory: they are sorted on disk and
/// matched as they are read back. Only reversals that name no request are kept, to find what they
/// reverse.
struct GiantRequest {
  let id: String
  let books: any BookSource
  let terms: Terms
  let scratch: Scratch

  /// - Parameters:
  ///   - isWanted: whether a row is to be looked at.
  ///   - note: sees each good event.
  func rows(
    where isWanted: Wanted, note: (UsageEvent) throws -> Void = { _ in }
  ) throws -> OrderedRows {
    var events = SpoolSorter<UsageEvent>(in: scratch, by: UsageEvent.inRecordingOrder)
    var entries = SpoolSorter<LedgerEntry>(in: scratch, by: LedgerEntry.inPostingOrder)
    var setAside = SpoolSorter<SetAsideRow>(in: scratch, by: SetAsideRow.inOrder)
    try books.usage(.requests([id])) { row in
      guard isWanted.event(row) else { return }
      switch row {
      case .setAside(let row): try setAside.append(row)
      case .row(let event):
        if let problem = event.defect(asOf: terms.asOf) {
          try setAside.append(event.setAside(because: problem, in: terms.zone))
        } else {
          try note(event)
          try events.append(event)
        }
      }
    }
    var unnamed = RowTable(asOf: terms.asOf, zone: terms.zone)
    try books.entries(.requests([id])) { row in
      guard isWanted.entry(row) else { return }
      switch row {
      case .setAside(let row): try setAside.append(row)
      case .row(let entry) where entry.requestID == nil: unnamed.add(row)
      case .row(let entry): if entry.kind.netsPerRequest { try entries.append(entry) }
      }
    }
    try LookUp.settle(&unnamed, from: books)
    for entry in unnamed.rows[.request(id)]?.entries ?? [] { try entries.append(entry) }
    return OrderedRows(
      events: try events.finish(), entries: try entries.finish(),
      setAside: try setAside.finish().withoutRepeats(in: scratch))
  }

  /// The first event of the provider call of `first`, if that is another one.
  func original(of first: UsageEvent, where isWanted: Wanted) throws -> UsageEvent? {
    guard let call = first.providerRequestID, !call.isEmpty else { return nil }
    var earliest = first
    try books.usage(.providerRequests([call])) { row in
      guard case .row(let event) = row, isWanted.event(row),
        event.defect(asOf: terms.asOf) == nil, event.isChargeCandidate,
        ProviderCalls.isOneCall(event, first), UsageEvent.inRecordingOrder(event, earliest)
      else { return }
      earliest = event
    }
    return earliest.eventID == first.eventID ? nil : earliest
  }

  /// Which rows are looked at.
  struct Wanted: Sendable {
    let event: @Sendable (Pulled<UsageEvent>) -> Bool
    let entry: @Sendable (Pulled<LedgerEntry>) -> Bool

    static let all = Wanted(event: { _ in true }, entry: { _ in true })

    /// Those of the range, as an engine that reads everything has them.
    static func pulled(by scope: Scope) -> Wanted {
      Wanted(event: { scope.pulls($0) }, entry: { scope.pulls($0) })
    }
  }
}

extension Spool<SetAsideRow> {
  /// Of rows with one id the first, as everywhere.
  func withoutRepeats(in scratch: Scratch) throws -> Spool {
    var distinct = SpoolWriter<SetAsideRow>(in: scratch)
    var latest: SetAsideRow?
    for row in self {
      if let latest, latest.relation == row.relation, latest.rowID == row.rowID { continue }
      try distinct.append(row)
      latest = row
    }
    return try distinct.finish()
  }
}
