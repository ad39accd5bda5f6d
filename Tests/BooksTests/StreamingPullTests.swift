import Accounting
import Billing
import Books
import Reconciliation
import TestSupport
import Testing

/// However the rows lie, the streaming engine judges as the one that holds them all in memory.
@Suite(.serialized) struct StreamingPullTests {
  @Test func whateverTheirOrder() async throws {
    for seed in UInt64(1)...3 {
      var generator = SplitMix64(seed: seed)
      let busy = try BusyMonth(seed: seed).contents
      try await expectAgreement(on: seed == 1 ? busy : busy.shuffled(using: &generator))
    }
  }

  /// All of one table's rows before the other's: nothing meets in time.
  @Test func whereOneBookIsInReverse() async throws {
    var contents = try BusyMonth(seed: 4).contents
    contents.entries.reverse()
    try await expectAgreement(on: contents)
  }

  @Test func whereEveryRequestIsBilledAndLoggedTwice() async throws {
    var contents = try BusyMonth(seed: 5, faults: false).contents
    contents.usage += contents.usage.map { event in
      var copy = event
      copy.eventID += "-again"
      return copy
    }
    contents.entries += contents.entries.map { entry in
      var copy = entry
      copy.entryID += "-again"
      return copy
    }
    let judgement = try await expectAgreement(on: contents)
    #expect(judgement.controls.cleanRequests == 0)
  }

  @Test func whereOneRequestIsLoggedAThousandTimes() async throws {
    var contents = try BusyMonth(seed: 6, faults: false).contents
    let first = contents.usage[0]
    contents.usage += (1...1000).map { number in
      var copy = first
      copy.eventID = "copy-\(number)"
      return copy
    }
    try await expectAgreement(on: contents)
  }

  /// An empty id is an id: all that have it are one request.
  @Test(arguments: [1, 7]) func whereRequestsHaveEmptyIDs(oneIn: Int) async throws {
    let contents = try BusyMonth(seed: 21).contents.renamingRequests { id in
      id.utf8.reduce(0) { $0 + Int($1) } % oneIn == 0 ? "" : id
    }
    try await expectAgreement(on: contents)
  }

  @Test func whereOneRequestHasAnEmptyID() async throws {
    var contents = try BusyMonth(seed: 22, faults: false).contents
    let empty = contents.usage[0].requestID
    contents = contents.renamingRequests { $0 == empty ? "" : $0 }
    try await expectAgreement(on: contents)
  }

  /// Unicode takes them for one, and PostgreSQL does not.
  @Test func whereTenantsAreWrittenAlike() async throws {
    var contents = try BusyMonth(seed: 23, faults: false).contents
    contents.usage[0].tenant = "caf\u{e9}"
    contents.usage[1].tenant = "cafe\u{301}"
    await #expect(throws: NamesAlike.self) { try await judged(contents) }
  }

  @Test func whereRequestsAreWrittenAlike() async throws {
    let busy = try BusyMonth(seed: 24, faults: false).contents
    let cent = try Money("0.01")
    let event = try #require(busy.usage.first { ($0.charge ?? .zero) > cent })
    var contents = BookContents()
    contents.usage = [event]
    contents.entries = busy.entries.filter { $0.requestID == event.requestID }
    contents.usage[0].requestID = "caf\u{e9}"
    contents.entries[0].requestID = "cafe\u{301}"
    let codes = try await judged(contents).breaks.map(\.code)
    #expect(Set(codes).isSuperset(of: [.unbilled, .unsupportedCharge]))
  }

  private func judged(_ contents: BookContents) async throws -> Judgement {
    let conninfo = try await TestCluster.database()
    let session = try Connection("books", conninfo: conninfo)
    try BookLoader.load(contents, gateway: session, ledger: session)
    let place = BookPlace(conninfo: conninfo)
    let books = try PostgresBooks(gateway: place, ledger: place, zone: .utc)
    try books.beginSnapshot()
    defer { books.endSnapshot() }
    let terms = try Terms(range: DayRange(BusyMonth.month), asOf: BusyMonth.asOf)
    return try Judgement(of: books, under: terms)
  }

  /// Dead rows leave holes, so that an event is not where its number says.
  @Test func whereMostRowsOfATableAreDead() async throws {
    try await expectAgreement(on: BusyMonth(seed: 7).contents) { session in
      try session.execute(
        """
        insert into gateway.usage_event (event_id, request_id, tenant_id, occurred_at, recorded_at,
            model, price_version)
          select 'dead-' || n, 'dead', 'dead', '2026-10-02', '2026-10-02', 'm', repeat('x', 1500)
          from generate_series(1, 3000) n;
        delete from gateway.usage_event where tenant_id = 'dead';
        update gateway.usage_event set price_version = 'moved' where hashtext(event_id) % 3 = 0
        """)
    }
  }

  /// More than one statement reads.
  @Test(arguments: [(usage: 13_000, entries: 0), (6000, 9000)])
  func whereTablesHaveManyBlocks(dead: (usage: Int, entries: Int)) async throws {
    try await expectAgreement(on: BusyMonth(seed: 16).contents) { session in
      try session.execute(
        """
        insert into gateway.usage_event (event_id, request_id, tenant_id, occurred_at, recorded_at,
            model, price_version)
          select 'dead-' || n, 'dead', 'dead', '2026-10-02', '2026-10-02', 'm', repeat('x', 1500)
          from generate_series(1, \(dead.usage)) n;
        delete from gateway.usage_event where tenant_id = 'dead';
        insert into ledger.entry (entry_id, tenant_id, amount, currency, period, posted_at, reason)
          select 'dead-' || n, 'dead', 1, 'USD', '2026-10-01', '2026-10-02', repeat('x', 1500)
          from generate_series(1, \(dead.entries)) n;
        delete from ledger.entry where tenant_id = 'dead';
        update gateway.usage_event set price_version = 'moved' where hashtext(event_id) % 2 = 0;
        update ledger.entry set reason = 'moved' where hashtext(entry_id) % 2 = 0
        """)
    }
  }

  /// Columns are gathered with a line's end between texts and a control character for NULL. Of texts
  /// that hold these nothing can be told: their rows are read one by one, and judged as any.
  @Test(
    "Texts that hold what stands between them, or for none",
    arguments: ["request_id", "tenant_id", "deployment_id", "provider_request_id"])
  func whereTextsHoldWhatStandsBetween(column: String) async throws {
    let odd =
      "(array[E'\\n', E'\\x01', E'a\\nb\\x01', E'\\n\\n'])[1 + (hashtext(request_id) / 40 & 3)]"
    try await expectAgreement(on: BusyMonth(seed: 18).contents) { session in
      try session.execute(
        """
        update gateway.usage_event set \(column) = \(odd) where hashtext(request_id) % 40 = 0
          or event_id in ('event-0', 'event-2999')
        """)
      guard column != "provider_request_id" else { return }
      try session.execute(
        "update ledger.entry set \(column) = \(odd) where hashtext(request_id) % 40 = 0")
    }
  }

  /// A column with as many texts too many as it has too few.
  @Test func whereOneTextTooManyMakesUpForNone() async throws {
    try await expectAgreement(on: BusyMonth(seed: 19).contents) { session in
      try session.execute(
        """
        alter table gateway.usage_event alter tenant_id drop not null;
        update gateway.usage_event set tenant_id = E'a\\nb' where event_id = 'event-100';
        update gateway.usage_event set tenant_id = null where event_id = 'event-101';
        update gateway.usage_event set deployment_id = E'\\x01' where event_id = 'event-102';
        update gateway.usage_event set deployment_id = null where event_id = 'event-103'
        """)
    }
  }

  /// Where the server can; else the settings are of no effect.
  @Test func whereStatementsAreCompiled() async throws {
    try await expectAgreement(on: BusyMonth(seed: 20).contents, rowsToCompile: 1)
  }

  /// The servers' own sums hold what `Money` cannot.
  @Test(arguments: ["NaN", "1e25"])
  func whereAmountsAreNoMoney(_ amount: String) async throws {
    try await expectAgreement(on: BusyMonth(seed: 17).contents) { session in
      try session.execute(
        """
        update gateway.usage_event set charge = '\(amount)' where hashtext(event_id) % 100 = 0;
        update ledger.entry set amount = '\(amount)' where entry_id in ('entry-7', 'entry-2000')
        """)
    }
  }

  /// Where there are no blocks to go by.
  @Test func behindAView() async throws {
    try await expectAgreement(on: BusyMonth(seed: 8).contents) { session in
      try session.execute(
        """
        alter table gateway.usage_event rename to kept;
        create view gateway.usage_event as select * from gateway.kept union all
          select * from gateway.kept where false;
        alter table ledger.entry rename to kept;
        create view ledger.entry as select * from ledger.kept union all
          select * from ledger.kept where false
        """)
    }
  }

  @Test func inPartitions() async throws {
    try await expectAgreement(on: BusyMonth(seed: 9).contents) { session in
      try session.execute(
        """
        alter table gateway.usage_event rename to kept;
        create table gateway.usage_event (like gateway.kept) partition by range (occurred_at);
        create table gateway.early partition of gateway.usage_event
          for values from (minvalue) to ('2026-10-12');
        create table gateway.late partition of gateway.usage_event
          for values from ('2026-10-12') to (maxvalue);
        insert into gateway.usage_event select * from gateway.kept
        """)
    }
  }

  /// Pulled as 16 bytes; written out where the other book tells the same as text.
  @Test(arguments: UUIDColumns.Side.allCases)
  func whereIDsAreUUIDs(on side: UUIDColumns.Side) async throws {
    try await expectAgreement(on: BusyMonth(seed: 12).contents) { session in
      try UUIDColumns.introduce(on: side, session)
    }
  }

  /// What stands for NULL among uuids is one, too.
  @Test func whereAUUIDIsZero() async throws {
    try await expectAgreement(on: BusyMonth(seed: 21).contents) { session in
      try UUIDColumns.introduce(on: .both, session)
      for (table, column) in [
        ("gateway.usage_event", "provider_request_id"), ("ledger.entry", "request_id"),
      ] {
        try session.execute(
          """
          update \(table) set \(column) = '00000000-0000-0000-0000-000000000000'
          where hashtext(tenant_id || \(column)::text) % 300 = 0
          """)
      }
    }
  }

  @Test(arguments: UUIDColumns.Side.allCases)
  func aDayWhereIDsAreUUIDs(on side: UUIDColumns.Side) async throws {
    let day = try #require(CivilDate("2026-10-14"))
    try await expectAgreement(
      on: BusyMonth(seed: 13).contents, days: DayRange(from: day, to: day)
    ) { session in
      try UUIDColumns.introduce(on: side, session)
      try session.execute(Self.indexes)
    }
  }

  @Test func inTwoDatabases() async throws {
    try await expectAgreement(on: BusyMonth(seed: 10).contents, inTwoDatabases: true)
  }

  /// What one session finds under its search path, the other may not: each counts its own book.
  @Test func whereTheSessionsDiffer() async throws {
    try await expectAgreement(
      on: BusyMonth(seed: 15).contents, gatewayOptions: "-c search_path=gateway")
  }

  /// A few days of many are read by index, in parts and by slices of time.
  @Test func aDayOfTheMonth() async throws {
    let contents = try BusyMonth(seed: 11).contents
    for text in ["2026-10-01", "2026-10-14", "2026-10-31"] {
      let day = try #require(CivilDate(text))
      try await expectAgreement(on: contents, days: DayRange(from: day, to: day)) { session in
        try session.execute(Self.indexes)
      }
    }
  }

  /// One slice of time has more rows than are to come together, another a text that would be two, and
  /// some rows are of no time at all.
  @Test func aDayWhereSlicesCannotBeTold() async throws {
    let day = try #require(CivilDate("2026-10-14"))
    try await expectAgreement(
      on: BusyMonth(seed: 17).contents, days: DayRange(from: day, to: day)
    ) { session in
      try session.execute(
        """
        insert into gateway.usage_event (event_id, request_id, tenant_id, occurred_at, recorded_at,
            model, charge, currency)
          select 'bulk-' || n, 'bulk-' || n, 'bulk', at, at, 'm', 0.01, 'USD' from
            generate_series(1, 26000) n, lateral (select case when n <= 4500
              then '2026-10-14 12:00+00' else '2026-10-02 00:00+00' end::timestamptz as at) t;
        insert into ledger.entry (entry_id, tenant_id, request_id, amount, currency, period, posted_at)
          select 'bulk-' || n, 'bulk', 'bulk-' || n, 0.01, 'USD', '2026-10-01', at from
            generate_series(1, 26000) n, lateral (select case when n <= 4500
              then '2026-10-14 12:00+00' else '2026-10-02 00:00+00' end::timestamptz as at) t;
        update gateway.usage_event set request_id = E'two\nlines' where request_id = 'request-1444';
        update gateway.usage_event set occurred_at = 'infinity' where request_id = 'request-1440';
        update gateway.usage_event set occurred_at = '-infinity' where request_id = 'request-1441';
        update ledger.entry set posted_at = 'infinity' where request_id = 'request-1442';
        update ledger.entry set posted_at = '-infinity' where request_id = 'request-1443';
        \(Self.indexes)
        """)
    }
  }

  /// More rows of no time than are kept together, read before those of a time.
  @Test(arguments: ["", "create view"]) func whereManyEventsAreOfNoTime(view: String) async throws {
    let day = try #require(CivilDate("2026-10-14"))
    try await expectAgreement(
      on: BusyMonth(seed: 18).contents, days: view.isEmpty ? DayRange(from: day, to: day) : nil
    ) { session in
      try session.execute(
        """
        insert into gateway.usage_event (event_id, request_id, tenant_id, occurred_at, recorded_at,
            model, charge, currency)
          select 'timeless-' || n, 'timeless-' || n, 'timeless', 'infinity', '2026-10-14 12:00+00',
            'm', 0.01, 'USD' from generate_series(1, 700) n;
        \(Self.indexes)
        """)
      guard !view.isEmpty else { return }
      try session.execute(
        """
        alter table gateway.usage_event rename to kept;
        \(view) gateway.usage_event as select * from gateway.kept where not isfinite(occurred_at)
          union all select * from gateway.kept where isfinite(occurred_at)
        """)
    }
  }

  private static let indexes = """
    create index on gateway.usage_event (occurred_at);
    create index on ledger.entry (posted_at);
    create index on ledger.entry (period);
    analyze
    """

  @discardableResult
  private func expectAgreement(
    on contents: BookContents, days: DayRange? = nil, inTwoDatabases: Bool = false,
    gatewayOptions: String? = nil, rowsToCompile: Int? = nil,
    after change: (Connection) throws -> Void = { _ in }
  ) async throws -> Judgement {
    let gateway = try await TestCluster.database()
    let ledger = inTwoDatabases ? try await TestCluster.database() : gateway
    let (first, second) = (
      try Connection("gateway", conninfo: gateway), try Connection("ledger", conninfo: ledger)
    )
    try BookLoader.load(contents, gateway: first, ledger: second)
    try change(first)
    let terms = Terms(
      range: try days ?? DayRange(BusyMonth.month), asOf: BusyMonth.asOf,
      suspectedDuplicateWindow: 5)
    let conninfo = gateway + (gatewayOptions.map { " options='\($0)'" } ?? "")
    let books = try PostgresBooks(
      gateway: BookPlace(conninfo: conninfo), ledger: BookPlace(conninfo: ledger), zone: .utc)
    if let rowsToCompile { books.rowsToCompile = rowsToCompile }
    try books.beginSnapshot()
    defer { books.endSnapshot() }
    let expected = try Judgement(of: books, under: terms, engine: InProcessEngine())
    let judgement = try Judgement(
      of: books, under: terms, engine: StreamingEngine(seed: 3, carryOver: 64))
    let narrow = try Judgement(
      of: books, under: terms, engine: StreamingEngine(seed: 4, carryOver: 64, rowsTogether: 300))
    #expect(narrow.digest == expected.digest && narrow.breaks == expected.breaks)
    #expect(judgement.controls == expected.controls)
    #expect(judgement.groups == expected.groups)
    #expect(judgement.breaks == expected.breaks)
    #expect(judgement.corrections == expected.corrections)
    #expect(judgement.breaks.contains { $0.severity == .stop } == false)
    return judgement
  }
}
