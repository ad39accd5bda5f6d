import Books
import Foundation
import TestSupport
import Testing

/// What would fail tonight is named before anything runs.
@Suite struct CheckTests {
  private func fault(after sql: String, posting: Bool = true) async throws -> BooksError? {
    let test = try await TestBooks()
    try test.session.execute(sql)
    let books = try test.open()
    let error = booksError { try books.verify(posting: posting) }
    #expect(error == nil || error?.category == .configuration)
    let faults = try books.check(posting: posting).filter { !$0.ok }.map(\.what)
    #expect(faults.first == error?.what)
    return error
  }

  @Test func booksOfTheContractPass() async throws {
    let test = try await TestBooks()
    let books = try test.open()
    try books.verify(posting: true)
    let findings = try books.check(posting: true)
    #expect(findings.allSatisfy { $0.ok })
    #expect(findings.contains { $0.what == "gateway.usage_event can be read" })
    #expect(findings.contains { $0.what == "ledger.entry can be posted to" })
    #expect(findings.contains { $0.verdict == .advice && $0.what.contains("superuser") })
    #expect(findings.contains { $0.verdict == .advice && $0.what.contains("not installed") })
  }

  @Test func wordsThatNobodyKnowsAreTold() async throws {
    let test = try await TestBooks()
    for number in 1...4 {
      try test.event("\(number)")
      try test.entry("\(number)")
    }
    try test.session.execute(
      """
      update gateway.usage_event set status = 'success' where event_id like '%1';
      update gateway.usage_event set attempt_kind = 'PRIMARY' where event_id like '%2';
      update gateway.usage_event set status = 'cancelled', attempt_kind = 'poll'
        where event_id like '%3';
      update ledger.entry set kind = 'USAGE' where entry_id like '%1';
      update ledger.entry set kind = 'grant' where entry_id like '%2'
      """)
    let told = try test.open().check(posting: false).map(\.what)
      .filter { $0.contains("no word of the contract") }
    #expect(
      told == [
        "gateway.usage_event: status 'success' is no word of the contract: a call of it is not "
          + "charged",
        "gateway.usage_event: attempt_kind 'PRIMARY' is no word of the contract: a call of it is not "
          + "charged",
        "ledger.entry: kind 'USAGE' is no word of the contract: an entry of it is not counted as "
          + "posted",
      ])
  }

  @Test func aMissingColumnIsNamedWithTheNearestOne() async throws {
    let error = try await fault(
      after: "alter table ledger.entry rename service_period to service_perod")
    #expect(error?.what == "ledger.entry has no column service_period")
    #expect(error?.hint.contains("is it 'service_perod'?") == true)
    let gone = try await fault(after: "alter table gateway.usage_event drop column charge_minor")
    #expect(gone?.what == "gateway.usage_event has no column charge_minor")
  }

  @Test func aMissingRelationIsNamed() async throws {
    let table = try await fault(after: "drop table ledger.entry")
    #expect(table?.what.contains("there is no ledger.entry in database test_") == true)
    let schema = try await fault(after: "drop schema gateway cascade")
    #expect(schema?.what.contains("there is no gateway.usage_event") == true)
  }

  @Test func aColumnOfTheWrongTypeIsNamed() async throws {
    let error = try await fault(
      after: "alter table ledger.entry alter amount type double precision")
    #expect(error?.what == "ledger.entry: column amount is double precision, not numeric")
    #expect(error?.hint.contains("amount::numeric") == true)
    let time = try await fault(
      after: "alter table gateway.usage_event alter recorded_at type timestamp")
    #expect(time?.what.contains("recorded_at is timestamp without time zone") == true)
  }

  @Test func idsAreTextOrUUID() async throws {
    for (table, column) in [
      ("gateway.usage_event", "event_id"), ("gateway.usage_event", "request_id"),
      ("gateway.usage_event", "provider_request_id"), ("ledger.entry", "request_id"),
      ("ledger.entry", "reverses_entry_id"),
    ] {
      let number = try await fault(
        after: "alter table \(table) alter \(column) type bigint using \(column)::bigint")
      #expect(number?.what == "\(table): column \(column) is bigint, not text or uuid")
      #expect(number?.hint.contains("\(column)::text") == true)
      let uuid = try await fault(
        after: "alter table \(table) alter \(column) type uuid using \(column)::uuid")
      #expect(uuid == nil)
    }
    let tenant = try await fault(
      after: "alter table ledger.entry alter tenant_id type uuid using tenant_id::uuid")
    #expect(tenant?.what == "ledger.entry: column tenant_id is uuid, not text")
  }

  /// The server drops the blanks that such a column is filled up with in some places only.
  @Test func textsThatArePaddedAreNoIDs() async throws {
    for (table, column) in [
      ("gateway.usage_event", "request_id"), ("ledger.entry", "request_id"),
      ("gateway.usage_event", "tenant_id"), ("gateway.usage_event", "status"),
    ] {
      let padded = try await fault(after: "alter table \(table) alter \(column) type char(40)")
      let what = "\(table): column \(column) is character, not text"
      #expect(padded?.what.hasPrefix(what) == true, "\(padded?.what ?? "no fault")")
    }
  }

  /// They would be read as entries of something else, and their calls billed again.
  @Test func entriesWithoutAnAccountAreAFault() async throws {
    let error = try await fault(
      after: """
        alter table ledger.entry alter account drop not null;
        insert into ledger.entry (entry_id, tenant_id, amount, period, posted_at, account)
        values ('nowhere', 'acme', 1, '2026-10-01', '2026-10-02', null)
        """)
    #expect(error?.what == "ledger.entry: entries have no account")
    #expect(
      try await fault(after: "alter table ledger.entry alter account drop not null") == nil)
  }

  @Test func typesThatReadAlikeAreTaken() async throws {
    let error = try await fault(
      after: """
        alter table gateway.usage_event alter input_tokens type int,
          alter output_tokens type smallint, alter tenant_id type varchar(40),
          alter currency type text
        """)
    #expect(error == nil)
  }

  @Test func aMissingRightIsNamedWithItsGrant() async throws {
    let test = try await TestBooks()
    let role = "reader_\(UInt64.random(in: 0 ... .max))"
    try test.session.execute("create role \(role)")
    let first = booksError { try test.open(as: role).verify(posting: false) }
    #expect(first?.category == .configuration)
    #expect(first?.what == "gateway: \(role) may not read gateway.usage_event")
    #expect(first?.hint.contains("grant select on gateway.usage_event to") == true)
    try test.session.execute(
      """
      grant usage on schema gateway, ledger to \(role);
      grant select on all tables in schema gateway, ledger to \(role)
      """)
    try test.open(as: role).verify(posting: false)
    let second = booksError { try test.open(as: role).verify(posting: true) }
    #expect(second?.what == "ledger: \(role) may not insert into ledger.entry")
    #expect(second?.hint.contains("grant insert on ledger.entry") == true)
    try test.session.execute("grant insert on ledger.entry to \(role)")
    try test.open(as: role).verify(posting: true)
    let findings = try test.open(as: role).check(posting: true)
    #expect(findings.contains { $0.what == "ledger: \(role) has no excess rights" })
    try test.session.execute("grant update, delete on ledger.entry to \(role)")
    let excess = try test.open(as: role).check(posting: true)
    #expect(
      excess.contains {
        $0.verdict == .advice && $0.what == "ledger: \(role) may also delete, update ledger.entry"
      })
  }

  @Test func postingNeedsTheUniqueKey() async throws {
    let error = try await fault(
      after: "alter table ledger.entry drop constraint entry_idempotency_key_key")
    #expect(error?.what == "ledger.entry has no unique idempotency_key")
    #expect(error?.hint.contains("create unique index") == true)
    let partitioned = try await fault(
      after: """
        alter table ledger.entry rename to kept;
        create table ledger.entry (like ledger.kept including defaults) partition by range (posted_at);
        create table ledger.entries partition of ledger.entry default
        """)
    #expect(partitioned?.what == "ledger.entry has no unique idempotency_key")
    #expect(partitioned?.hint.contains("no key is unique over partitions") == true)
  }

  /// What the server's plan of an INSERT does not tell.
  @Test(arguments: [
    ("alter table ledger.entry alter amount type numeric(12,1)", "reads back as another entry"),
    ("alter table ledger.entry add batch text not null", "null value in column"),
    (
      """
      create function ledger.drop_it() returns trigger language plpgsql as 'begin return null; end';
      create trigger drop_it before insert on ledger.entry for each row
        execute function ledger.drop_it()
      """, "does not add the entry"
    ),
  ])
  func aTrialEntryTellsWhatTheTableDoesToIt(_ change: String, what: String) async throws {
    let test = try await TestBooks()
    let before = try test.open().check(posting: true)
    #expect(before.contains { $0.ok && $0.what.hasPrefix("ledger.entry takes an entry once") })
    try test.session.execute(change)
    let after = try test.open().check(posting: true)
    #expect(after.contains { $0.verdict != .ok && $0.what.contains(what) })
    #expect(try test.session.query("select count(*) from ledger.entry").scalar == "0")
  }

  /// What a policy hides would be taken for missing, and be billed again.
  @Test func hiddenRowsAreRefused() async throws {
    let test = try await TestBooks()
    let role = "reader_\(UInt64.random(in: 0 ... .max))"
    try test.session.execute(
      """
      create role \(role);
      grant usage on schema gateway, ledger to \(role);
      grant select on all tables in schema gateway, ledger to \(role);
      alter table ledger.entry enable row level security;
      create policy own on ledger.entry for select using (run_id is not null)
      """)
    let error = booksError { try test.open(as: role).verify(posting: false) }
    #expect(error?.category == .configuration)
    #expect(error?.what.contains("row-level security hides rows from this role") == true)
    #expect(error?.hint.contains("bypassrls") == true)
    try test.session.execute("alter role \(role) bypassrls")
    try test.open(as: role).verify(posting: false)
  }

  // MARK: Adapters of one's own

  private func withAdapter<Value>(
    _ files: [String: String], _ body: (String) throws -> Value
  ) throws -> Value {
    let folder = FileManager.default.temporaryDirectory.path + "/adapter-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (name, text) in files {
      try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
    }
    return try body(folder)
  }

  private let usage = """
    -- our own log; a comment with a ; and a 'quote'
    select e.id::text as event_id, e.id::text as request_id, null as provider_request_id,
      'primary' as attempt_kind, 'acme' as tenant_id, null as deployment_id, null as user_id,
      null as session_id, e.at as occurred_at, e.at as recorded_at, 'm' as model, 'ok' as status,
      true as billable, e.n as input_tokens, 0 as cache_read_tokens, 0 as cache_write_5m_tokens,
      0 as cache_write_1h_tokens, 0 as output_tokens, 0 as reasoning_tokens,
      null::numeric as quantity, null as unit, e.price as charge, null::int as charge_minor,
      'EUR' as currency, null as price_version,
      'chat' as operation, null as provider, 'standard' as service_tier, false as is_batch,
      'provider' as token_basis, null::numeric as cost, null as caller_type, null as key_id
    from calls e -- all of it
    ;

    """

  @Test func aFolderOfSelectsReadsOtherTables() async throws {
    let test = try await TestBooks()
    try test.session.execute(
      """
      create table calls (id int, at timestamptz, n int, price numeric);
      insert into calls values (1, '2026-10-03', 5, 0.5), (2, null, 5, 0.5), (3, '2026-09-03', 1, 1)
      """)
    let books = try withAdapter(["usage_event.sql": usage]) { folder in
      try PostgresBooks(
        gateway: BookPlace(adapter: folder, conninfo: test.dsn),
        ledger: BookPlace(conninfo: test.dsn), zone: .utc)
    }
    try books.verify(posting: false)
    let rows = try books.usageRows(.october)
    #expect(rows.compactMap(\.row).map(\.eventID) == ["1"])
    #expect(rows.compactMap(\.row).first?.currency == .of("EUR"))
    #expect(rows.compactMap(\.setAside).map(\.problem) == ["occurred_at is NULL"])
    #expect(try books.controlTotal(usage: .october).rows == 2)
    #expect(try books.policies() == nil)
  }

  @Test func faultsOfAnAdapterAreNamedByFile() async throws {
    let test = try await TestBooks()
    try test.session.execute("create table calls (id int, at timestamptz, n int, price float8)")
    func fault(_ statement: String) throws -> BooksError? {
      try withAdapter(["usage_event.sql": statement]) { folder in
        booksError {
          let books = try PostgresBooks(
            gateway: BookPlace(adapter: folder, conninfo: test.dsn),
            ledger: BookPlace(conninfo: test.dsn), zone: .utc)
          try books.verify(posting: false)
        }
      }
    }
    let type = try fault(usage)
    #expect(type?.what.contains("usage_event.sql: column charge is double precision") == true)
    let column = try fault(usage.replacing("as session_id", with: "as sesion_id"))
    #expect(column?.what.contains("usage_event.sql has no column session_id") == true)
    #expect(column?.hint.contains("is it 'sesion_id'?") == true)
    let relation = try fault(usage.replacing("from calls", with: "from kalls"))
    #expect(relation?.what.contains("relation \"kalls\" does not exist") == true)
    let syntax = try fault("select from where")
    #expect(syntax?.what.contains("usage_event.sql") == true)
    #expect(try fault("")?.category == .configuration)
  }

  @Test func anUnknownAdapterIsNamed() async throws {
    let test = try await TestBooks()
    let error = booksError { _ = try test.open(adapter: "litelm") }
    #expect(error?.category == .configuration)
    #expect(error?.what == "gateway: there is no adapter 'litelm'")
    let nothing = try withAdapter([:]) { empty in
      booksError { _ = try test.open(adapter: empty) }
    }
    #expect(nothing?.what.contains("has no usage_event.sql") == true)
  }
}
