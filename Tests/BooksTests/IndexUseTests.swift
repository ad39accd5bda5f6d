import Accounting
import Books
import Reconciliation
import TestSupport
import Testing

/// A run over one day reads by index alone what it needs, however large the tables are.
@Suite struct IndexUseTests {
  static let indexes = """
    create index on gateway.usage_event (occurred_at);
    create index on gateway.usage_event (recorded_at);
    create index on gateway.usage_event (request_id);
    create index on gateway.usage_event (provider_request_id) where provider_request_id is not null;
    create index on ledger.entry (posted_at);
    create index on ledger.entry (period);
    create index on ledger.entry (reverses_entry_id) where reverses_entry_id is not null;
    """

  /// Four months, 500 requests a day; on each day one is not billed, one is billed twice and
  /// reversed without its name, and one comes nine days late.
  static let books = """
    insert into gateway.usage_event (event_id, request_id, provider_request_id, tenant_id,
      deployment_id, occurred_at, recorded_at, model, input_tokens, charge)
    select 'e' || n, 'r' || n, case when n % 3 = 0 then 'p' || n end, 't' || n % 20, 'prod', moment,
      moment + case when n % 500 = 7 then interval '9 days' else interval '1 min' end, 'm', 5, 2
    from generate_series(1, 60000) n,
      lateral (select timestamptz '2026-07-01Z' + n * interval '172.8 s' as moment) m;
    insert into ledger.entry (entry_id, tenant_id, deployment_id, kind, request_id, amount, period,
      posted_at, reverses_entry_id)
    select 'l' || n || x, 't' || n % 20, 'prod', case when x = 3 then 'reversal' else 'usage' end,
      case when x < 3 then 'r' || n end, case when x = 3 then -2 else 2 end,
      date_trunc('month', moment), moment + x * interval '1 h', case when x = 3 then 'l' || n || 2 end
    from generate_series(1, 60000) n, generate_series(1, 3) x,
      lateral (select timestamptz '2026-07-01Z' + n * interval '172.8 s' as moment) m
    where n % 500 <> 8 and (x = 1 or n % 500 = 9);
    analyze;
    """

  private func scans(_ session: Connection) throws -> [String] {
    try session.execute("select pg_stat_clear_snapshot()")
    let result = try session.query(
      """
      select relname, seq_scan from pg_stat_user_tables
      where relname in ('usage_event', 'entry') order by relname
      """)
    return (0..<result.rowCount).map { row in
      [0, 1].map { result.text(row, $0) ?? "" }.joined(separator: " ")
    }
  }

  @Test(arguments: [nil] + UUIDColumns.Side.allCases)
  func aDayIsReadByIndexAlone(uuids: UUIDColumns.Side?) async throws {
    let test = try await TestBooks()
    try test.session.execute(Self.indexes + Self.books)
    if let uuids {
      try UUIDColumns.introduce(on: uuids, test.session)
      try test.session.execute("analyze")
    }
    let day = try #require(CivilDate("2026-10-27"))
    let range = try #require(DayRange(from: day, to: day))
    let start = range.instants(in: .utc).lowerBound
    let seen = start.adding(seconds: 2 * 3600)
    let terms = Terms(
      range: range, asOf: Instants.at("2026-10-29T00:00:00Z"),
      lateSince: Watermark(
        recordedAt: seen, postedAt: seen, judgedTo: start,
        settledAt: seen.adding(seconds: -6 * 3600)))
    let before = try scans(test.session)
    let judgement = try readingAlone(test) { try Judgement(of: $0, under: terms) }
    #expect(judgement.controls.usageRows == 500)
    #expect(judgement.breaks.contains { $0.code == .unbilled })
    #expect(judgement.controls.lateRequests > 0)
    #expect(try scans(test.session) == before)

    // Nor do the day's control totals take more.
    let counts = try readingAlone(test) { books in
      _ = try books.daysOfArrivals(since: seen, occurredBefore: range.instants(in: .utc).upperBound)
      return try [Relation.usageEvent, .entry].map { relation in
        try books.count(relation, on: day).totals.values.map(\.rows).reduce(0, +)
      }
    }
    #expect(counts == [500, 501])
    #expect(try scans(test.session) == before)

    // And one that knows of none before it.
    var first = terms
    first.lateSince = nil
    _ = try readingAlone(test) { try Judgement(of: $0, under: first) }
    #expect(try scans(test.session) == before)

    try test.session.execute("drop index gateway.usage_event_recorded_at_idx")
    // The streaming engine then goes by blocks, which is not counted as a scan.
    _ = try readingAlone(test) {
      try Judgement(of: $0, under: terms, engine: InProcessEngine())
    }
    #expect(try scans(test.session) != before)
  }

  /// What a session did is counted once it has ended.
  private func readingAlone<Value>(
    _ test: TestBooks, _ body: (PostgresBooks) throws -> Value
  ) throws -> Value {
    let value: Value
    do {
      let books = try test.open()
      try books.beginSnapshot()
      value = try body(books)
      books.endSnapshot()
    }
    var others = 1
    while others > 0 {
      others =
        Int(
          try test.session.query(
            """
            select count(*) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()
            """
          ).scalar ?? "") ?? 0
    }
    return value
  }
}
