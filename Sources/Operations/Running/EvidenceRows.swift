import Accounting
import Billing
import Books
import Reconciliation

/// What the books hold now of a break's rows.
package struct BookEvidence: Sendable {
  package var arithmetic: [String] = []
  /// Events and entries side by side.
  package var rows: [String] = []
  /// Columns of type uuid, of which a text that is none cannot be asked.
  var uuidColumns: [Relation: Set<String>] = [:]
  /// Why none of it can be had.
  package var problem: String?

  package init() {}

  package init(problem: String) { self.problem = problem }
}

extension Explanation {
  /// Reads the rows behind the break, as both books hold them now.
  ///
  /// - Parameter job: where the books are, and how its ledger rounds.
  /// - Returns: nothing of a break of a group as a whole.
  /// - Throws: `BooksError` when a book cannot be read.
  package func evidence(of job: Job) throws -> BookEvidence {
    guard let subject else { return BookEvidence() }
    let zone = try Zones.billingZone(named: report.run.timezone)
    let books = try PostgresBooks(
      gateway: job.gateway.place, ledger: job.ledger.place, zone: zone, patience: .none)
    try books.beginSnapshot()
    defer { books.endSnapshot() }
    var terms = try job.terms(
      range: report.run.range, asOf: report.run.asOf, places: .everything)
    terms.zone = zone
    let match = try RequestMatch(reading: subject, from: books, under: terms)
    var evidence = BookEvidence()
    evidence.arithmetic = try Arithmetic.lines(of: match)
    evidence.rows = SideBySide.lines(of: match, in: zone)
    for relation in [Relation.usageEvent, .entry] {
      evidence.uuidColumns[relation] = books.uuidColumns(relation)
    }
    return evidence
  }

  /// `nil` for a break of a group as a whole.
  private var subject: Subject? {
    if let request = found.requestID { return .request(request) }
    switch Register.rules.first(where: { $0.code == found.code })?.judge {
    case .request, .exception: return found.entryIDs.first.map { .entry($0) }
    case .pull, .group, .invoice, .audit, nil: return nil
    }
  }
}

/// The events of a request on the left and its entries on the right, in pairs.
enum SideBySide {
  private static let limit = 12
  private static let names = ["id", "at", "place", "month", "kind", "of", "amount"]

  static func lines(of match: RequestMatch, in zone: BillingZone) -> [String] {
    let events = match.events.prefix(limit).map { cells(of: $0, in: zone) }
    let entries = match.entries.prefix(limit).map(cells)
    let pairs = max(match.events.count, match.entries.count)
    var table = TextTable([.left, .left, .left])
    for pair in 0..<min(pairs, limit) {
      if pair > 0 { table.append("", "", "") }
      for (line, name) in names.enumerated() {
        table.append(
          name, pair < events.count ? events[pair][line] : (line == 0 ? "none" : ""),
          pair < entries.count ? entries[pair][line] : (line == 0 ? "none" : ""))
      }
    }
    var lines =
      table.isEmpty
      ? ["  neither book has a row"]
      : table.lines(headings: ["", "usage event", "ledger entry"])
    if pairs > limit { lines.append("  and more: the SQL shows all of them") }
    return lines
      + match.setAside.prefix(limit).map {
        "  set aside: \($0.relation.rawValue) \($0.rowID): \($0.problem)"
      }
  }

  private static func cells(of event: UsageEvent, in zone: BillingZone) -> [String] {
    let tokens = String(event.tokens.total).grouped
    let price = event.priceVersion.map { ", price version \($0)" } ?? ""
    return [
      event.eventID, event.occurredAt.description, place(event.tenant, event.deployment),
      zone.period(of: event.occurredAt).description,
      event.status == .ok ? event.attempt.text : event.status.text,
      "\(event.model), \(tokens) tokens\(price)",
      event.charge.map { "\($0.text(in: event.currency).grouped) \(event.currency)" }
        ?? "not rated",
    ].map(\.harmless)
  }

  private static func cells(of entry: LedgerEntry) -> [String] {
    [
      entry.entryID, entry.postedAt.description, place(entry.tenant, entry.deployment),
      entry.serviceMonth == entry.period
        ? entry.period.description : "\(entry.serviceMonth), booked in \(entry.period)",
      entry.kind.text, entry.reversesEntryID.map { "reverses \($0)" } ?? entry.reason ?? "",
      "\(entry.amount.text(in: entry.currency).grouped) \(entry.currency)",
    ].map(\.harmless)
  }

  private static func place(_ tenant: String, _ deployment: String?) -> String {
    deployment.map { "\(tenant)/\($0)" } ?? tenant
  }
}
