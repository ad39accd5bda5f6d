import Accounting
import Books
import Foundation
import Operations
import Reconciliation
import TestSupport
import Testing

/// October of one tenant: ten requests of 1.00 to 10.00 dollars, each recorded at noon of its day
/// and billed an hour later, under schema tieout. What is wrong, each test adds.
struct OctoberBooks: MonthEnd {
  static let october = Self.month("2026-10")
  static let november = Self.month("2026-11")
  /// The morning on which October is reviewed and closed.
  static let asOf = Self.instant("2026-11-02T06:00:00Z")

  let dsn: String
  let session: Connection
  let reports: URL
  /// The same jobs for another thread.
  var desk: Desk { Desk(dsn: dsn, reports: reports) }

  struct Desk: MonthEnd {
    let dsn: String
    let reports: URL
  }

  init() async throws {
    dsn = try await TestCluster.database()
    session = try Connection("test", conninfo: dsn)
    reports = try Scratch.directory()
    _ = try TieoutSchema.install(on: session)
    for day in 1...10 {
      try event("request-\(day)", "2026-10-\(day < 10 ? "0" : "")\(day)T12:00:00Z", "\(day)")
      try entry("entry-\(day)", "request-\(day)", "\(day)")
    }
  }

  /// - Parameter recordedAt: when the gateway got it; `nil` = at once.
  func event(
    _ request: String, _ occurredAt: String, _ charge: String, recordedAt: String? = nil
  ) throws {
    try session.query(
      """
      insert into gateway.usage_event (event_id, request_id, tenant_id, deployment_id, occurred_at,
        recorded_at, model, input_tokens, charge)
      values ('event of ' || $1, $1, 'acme', 'chat', $2::timestamptz, $3::timestamptz, 'm',
        1000 + length($1), $4::numeric)
      """, [request, occurredAt, recordedAt ?? occurredAt, charge])
  }

  /// What the biller books.
  func entry(
    _ id: String, _ request: String, _ amount: String, period: String = "2026-10-01",
    postedAt: String = "2026-10-20T00:00:00Z"
  ) throws {
    try session.query(
      """
      insert into ledger.entry (entry_id, tenant_id, deployment_id, request_id, amount, period,
        posted_at) values ($1, 'acme', 'chat', $2, $3::numeric, $4::date, $5::timestamptz)
      """, [id, request, amount, period, postedAt])
  }

  func value(_ sql: String) throws -> String { try session.query(sql).scalar ?? "null" }

  /// Of what is not the biller's: month of booking, month of service, kind and amount, in order.
  func posted() throws -> [String] {
    let result = try session.query(
      """
      select concat_ws(' ', to_char(period, 'YYYY-MM'),
        'for ' || to_char(coalesce(service_period, period), 'YYYY-MM'), kind, amount)
      from ledger.entry where run_id is not null order by period, kind, amount
      """)
    return (0..<result.rowCount).map { result.text($0, 0) ?? "" }
  }

  /// What stands in the ledger by month of booking.
  func booked(_ month: String) throws -> String {
    try value("select sum(amount) from ledger.entry where period = '\(month)-01'")
  }

  static func month(_ text: String) -> AccountingPeriod {
    guard let month = AccountingPeriod(text) else { preconditionFailure("no month: \(text)") }
    return month
  }

  static func instant(_ text: String) -> Instant {
    guard let instant = Instant(text) else { preconditionFailure("no time: \(text)") }
    return instant
  }
}

/// October's books, and the jobs that run over them.
protocol MonthEnd {
  var dsn: String { get }
  var reports: URL { get }
}

extension MonthEnd {
  var job: Job {
    var job = Job()
    job.name = "month-end"
    job.gateway.dsn = dsn
    job.ledger.dsn = dsn
    job.formats = ["json"]
    return job
  }

  func request(
    _ change: (inout RunRequest) -> Void = { _ in }
  ) -> RunRequest {
    var request = RunRequest(
      job: job, range: DayRange(OctoberBooks.october), asOf: OctoberBooks.asOf,
      reportDirectory: reports.path,
      preparedBy: "paul")
    change(&request)
    return request
  }

  /// Paul's run over October.
  @discardableResult func run(
    post: Bool = false, _ change: (inout RunRequest) -> Void = { _ in }
  ) throws -> RunOutcome {
    try JobRun(
      request {
        $0.post = post
        change(&$0)
      }
    ).run()
  }

  func close(
    accepted: String? = nil, _ change: (inout RunRequest) -> Void = { _ in }
  ) throws -> PeriodClose {
    try PeriodClose(
      request {
        $0.preparedBy = "carla"
        change(&$0)
      }, accepted: accepted)
  }

  /// Posts what was approved of a run.
  func post(
    _ run: RunOutcome, _ change: (inout RunRequest) -> Void = { _ in }
  ) throws -> RunOutcome? {
    try ApprovedPosting.post(run.report.run.id, request(change))
  }

  /// The same where something is left to post.
  func posting(
    _ run: RunOutcome, _ change: (inout RunRequest) -> Void = { _ in }
  ) throws -> RunOutcome {
    let outcome = try post(run, change)
    return try #require(outcome)
  }
}

extension RunOutcome {
  /// Code, request and disposition of each break that is not merely told.
  var breaks: [String] {
    report.judgement.breaks.filter { $0.severity != .info }
      .map { "\($0.code.rawValue) \($0.requestID ?? "") \($0.disposition.rawValue)" }.sorted()
  }

  func breakID(_ request: String) throws -> String {
    try #require(report.judgement.breaks.first { $0.requestID == request }).id
  }

  func corrections(_ status: Correction.Status) -> Int {
    report.judgement.corrections.count { $0.status == status }
  }
}

/// The error of a kind that `body` throws.
func thrown<Failure: Error>(_ kind: Failure.Type, _ body: () throws -> Void) -> Failure? {
  do { try body() } catch { return error as? Failure }
  return nil
}
