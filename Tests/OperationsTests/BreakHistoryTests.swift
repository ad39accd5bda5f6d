import Accounting
import Books
import Foundation
import Operations
import Reconciliation
import TestSupport
import Testing

/// The life of two breaks over the nightly runs of one October, in a real PostgreSQL. Each night is
/// a run as of two in the morning; each line beside it is a row of its roll-forward.
@Suite struct BreakHistoryTests {
  private let books: BooksOfNights

  init() async throws { books = try await BooksOfNights() }

  @Test func aBreakAppearsAgesChangesIsCorrectedAndComesBack() throws {
    // Usage of the 1st that nobody bills, and usage of the 2nd that is still on its way.
    try books.event("a", "2026-10-01 12:00Z", "5.00")
    try books.event("b", "2026-10-02 01:00Z", "2.00")
    #expect(
      try books.night("2026-10-02") == [
        "in-transit: new 1 -2.00, closing 1 -2.00 (0-1 days)",
        "unbilled: new 1 -5.00, closing 1 -5.00 (0-1 days)",
      ])

    // At cut-off what was in transit is unbilled, and keeps the day it was first seen.
    #expect(
      try books.night("2026-10-03") == [
        "in-transit: opening 1 -2.00, reclassified -1 2.00",
        "unbilled: opening 1 -5.00, reclassified 1 -2.00, closing 2 -7.00 (0-1 days)",
      ])
    #expect(
      try books.list() == [
        "a unbilled open -5.00 since 2026-10-02", "b unbilled open -2.00 since 2026-10-02",
      ])

    // The biller charges a, and too little; the difference is a break of its own.
    try books.entry("l1", "a", "3.00", "2026-10-03 12:00Z")
    #expect(
      try books.night("2026-10-04") == [
        "amount-mismatch: new 1 -2.00, closing 1 -2.00 (0-1 days)",
        "unbilled: opening 2 -7.00, gone 1 -5.00, closing 1 -2.00 (2-7 days)",
      ])

    // It takes even more off, so the break grows.
    try books.entry("l2", "a", "-0.50", "2026-10-04 12:00Z", kind: "adjustment")
    #expect(
      try books.night("2026-10-05") == [
        "amount-mismatch: opening 1 -2.00, changed -0.50, closing 1 -2.50 (0-1 days)",
        "unbilled: opening 1 -2.00, closing 1 -2.00 (2-7 days)",
      ])

    // A run posts what rights both.
    #expect(
      try books.night("2026-10-06", post: true) == [
        "amount-mismatch: opening 1 -2.50, corrected 1 -2.50",
        "unbilled: opening 1 -2.00, corrected 1 -2.00",
      ])
    #expect(try books.night("2026-10-07") == [])

    // Somebody takes the charge of b back: the same break comes back, as old as it is.
    let charge = try #require(
      try books.session.query("select entry_id from ledger.entry where request_id = 'b'").scalar)
    try books.entry("l3", "b", "-2.00", "2026-10-07 12:00Z", kind: "reversal", reverses: charge)
    #expect(
      try books.night("2026-10-08") == ["unbilled: new 1 -2.00, closing 1 -2.00 (2-7 days)"])

    // The biller charges it anew.
    try books.entry("l4", "b", "2.00", "2026-10-08 12:00Z")
    #expect(try books.night("2026-10-09") == ["unbilled: opening 1 -2.00, gone 1 -2.00"])
    #expect(
      try books.list() == [
        "a amount-mismatch corrected -2.50 since 2026-10-04",
        "a unbilled gone -5.00 since 2026-10-02", "b unbilled gone -2.00 since 2026-10-02",
      ])
    #expect(
      try books.changes(of: "b") == [
        " to in-transit -2.00", "in-transit to open -2.00", "open to corrected -2.00",
        " to open -2.00", "open to gone -2.00",
      ])
  }

  /// A job that looks at one day a night tells of a break once; what stands is known all the same,
  /// for whatever arrives on it is looked at again.
  @Test func whatARunDoesNotLookAtIsCarriedForward() throws {
    books.range = .yesterday
    try books.event("a", "2026-10-01 12:00Z", "5.00")
    try books.event("b", "2026-10-01 23:30Z", "2.00")
    #expect(
      try books.night("2026-10-02") == [
        "in-transit: new 1 -2.00, closing 1 -2.00 (0-1 days)",
        "unbilled: new 1 -5.00, closing 1 -5.00 (0-1 days)",
      ])
    // Times of arrival are the server's: what is put in now arrived after the first run.
    try books.entry("l1", "b", "2.00", nil)
    #expect(
      try books.night("2026-10-03") == [
        "in-transit: opening 1 -2.00, gone 1 -2.00",
        "unbilled: opening 1 -5.00, closing 1 -5.00 (0-1 days)",
      ])
    try books.entry("l2", "a", "5.00", nil)
    #expect(try books.night("2026-10-04") == ["unbilled: opening 1 -5.00, gone 1 -5.00"])
  }

  @Test func aRunThatLooksBackMovesNothing() throws {
    try books.event("a", "2026-10-01 12:00Z", "5.00")
    _ = try books.night("2026-10-05")
    let earlier = try books.run("2026-10-03")
    #expect(earlier.report.rollForward == nil)
    #expect(earlier.notes.count == 1)
    #expect(earlier.notes.first?.contains("is on record") == true)
    #expect(
      try books.night("2026-10-06") == ["unbilled: opening 1 -5.00, closing 1 -5.00 (0-1 days)"])
  }

  @Test func oneTenantsReportTellsOfThatTenantAlone() throws {
    try books.event("a", "2026-10-01 12:00Z", "5.00")
    try books.event("z", "2026-10-01 12:00Z", "1.00", tenant: "zeta")
    _ = try books.night("2026-10-03")
    let found = try books.run("2026-10-04") { $0.places.tenants = ["zeta"] }
    #expect(
      BooksOfNights.rows(found) == ["unbilled: opening 1 -1.00, closing 1 -1.00 (0-1 days)"])
    #expect(
      try books.night("2026-10-05") == [
        "unbilled: opening 1 -5.00, closing 1 -5.00 (2-7 days)",
        "unbilled: opening 1 -1.00, closing 1 -1.00 (2-7 days)",
      ])
  }
}

/// Books of October, and a nightly job over them.
final class BooksOfNights {
  let dsn: String
  let session: Connection
  let reports: URL
  var range = JobRange.monthToDate

  init() async throws {
    dsn = try await TestCluster.database()
    session = try Connection("test", conninfo: dsn)
    reports = try Scratch.directory()
    _ = try TieoutSchema.install(on: session)
  }

  deinit { try? FileManager.default.removeItem(at: reports) }

  func event(_ id: String, _ at: String, _ charge: String, tenant: String = "acme") throws {
    try session.query(
      """
      insert into gateway.usage_event (event_id, request_id, tenant_id, deployment_id, occurred_at,
        recorded_at, model, input_tokens, charge)
      values ('event of ' || $1, $1, $4, 'prod', $2::timestamptz, $2::timestamptz, 'm', 5,
        $3::numeric)
      """, [id, at, charge, tenant])
  }

  /// - Parameter at: `nil` = by the server's clock.
  func entry(
    _ id: String, _ request: String, _ amount: String, _ at: String?, kind: String = "usage",
    reverses: String? = nil
  ) throws {
    try session.query(
      """
      insert into ledger.entry (entry_id, tenant_id, deployment_id, request_id, amount, period,
        posted_at, kind, reverses_entry_id)
      values ($1, 'acme', 'prod', $2, $3::numeric, '2026-10-01',
        coalesce($4::timestamptz, now()), $5, $6)
      """, [id, request, amount, at, kind, reverses])
  }

  func run(
    _ day: String, post: Bool = false, _ change: (inout RunRequest) -> Void = { _ in }
  ) throws -> RunOutcome {
    var job = Job()
    job.name = "nightly"
    job.range = range
    job.gateway.dsn = dsn
    job.ledger.dsn = dsn
    let asOf = try #require(Instant("\(day)T02:00:00Z"))
    var request = RunRequest(
      job: job, range: try job.resolveRange(asOf: asOf), post: post, asOf: asOf,
      reportDirectory: reports.path)
    change(&request)
    return try JobRun(request).run()
  }

  /// The rows of a night's roll-forward.
  func night(_ day: String, post: Bool = false) throws -> [String] {
    Self.rows(try run(day, post: post))
  }

  static func rows(_ outcome: RunOutcome) -> [String] {
    (outcome.report.rollForward?.rows ?? []).map { row in
      let currency = row.key.currency
      let sums = [
        ("opening", row.opening), ("new", row.new), ("corrected", row.corrected),
        ("rejected", row.rejected), ("gone", row.gone), ("reclassified", row.reclassified),
      ]
      var words = sums.filter { $0.1 != RollForward.Sum() }.map {
        "\($0) \($1.count) \($1.amount.text(in: currency))"
      }
      if !row.changed.isZero { words.append("changed \(row.changed.text(in: currency))") }
      if row.closing.count > 0 {
        let ages = AgeBucket.allCases.filter { row.ages[$0] != nil }.map(\.rawValue)
        words.append(
          "closing \(row.closing.count) \(row.closing.amount.text(in: currency)) "
            + "(\(ages.joined(separator: ", ")) days)")
      }
      return "\(row.key.code.rawValue): \(words.joined(separator: ", "))"
    }
  }

  /// The breaks on record: request, code, state, amount and day first seen.
  func list() throws -> [String] {
    var lines: [String] = []
    try session.breaks(BreakSelection()) { listed in
      let record = listed.record
      lines.append(
        "\(record.requestID ?? "") \(record.code.rawValue) \(record.state.rawValue) "
          + "\(record.amount.text(in: record.group.currency)) "
          + "since \(record.firstSeen.description.prefix(10))")
    }
    return lines.sorted()
  }

  /// What the runs changed of a request's breaks that began as unbilled or in transit, in order.
  func changes(of request: String) throws -> [String] {
    let result = try session.query(
      """
      select coalesce(state_before, '') || ' to ' || c.state || ' ' || to_char(c.amount, 'FM990.00')
      from tieout.break_change c join tieout.break b using (break_id)
      where b.request_id = $1 and b.code = 'unbilled' order by run_number
      """, [request])
    return (0..<result.rowCount).map { result.text($0, 0) ?? "" }
  }
}
