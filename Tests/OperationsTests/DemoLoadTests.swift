import Books
import Operations
import Reconciliation
import TestSupport
import Testing

/// The same through a real server: what COPY writes is what was planted.
@Suite struct DemoLoadTests {
  @Test func everyPlantedBreakIsFoundInPostgres() async throws {
    let books = try SmallDemo.books(seed: 11)
    let dsn = try await TestCluster.database()
    let session = try Connection("demo", conninfo: dsn)
    _ = try TieoutSchema.install(on: session)
    for closed in books.closedPeriods {
      _ = try session.query(
        "insert into tieout.closed_period (period, closed_at) values ($1::date, $2::timestamptz)",
        [closed.period.firstDay.description, closed.closedAt.description]
      ).rowCount
    }
    try books.load(gateway: session, ledger: session)

    let place = BookPlace(conninfo: dsn)
    let source = try PostgresBooks(gateway: place, ledger: place, zone: books.plan.zone)
    try source.beginSnapshot()
    defer { source.endSnapshot() }
    let judgement = try Judgement(of: source, under: books.terms)
    let found = judgement.breaks.map(PlantedBreak.init).sorted()
    #expect(found.map(\.description) == books.manifest.map(\.description))
    #expect(judgement.controls.usageRows > 4_000)
  }

  @Test func namesAndUsersSurviveTheLoading() async throws {
    let books = try SmallDemo.books(seed: 12)
    let dsn = try await TestCluster.database()
    let session = try Connection("demo", conninfo: dsn)
    try books.load(gateway: session, ledger: session)
    func count(_ sql: String) throws -> String? { try session.query(sql).text(0, 0) }
    #expect(
      try count("select count(*) from gateway.usage_event") == "\(books.events.count)")
    #expect(try count("select count(*) from ledger.entry") == "\(books.entries.count)")
    #expect(
      try count("select count(*) > 0 from gateway.usage_event where user_id like 'NORTHGATE\\\\u%'")
        == "t")
    #expect(
      try count(
        "select count(*) > 0 from gateway.usage_event where deployment_id = 'R&D <lab>'") == "t")
    #expect(try count("select count(distinct model) from gateway.price") == "12")
  }
}
