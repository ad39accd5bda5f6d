import Accounting
import Billing
import Books
import Reconciliation

extension Explanation {
  /// The rows behind the break, as both books hold them now.
  ///
  /// - Parameter job: where the books are.
  /// - Returns: a table for each book; none for a break of a group as a whole.
  /// - Throws: `BooksError` when a book cannot be read.
  package func rows(of job: Job) throws -> [String] {
    guard found.requestID != nil || !found.entryIDs.isEmpty else { return [] }
    let books = try PostgresBooks(
      gateway: job.gateway.place, ledger: job.ledger.place,
      zone: try Zones.billingZone(named: report.run.timezone), patience: .none)
    try books.beginSnapshot()
    defer { books.endSnapshot() }
    return try usageRows(books) + entryRows(books)
  }

  private func usageRows(_ books: PostgresBooks) throws -> [String] {
    guard let request = found.requestID else { return [] }
    var events = FirstRows(by: UsageEvent.inRecordingOrder)
    try books.usage(.requests([request])) { if case .row(let event) = $0 { events.add(event) } }
    var table = TextTable([.left, .left, .left, .left, .left, .right, .decimal, .left])
    for event in events.ordered {
      table.append(
        event.eventID, event.occurredAt.description,
        event.deployment.map { "\(event.tenant)/\($0)" } ?? event.tenant, event.model,
        event.status == .ok ? event.attempt.text : event.status.text, "\(event.tokens.total)",
        event.charge?.text(in: event.currency) ?? "NULL", event.currency.code)
    }
    return table.isEmpty
      ? ["  no usage event of request \(request)"]
      : table.lines(
        headings: ["usage event", "occurred", "place", "model", "kind", "tokens", "charge", ""])
        + events.rest
  }

  private func entryRows(_ books: PostgresBooks) throws -> [String] {
    let selection: EntrySelection =
      found.requestID.map { .requests([$0]) } ?? .entryIDs(found.entryIDs)
    var entries = FirstRows(by: LedgerEntry.inPostingOrder)
    try books.entries(selection) { if case .row(let entry) = $0 { entries.add(entry) } }
    var table = TextTable([.left, .left, .left, .left, .left, .decimal, .left, .left])
    for entry in entries.ordered {
      table.append(
        entry.entryID, entry.postedAt.description,
        entry.deployment.map { "\(entry.tenant)/\($0)" } ?? entry.tenant,
        entry.serviceMonth.description, entry.kind.text, entry.amount.text(in: entry.currency),
        entry.currency.code, entry.reversesEntryID.map { "reverses \($0)" } ?? "")
    }
    return table.isEmpty
      ? ["  no ledger entry"]
      : table.lines(
        headings: ["ledger entry", "posted", "place", "month", "kind", "amount", "", ""])
        + entries.rest
  }
}

/// The first rows in an order of their own, of however many.
private struct FirstRows<Row> {
  /// As many as a person reads.
  private static var shown: Int { 200 }

  private let areInOrder: (Row, Row) -> Bool
  private var rows: [Row] = []
  private var count = 0

  init(by areInOrder: @escaping (Row, Row) -> Bool) { self.areInOrder = areInOrder }

  mutating func add(_ row: Row) {
    count += 1
    rows.append(row)
    if rows.count == Self.shown * 8 { rows = ordered }
  }

  var ordered: [Row] { Array(rows.sorted(by: areInOrder).prefix(Self.shown)) }

  /// How many more there are.
  var rest: [String] {
    let more = count - Self.shown
    return more > 0 ? ["  and \(Summary.number(more)) more"] : []
  }
}
