import Accounting
import Books
import Foundation
import Operations
import Reconciliation
import TestSupport
import Testing

/// The demo's October lived through day by day in a real PostgreSQL: three nights, the month-end run,
/// review and approval, the close, an event that comes late, and the correction of it in November.
/// After each step the oracle reads the books as the run read them, and must come to the same.
@Suite struct DemoMonthEndTests {
  private let month: DemoMonth

  init() async throws { month = try await DemoMonth() }

  @Test func everyFigureOfTheMonthIsTheOracles() throws {
    // Three nights. Corrections are posted as they come; true-ups and drift wait for the month.
    for night in ["2026-10-12T21:59:00Z", "2026-10-20T21:59:00Z", "2026-10-31T22:59:00Z"] {
      try month.receive(until: night)
      #expect(try month.night(night).rollForward != nil)
    }

    // Month-end: what is certain is posted, what a person must decide is held.
    try month.receive(until: "2026-11-03T06:00:00Z")
    let monthEnd = try month.october("2026-11-03T06:00:00Z")
    #expect(monthEnd.corrections(.posted) > 0)
    #expect(monthEnd.corrections(.held) > 0)
    #expect(try !month.close("2026-11-03T07:00:00Z").isClosed)

    // Ann signs the review; what she signed is posted, and nothing else is left to post.
    _ = try Approving(month.job, monthEnd.report.run.id, by: "ann")
    let posted = try #require(
      try ApprovedPosting.post(
        monthEnd.report.run.id, month.request("2026-11-03T06:00:00Z", post: true)))
    #expect(posted.corrections(.posted) > 0)
    let after = try month.october("2026-11-03T08:00:00Z")
    #expect(after.corrections(.posted) == 0)

    // A call of the last minutes is still on its way when Carla closes. What no entry rights is accepted; that call is accrued.
    try month.addEvent("slow", recordedAt: "2026-11-03T08:30:00Z")
    let close = try month.close("2026-11-03T09:00:00Z", accepted: "reviewed with the tenants")
    #expect(close.isClosed)
    let accrued = try month.value("select count(*) from ledger.entry where kind = 'accrual'")
    #expect(accrued == "2")

    // A call of October that nobody knew of arrives: November takes it, for October's service.
    try month.addEvent("late", recordedAt: "2026-11-05T10:00:00Z")
    let late = try month.october("2026-11-06T06:00:00Z")
    let found = late.report.judgement.breaks.filter { $0.requestID == "late" }
    #expect(found.map(\.code) == [.lateEvent])
    #expect(
      try month.value(
        """
        select to_char(period, 'YYYY-MM') || ' for ' || to_char(service_period, 'YYYY-MM')
        from ledger.entry where request_id = 'late'
        """) == "2026-11 for 2026-10")
    #expect(
      try month.value(
        """
        select count(*) from ledger.entry
        where run_id = '\(late.report.run.id)' and period = '2026-10-01'
        """) == "0")
    #expect(try month.october("2026-11-06T07:00:00Z").corrections(.posted) == 0)
  }
}

/// The demo's books in a database, as far as they have arrived, and the jobs of its October.
private struct DemoMonth {
  private static let mostEvents = 250

  private let books: DemoBooks
  private let dsn: String
  private let session: Connection
  private let reports: URL

  init() async throws {
    books = try SmallDemo.books()
    dsn = try await TestCluster.database()
    reports = try Scratch.directory()
    session = try Connection("test", conninfo: dsn)
    _ = try TieoutSchema.install(on: session)
    try books.load(gateway: session, ledger: session)
    for closed in books.closedPeriods {
      _ = try session.query(
        """
        insert into tieout.closed_period (period, closed_at, closed_by, reason)
        values ($1::date, $2::timestamptz, 'demo', 'month-end close')
        """, [closed.period.firstDay.description, closed.closedAt.description])
    }
    // Of the smallest tenants, for the oracle is naive and slow; and nothing has arrived yet.
    try session.execute(
      """
      create temp table others as
        select tenant_id from (
          select tenant_id, sum(count(*)) over (order by count(*), tenant_id) as events
          from gateway.usage_event group by tenant_id) t
        where events > \(Self.mostEvents);
      delete from gateway.usage_event where tenant_id in (table others);
      delete from ledger.entry where tenant_id in (table others);
      delete from gateway.charge_policy where tenant_id in (table others);
      delete from gateway.period_charge where tenant_id in (table others);
      delete from ledger.invoice_line where tenant_id in (table others);
      create schema later;
      create table later.usage_event as select * from gateway.usage_event;
      create table later.entry as select * from ledger.entry;
      truncate gateway.usage_event, ledger.entry;
      """)
  }

  var job: Job {
    var job = Job()
    job.name = "month-end"
    job.timezone = books.plan.zone.name
    job.gateway.dsn = dsn
    job.ledger.dsn = dsn
    job.formats = ["json"]
    return job
  }

  func value(_ sql: String) throws -> String { try session.query(sql).scalar ?? "null" }

  /// Lets in what was recorded or posted by an instant.
  func receive(until instant: String) throws {
    for (table, column) in [("gateway.usage_event", "recorded_at"), ("ledger.entry", "posted_at")] {
      let waiting = "later." + table.split(separator: ".")[1]
      _ = try session.query(
        """
        with arrived as (delete from \(waiting) where \(column) <= $1::timestamptz returning *)
        insert into \(table) select * from arrived
        """, [instant])
    }
  }

  /// A call of 30 October.
  func addEvent(_ request: String, recordedAt: String) throws {
    _ = try session.query(
      """
      insert into gateway.usage_event (event_id, request_id, tenant_id, deployment_id, occurred_at,
        recorded_at, model, input_tokens, charge, currency)
      select 'event of ' || $1, $1, tenant_id, deployment_id, '2026-10-30T12:00:00Z',
        $2::timestamptz, model, 4321, 2.5, currency
      from gateway.usage_event u
      where charge > 0 and currency = 'USD' and status = 'ok' and not exists (
        select from gateway.charge_policy p
        where p.tenant_id = u.tenant_id and p.kind = 'plan_inclusive')
      order by event_id limit 1
      """, [request, recordedAt])
  }

  func request(
    _ asOf: String, post: Bool, _ change: (inout RunRequest) -> Void = { _ in }
  ) -> RunRequest {
    var request = RunRequest(
      job: job, range: DayRange(books.plan.period), post: post, asOf: OctoberBooks.instant(asOf),
      reportDirectory: reports.path, preparedBy: "paul")
    change(&request)
    return request
  }

  func close(_ asOf: String, accepted: String? = nil) throws -> PeriodClose {
    try PeriodClose(
      request(asOf, post: false) { $0.preparedBy = "carla" }, accepted: accepted)
  }

  func october(_ asOf: String) throws -> RunOutcome { try checked(request(asOf, post: true)) }

  func night(_ asOf: String) throws -> RunReport {
    try checked(
      request(asOf, post: true) {
        $0.job.name = "nightly"
        $0.job.range = .monthToDate
        $0.job.trueUp = .project
        let today = books.plan.zone.day(of: $0.asOf)
        $0.range = JobRange.monthToDate.days(today: today)
      }
    ).report
  }

  /// Runs, and holds what the run found against the oracle's reading of the same books.
  private func checked(
    _ request: RunRequest, _ location: SourceLocation = #_sourceLocation
  ) throws -> RunOutcome {
    var terms = try request.job.terms(
      range: request.range, asOf: request.asOf, places: request.places)
    let contents = try contents(for: request, &terms)
    let oracle = try Oracle(of: contents, under: terms).findings()
    let outcome = try JobRun(request).run()
    var judgement = outcome.report.judgement
    judgement.corrections = Spool(
      judgement.corrections.map { correction in
        var correction = correction
        if correction.status == .posted { correction.status = .proposed }
        return correction
      })
    let lines = Findings(judgement).lines
    let difference = Set(lines).symmetricDifference(oracle.lines).sorted()
    #expect(difference == [], sourceLocation: location)
    #expect(lines.count == oracle.lines.count, sourceLocation: location)
    // What is left when the run is done is what the roll-forward closes with.
    let closing = outcome.report.rollForward?.rows.reduce(0) { $0 + $1.closing.count }
    let standing = outcome.report.judgement.breaks.count {
      $0.state == .open || $0.state == .inTransit
    }
    #expect(closing ?? -1 >= standing, sourceLocation: location)
    return outcome
  }

  private func contents(for request: RunRequest, _ terms: inout Terms) throws -> BookContents {
    let source = try PostgresBooks(
      gateway: BookPlace(conninfo: dsn), ledger: BookPlace(conninfo: dsn), zone: terms.zone)
    if request.job.range == .monthToDate {
      terms.lateSince = try source.watermark(job: request.job.name, before: request.range.last)
    }
    try source.beginSnapshot()
    defer { source.endSnapshot() }
    var contents = BookContents()
    let always = OctoberBooks.instant("2026-01-01T00:00:00Z")
    let never = OctoberBooks.instant("2027-01-01T00:00:00Z")
    try source.usage(.occurred(always..<never, .everything)) { contents.take($0, \.usage) }
    try source.entries(.booked(periods: [], orPostedFrom: always, .everything)) {
      contents.take($0, \.entries)
    }
    func list<Row>(_ rows: [Pulled<Row>]?) -> [Row]? {
      rows?.compactMap { if case .row(let row) = $0 { row } else { nil } }
    }
    let months = request.range.periods
    contents.policies = list(try source.policies())
    contents.periodCharges = list(try source.periodCharges(months))
    contents.invoiceLines = list(try source.invoiceLines(months))
    contents.closedPeriods = try source.closedPeriods()
    return contents
  }
}

extension BookContents {
  fileprivate mutating func take<Row>(
    _ pulled: Pulled<Row>, _ rows: WritableKeyPath<BookContents, [Row]>
  ) {
    switch pulled {
    case .row(let row): self[keyPath: rows].append(row)
    case .setAside(let row): setAside.append(row)
    }
  }
}
