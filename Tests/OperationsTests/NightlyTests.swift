import Accounting
import Books
import Foundation
import Operations
import Reconciliation
import TestSupport
import Testing

/// Runs of a nightly job, one after the other, over a real PostgreSQL. All times are told from the
/// server's clock, for what is late is what arrives after a run.
@Suite struct NightlyTests {
  private let nightly: NightlyBooks

  init() async throws { nightly = try await NightlyBooks() }

  @Test func whatArrivesAfterARunIsJudgedByTheNext() throws {
    let first = try nightly.run(3)
    #expect(first.breaks == [])
    #expect(first.controls.lateRequests == 0)
    #expect(try nightly.watermarks() == 1)

    try nightly.event("late", day: 5, arrivesNow: true)
    try nightly.entry("twice", "request-4-1", 1)
    let second = try nightly.run(2)
    #expect(second.breaks == ["double-billed request-4-1", "unbilled late"])
    #expect(second.controls.lateRequests == 2)
    #expect(try nightly.watermarks() == 2)

    // Made again it starts from where the first one did, and finds the same.
    let again = try nightly.run(2)
    #expect(again.breaks == second.breaks)
    #expect(again.controls.lateRequests == 2)
  }

  @Test func onlyARecordedRunThatLooksAheadMovesTheWatermark() throws {
    try nightly.run(3)
    #expect(try nightly.watermarks() == 1)
    try nightly.run(2) { $0.dryRun = true }
    #expect(try nightly.watermarks() == 1)
    try nightly.run(2) { $0.places.tenants = ["acme"] }
    #expect(try nightly.watermarks() == 1)
    #expect(throws: (any Error).self) {
      try nightly.run(2) { $0.reportDirectory = "/dev/null/below" }
    }
    #expect(try nightly.watermarks() == 1)
    try nightly.run(2) { $0.job.range = .previousMonth }
    #expect(try nightly.watermarks() == 1)
    try nightly.run(2)
    #expect(try nightly.watermarks() == 2)

    // An older day is judged for itself, and what is late there is left to the next night.
    try nightly.event("late", day: 4, arrivesNow: true)
    let older = try nightly.run(3)
    #expect(older.controls.lateRequests == 0)
    #expect(older.breaks == [])
    #expect(try nightly.watermarks() == 2)
    #expect(try nightly.run(1).breaks == ["unbilled late"])
  }

  @Test func daysOnWhichNoRunWasMadeAreMadeUpFor() throws {
    try nightly.run(6)
    try nightly.session.execute("delete from ledger.entry where entry_id = 'entry-4-2'")
    let found = try nightly.run(2)
    #expect(found.breaks == ["unbilled request-4-2"])
    #expect(found.controls.usageRows == 12)
    #expect(found.report.late?.judgedFrom == BillingZone.utc.start(of: nightly.day(5)))
    let text = Summary.text(for: found.report, directory: nil, color: false)
    #expect(text.contains("0 requests of earlier days among them"))
    #expect(text.contains("judged from "))
  }

  @Test func whatWasInTransitIsJudgedAgain() throws {
    try nightly.event("slow", day: 3, arrivesNow: false)
    let first = try nightly.run(3) { $0.job.grace = 20 * 86_400 }
    #expect(first.breaks == ["in-transit slow"])
    #expect(try nightly.run(2).breaks == ["unbilled slow"])
  }

  @Test func aTransactionThatIsOpenHoldsTheWatermarkBack() throws {
    let slow = try Connection("slow", conninfo: nightly.dsn)
    try slow.execute("begin")
    let began = try slow.query("select now()").scalar ?? ""
    try nightly.run(3)
    let isHeld = try nightly.session.query(
      """
      select recorded_at <= $1::timestamptz - interval '5 min'
        and recorded_at > $1::timestamptz - interval '6 min' from tieout.watermark
      """, [began]
    ).scalar
    #expect(isHeld == "t")
    try slow.execute("commit")
  }
}

/// The control totals that nightly runs store, day by day.
@Suite struct StoredTotalTests {
  private let nightly: NightlyBooks

  init() async throws { nightly = try await NightlyBooks() }

  private func rows(_ found: NightlyBooks.Found) -> [Int] {
    found.report.monthsToDate.flatMap(\.places).map(\.usage.rows)
  }

  @Test func aMonthIsToldByItsDaysAndMissingOnesAreNamed() throws {
    let first = try nightly.run(5)
    guard let month = first.report.monthsToDate.first else { return }
    #expect(month.through == nightly.day(5))
    #expect(month.missingDays == nightly.days(of: month.period, before: 5))
    #expect(rows(first) == [3])
    let second = try nightly.run(4)
    let days = [4, 5].filter { nightly.day($0).period == nightly.day(4).period }
    #expect(rows(second) == [3 * days.count])
    #expect(second.report.monthsToDate.flatMap(\.places).map(\.ledger.rows) == rows(second))
    #expect(second.report.differingTotals.isEmpty)
    #expect(try nightly.counts() == 4)
    #expect(try nightly.run(4).report.monthsToDate == second.report.monthsToDate)
    #expect(try nightly.counts() == 4)
  }

  @Test func whatArrivesLateIsCountedInItsDayAndIsNoAlarm() throws {
    try nightly.run(5)
    try nightly.event("late", day: 5, arrivesNow: true)
    let second = try nightly.run(4)
    #expect(second.report.differingTotals.isEmpty)
    #expect(second.notes == [])
    #expect(try nightly.stored(5, "usage_event") == "4")
  }

  @Test func aDayThatLostARowIsNamedAndCountedAnew() throws {
    try nightly.run(5)
    try nightly.session.execute("delete from ledger.entry where entry_id = 'entry-5-1'")
    let second = try nightly.run(4)
    let differing = try #require(second.report.differingTotals.first)
    #expect(second.report.differingTotals.count == 1)
    #expect(differing.relation == .ledgerEntry)
    #expect(differing.day == nightly.day(5))
    #expect(differing.stored.rows == 3)
    #expect(differing.counted.rows == 2)
    #expect(differing.hasLost)
    #expect(second.notes.count == 1)
    let text = Summary.text(for: second.report, directory: nil, color: false)
    #expect(text.contains("Stored totals that differ\n"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    #expect(try nightly.stored(5, "entry") == "2")
    #expect(try nightly.run(3).report.differingTotals.isEmpty)
  }

  @Test func aRowThatSaysItWasThereBeforeIsNamed() throws {
    try nightly.run(5)
    try nightly.event("forged", day: 5, arrivesNow: false)
    #expect(try nightly.run(4).report.differingTotals.map(\.counted.rows) == [4])
  }

  /// Each day is verified once more while it is 2 to 30 days old.
  @Test func olderDaysTakeTheirTurn() throws {
    for start in 0..<40 {
      let day = nightly.day(start)
      let turns = (2...30).filter { Rotation.day(through: day.adding(days: $0)) == day }
      #expect(turns.count == 1, "\(day)")
    }
    let turn = Rotation.day(through: nightly.day(1))
    let ago = nightly.day(0).daysSinceEpoch - turn.daysSinceEpoch
    try nightly.request(ago, 9)
    try nightly.run(ago)
    try nightly.session.execute(
      "update ledger.entry set amount = 3 where entry_id = 'entry-\(ago)-9'")
    #expect(try nightly.run(1).report.differingTotals.map(\.day) == [turn])
  }

  @Test func aRunOfAWholeMonthVerifiesAllItsDays() throws {
    for day in [9, 8, 7, 6, 5, 4] { try nightly.run(day) }
    let period = nightly.day(7).period
    try nightly.session.execute("update ledger.entry set amount = 3 where entry_id = 'entry-7-2'")
    let month = try nightly.run(7) {
      $0.range = DayRange(period)
      $0.job.range = .previousMonth
      $0.job.name = "month-end"
    }
    #expect(month.report.differingTotals.map(\.day) == [nightly.day(7)])
    #expect(try nightly.stored(7, "entry") == "3")
  }
}

/// Books of the last ten days: three requests a day, each billed.
struct NightlyBooks {
  let dsn: String
  let session: Connection
  private let reports: URL
  private let today: CivilDate

  init() async throws {
    dsn = try await TestCluster.database()
    session = try Connection("test", conninfo: dsn)
    reports = try Scratch.directory()
    _ = try TieoutSchema.install(on: session)
    let now = try session.query("select (extract(epoch from now()) * 1000000)::bigint").scalar
    today = BillingZone.utc.day(of: Instant(microseconds: Int64(now ?? "") ?? 0))
    for day in 1...10 { for number in 1...3 { try request(day, number) } }
  }

  func request(_ day: Int, _ number: Int) throws {
    let id = "request-\(day)-\(number)"
    try event(id, day: day, arrivesNow: false)
    try entry("entry-\(day)-\(number)", id, day)
  }

  /// - Parameter day: days before today.
  func event(_ request: String, day: Int, arrivesNow: Bool) throws {
    let date = today.adding(days: -day)
    try session.query(
      """
      insert into gateway.usage_event (event_id, request_id, tenant_id, deployment_id, occurred_at,
        recorded_at, model, input_tokens, charge)
      values ('event of ' || $1, $1, 'acme', 'prod', $2::timestamptz + interval '12 h',
        case when $3::boolean then now() else $2::timestamptz + interval '12 h 1 min' end,
        'm', 5, 2)
      """, [request, "\(date)", "\(arrivesNow)"])
  }

  /// Posted an hour after its request; one of another name, now.
  func entry(_ id: String, _ request: String, _ day: Int) throws {
    let date = today.adding(days: -day)
    let isNew = !id.hasPrefix("entry-")
    try session.query(
      """
      insert into ledger.entry (entry_id, tenant_id, deployment_id, request_id, amount, period,
        posted_at)
      select $1, 'acme', 'prod', $2, 2, date_trunc('month', occurred_at)::date,
        case when $4::boolean then now() else $3::timestamptz + interval '13 h' end
      from gateway.usage_event where request_id = $2
      """, [id, request, "\(date)", "\(isNew)"])
  }

  func day(_ ago: Int) -> CivilDate { today.adding(days: -ago) }

  /// The days of a month before some day.
  func days(of period: AccountingPeriod, before ago: Int) -> [CivilDate] {
    (0..<31).map { period.firstDay.adding(days: $0) }.filter { $0 < day(ago) }
  }

  /// How many counts of days are on record.
  func counts() throws -> Int {
    Int(try session.query("select count(*) from tieout.day").scalar ?? "") ?? -1
  }

  /// The rows of a day by its latest count.
  func stored(_ ago: Int, _ relation: String) throws -> String? {
    try session.query(
      """
      select rows from tieout.day where day = $1::date and relation = $2
      order by run_number desc limit 1
      """, ["\(day(ago))", relation]
    ).scalar
  }

  func watermarks() throws -> Int {
    Int(try session.query("select count(*) from tieout.watermark").scalar ?? "") ?? -1
  }

  struct Found {
    let report: RunReport
    let notes: [String]
    var controls: Controls { report.judgement.controls }
    /// Code and request of each.
    var breaks: [String] {
      report.judgement.breaks.map { "\($0.code.rawValue) \($0.requestID ?? "")" }.sorted()
    }
  }

  /// The nightly run over one day.
  @discardableResult func run(
    _ day: Int, _ change: (inout RunRequest) -> Void = { _ in }
  ) throws -> Found {
    let date = today.adding(days: -day)
    var job = Job()
    job.name = "nightly"
    job.range = .yesterday
    job.gateway.dsn = dsn
    job.ledger.dsn = dsn
    job.grace = 0
    job.formats = ["json"]
    let range = try #require(DayRange(from: date, to: date))
    var request = RunRequest(
      job: job, range: range, asOf: BillingZone.utc.start(of: today.adding(days: 1)),
      reportDirectory: reports.path)
    change(&request)
    let outcome = try JobRun(request).run()
    return Found(report: outcome.report, notes: outcome.notes)
  }
}
