import Accounting
import Books
import Reconciliation
import TestSupport
import Testing

/// tieout's own tables and roles.
@Suite struct SchemaTests {
  private func report(
    _ id: String, asOf: String = "2026-11-02T00:00:00Z", firstSeen: String = "2026-11-02T00:00:00Z",
    amount: String = "0.05"
  ) throws -> RunReport {
    let month = Instants.period("2026-10")
    let group = GroupKey(tenant: "it's", deployment: nil, currency: .of("USD"), period: month)
    let found = Break(
      id: "brk-1", code: .doubleBilled, severity: .error, group: group, requestID: "req-1",
      eventIDs: [], entryIDs: ["1"], amount: try Money(amount), shares: [], explanation: "twice",
      firstSeen: Instants.at(firstSeen), disposition: .post)
    return RunReport(
      run: RunHeader(
        id: id, job: "month-end", range: DayRange(month), timezone: "UTC",
        asOf: Instants.at(asOf), posted: false, status: .breaks, configDigest: "sha256:0",
        version: "1.0.0"),
      judgement: Judgement(
        controls: Controls(usageRows: 7), groups: [], breaks: [found], corrections: []))
  }

  @Test func installingTwiceIsInstallingOnce() async throws {
    let test = try await TestBooks()
    let first = try TieoutSchema.install(on: test.session)
    #expect(first.upgradedFrom == nil)
    #expect(first.version == TieoutSchema.latestVersion)
    #expect(first.toRun.isEmpty)
    try test.insert(
      into: "tieout.closed_period", ["period": "'2026-09-01'", "closed_by": "'ann'"])
    let second = try TieoutSchema.install(on: test.session)
    #expect(second.upgradedFrom == TieoutSchema.latestVersion)
    #expect(try test.open().closedPeriods()?.count == 1)
  }

  @Test func aDatabaseOfAnotherEncodingTakesIt() async throws {
    let session = try Connection("ledger", conninfo: try await TestCluster.latinDatabase())
    #expect(try TieoutSchema.install(on: session).version == TieoutSchema.latestVersion)
  }

  @Test func aSchemaOfSomebodyElseIsLeftAlone() async throws {
    let test = try await TestBooks()
    try test.session.execute("create schema tieout; create table tieout.mine (id int)")
    let error = booksError { _ = try TieoutSchema.install(on: test.session) }
    #expect(error?.category == .configuration)
    #expect(error?.what.hasSuffix("not tieout's: it holds mine") == true)
    try test.session.execute("drop table tieout.mine")
    #expect(try TieoutSchema.install(on: test.session).upgradedFrom == nil)
  }

  /// Somebody with more rights ran what was printed: then nothing is left to print.
  @Test func rightsAreSeenWhereTheOwnerMayNotLook() async throws {
    let test = try await TestBooks()
    let owner = "owner_\(UInt64.random(in: 0 ... .max))"
    try test.session.execute(
      """
      create role \(owner) login;
      do $$ begin execute format('grant create on database %I to \(owner)', current_database()); end $$;
      set role \(owner)
      """)
    let toRun = try TieoutSchema.install(on: test.session).toRun
    #expect(toRun.contains { $0.contains("gateway.usage_event") })
    try test.session.execute("reset role; " + toRun.joined(separator: ";"))
    try test.session.execute("set role \(owner)")
    #expect(try TieoutSchema.install(on: test.session).toRun.isEmpty)
  }

  @Test func aNewerSchemaIsLeftAlone() async throws {
    let test = try await TestBooks()
    _ = try TieoutSchema.install(on: test.session)
    try test.session.execute("insert into tieout.schema_version values (99)")
    let error = booksError { _ = try TieoutSchema.install(on: test.session) }
    #expect(error?.category == .configuration)
    #expect(error?.what.contains("version 99") == true)
  }

  @Test func thePosterAddsAndTheReaderReads() async throws {
    let test = try await TestBooks()
    let login = "biller_\(UInt64.random(in: 0 ... .max))"
    try test.session.execute("create role \"\(login)\" login")
    #expect(try TieoutSchema.install(on: test.session, grantTo: login).toRun.isEmpty)
    try test.event("1")
    try test.entry("1")

    let reader = try test.open(as: "tieout_reader")
    try reader.verify(posting: false)
    #expect(try reader.usageRows(.october).count == 1)
    #expect(booksError { try reader.record(report("r"), digest: "d") }?.sqlState == "42501")
    #expect(booksError { try reader.verify(posting: true) }?.category == .configuration)
    let recording = booksError { try reader.verify(posting: false, recording: true) }
    #expect(
      recording?.what
        == "ledger: tieout_reader lacks insert on tieout.break, update on tieout.break, "
        + "insert on tieout.run")

    for role in ["tieout_poster", login] {
      let books = try test.open(as: role)
      try books.verify(posting: true)
      #expect(try books.check(posting: true).allSatisfy { $0.ok })
      #expect(try books.record(report("run of \(role)"), digest: "d"))
      let session = try Connection("test", conninfo: test.dsn + " options='-c role=\(role)'")
      for statement in [
        "update ledger.entry set amount = 0", "delete from ledger.entry",
        "truncate ledger.entry", "insert into gateway.usage_event (event_id) values ('x')",
        "update tieout.run set status = 'tied-out'", "delete from tieout.run",
        "update tieout.break set first_seen = now()",
      ] {
        #expect(booksError { try session.execute(statement) }?.sqlState == "42501", "\(statement)")
      }
    }
  }

  @Test func withoutTheRightToCreateRolesItSaysWhatToRun() async throws {
    let test = try await TestBooks()
    let owner = "owner_\(UInt64.random(in: 0 ... .max))"
    try test.session.execute(
      "create role \(owner); grant create on database \(test.session.database) to \(owner)")
    let session = try Connection("test", conninfo: test.dsn + " options='-c role=\(owner)'")
    let installed = try TieoutSchema.install(on: session, grantTo: "somebody")
    #expect(installed.version == TieoutSchema.latestVersion)
    #expect(installed.toRun.contains("grant insert on ledger.entry to tieout_poster"))
    #expect(!installed.toRun.contains("grant insert on tieout.run to tieout_poster"))
    #expect(installed.toRun.contains("grant tieout_poster to \"somebody\""))
    for statement in installed.toRun where !statement.contains("somebody") {
      try test.session.execute(statement)
    }
    try test.open(as: "tieout_poster").verify(posting: true)
  }

  /// To a role with some right on a table, GRANT only warns that it did nothing.
  @Test func aGrantThatDidNothingIsNotTakenForDone() async throws {
    let test = try await TestBooks()
    let owner = "owner_\(UInt64.random(in: 0 ... .max))"
    try test.session.execute(
      """
      create role \(owner); grant create on database \(test.session.database) to \(owner);
      grant usage on schema ledger to \(owner); grant select on ledger.entry to \(owner)
      """)
    let session = try Connection("test", conninfo: test.dsn + " options='-c role=\(owner)'")
    let installed = try TieoutSchema.install(on: session)
    #expect(installed.toRun.contains("grant select on ledger.entry to tieout_reader"))
  }

  @Test func aRunIsRecordedOnce() async throws {
    let test = try await TestBooks()
    let books = try test.open()
    #expect(try !books.record(report("r1"), digest: "sha256:1"))
    #expect(try books.firstSeen()(["brk-1"]).isEmpty)
    _ = try TieoutSchema.install(on: test.session)
    for id in ["r1", "r2", "r1"] {
      #expect(try books.record(report(id), digest: "sha256:\(id)"))
    }
    let runs = try test.session.query(
      """
      select r.run_id, r.run_number, r.usage_rows, r.breaks, r.judgement_digest,
        r.previous_digest is not distinct from p.record_digest, r.from_day, r.to_day
      from tieout.run r left join tieout.run p on p.run_number = r.run_number - 1 order by 2
      """)
    #expect(runs.rowCount == 2)
    let second = (0..<8).map { runs.text(1, $0) }
    #expect(second == ["r2", "2", "7", "1", "sha256:r2", "t", "2026-10-01", "2026-10-31"])
  }

  @Test func aBreakKeepsTheDayItWasFirstSeen() async throws {
    let test = try await TestBooks()
    _ = try TieoutSchema.install(on: test.session)
    let books = try test.open()
    let first = "2026-11-02T00:00:00.000001Z"
    try books.record(report("r1", asOf: first, firstSeen: first), digest: "d")
    let later = "2026-11-05T00:00:00Z"
    try books.record(report("r2", asOf: later, firstSeen: later, amount: "0.07"), digest: "d")
    try books.record(report("r0", asOf: "2026-11-01T00:00:00Z", amount: "9"), digest: "d")
    #expect(try books.firstSeen()(["brk-0", "brk-1"]) == ["brk-1": Instants.at(first)])
    let row = try test.session.query(
      "select amount, last_seen = '\(later)', last_run_id from tieout.break")
    #expect((0..<3).map { row.text(0, $0) } == ["0.07", "t", "r2"])
  }

  @Test(arguments: [
    "update tieout.run set status = 'tied-out' where run_number = 3",
    "update tieout.run set as_of = as_of + interval '1 us' where run_number = 3",
    "delete from tieout.break_change; delete from tieout.run where run_number = 2",
    "update tieout.run set record_digest = 'sha256:0' where run_number = 3",
  ])
  func tamperingBreaksTheAuditChain(tampering: String) async throws {
    let test = try await TestBooks()
    _ = try TieoutSchema.install(on: test.session)
    let books = try test.open()
    for number in 1...5 { try books.record(report("r\(number)"), digest: "d") }
    let before = try books.check(posting: true).map(\.what)
    #expect(before.contains("ledger: the audit chain of 5 recorded runs holds"))
    try test.session.execute(tampering)
    let after = try books.check(posting: true).map(\.what)
    #expect(after.contains("ledger: the audit chain of tieout.run is broken at run number 3"))
  }

  @Test func aRecordIsPartOfThePosting() async throws {
    struct Refused: Error {}
    let test = try await TestBooks()
    _ = try TieoutSchema.install(on: test.session)
    let books = try test.open()
    #expect(throws: Refused.self) {
      try books.post { posting in
        try posting.record(report("r1"), digest: "d")
        throw Refused()
      }
    }
    #expect(try test.session.query("select count(*) from tieout.run").scalar == "0")
  }
}
