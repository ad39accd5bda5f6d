import Accounting
import Books
import Foundation
import Reconciliation
import TestSupport
import Testing

/// Posting into a ledger of one's own, by the `post.sql` of its adapter.
@Suite struct PostStatementTests {
  /// A ledger that is none of the contract's: one folder reads it and posts to it.
  private struct OwnLedger {
    let test: TestBooks
    var files = [
      "entry.sql": """
      select id as entry_id, customer as tenant_id, site as deployment_id,
        'llm_usage'::text as account, what as kind, call_id as request_id, dollars as amount,
        'USD'::text as currency, booked as period, served as service_period, at as posted_at,
        undoes as reverses_entry_id, once as idempotency_key, why as reason
      from journal
      """,
      "post.sql": """
      -- One entry; a comment with a ;
      insert into journal (id, customer, site, what, call_id, dollars, booked, served, undoes, once,
        why, at)
      values ($1, $2, $3, $4, $5, $6, $8, $9, $10, $11, $12, coalesce($14, now()))
      on conflict (once) do nothing;
      """,
    ]

    init(idType: String = "text", once: String = "unique") async throws {
      test = try await TestBooks()
      try test.session.execute(
        """
        create table journal (id \(idType) primary key, customer text not null, site text,
          what text not null, call_id text, dollars numeric not null, booked date not null,
          served date, undoes text, once text \(once), why text, at timestamptz not null);
        insert into journal values (\(idType == "uuid" ? "gen_random_uuid()" : "'j-1'"), 'acme',
          'prod', 'usage', 'req-1', 1.25, '2026-10-01', null, null, null, null, '2026-10-05Z')
        """)
    }

    func with<Value>(as role: String? = nil, _ body: (PostgresBooks) throws -> Value) throws
      -> Value
    {
      let folder = FileManager.default.temporaryDirectory.path + "/ledger-\(UUID().uuidString)"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      for (name, text) in files {
        try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
      }
      let conninfo = role.map { "\(test.dsn) options='-c role=\($0)'" } ?? test.dsn
      return try body(
        PostgresBooks(
          gateway: BookPlace(conninfo: conninfo),
          ledger: BookPlace(adapter: folder, conninfo: conninfo), zone: .utc, patience: .none))
    }

    /// What `tieout check` says of posting, and that it left nothing behind.
    func findings() throws -> [Books.Finding] {
      let findings = try with { try $0.check(posting: true) }
      #expect(try rows() == "1")
      return findings
    }

    func rows() throws -> String? { try test.session.query("select count(*) from journal").scalar }
  }

  private func correction(_ key: String, amount: String = "-1.25") throws -> LedgerEntry {
    LedgerEntry(
      entryID: "tieout-\(key)", tenant: "acme", deployment: "it's", kind: .reversal,
      requestID: "req-1", amount: try Money(amount), currency: .of("USD"),
      period: Instants.period("2026-11"), servicePeriod: Instants.period("2026-10"),
      postedAt: Instants.at("2026-11-02T00:00:00Z"), reversesEntryID: "j-1", idempotencyKey: key,
      reason: "double-billed")
  }

  @Test func whatIsPostedReadsBackWhole() async throws {
    let ledger = try await OwnLedger()
    try ledger.with { books in
      #expect(books.canPost)
      try books.verify(posting: true)
      let time = Instants.at("2026-11-02T03:04:05.000006Z")
      try books.post { posting in
        let inserted = try posting.insert([correction("k")], runID: "run", postedAt: time)
        #expect(inserted == 1)
      }
      let posted = try #require(books.entryRows(.entryIDs(["tieout-k"])).first?.row)
      var expected = try correction("k")
      expected.postedAt = time
      #expect(posted == expected)
    }
  }

  @Test func anEntryIsPostedOnceHoweverOften() async throws {
    let ledger = try await OwnLedger()
    for expected in [450, 0, 1] {
      let entries = try (0..<(expected == 1 ? 451 : 450)).map { try correction("k\($0)") }
      try ledger.with { books in
        try books.post { posting in
          // Two transactions of one session prepare the statement twice.
          let inserted = try posting.insert(entries, runID: "run")
          #expect(inserted == expected)
          #expect(try posting.insert(entries, runID: "run") == 0)
        }
      }
    }
    #expect(try ledger.rows() == "452")
  }

  @Test func theSameKeyWithOtherContentStops() async throws {
    let ledger = try await OwnLedger()
    try ledger.with { books in
      try books.post { posting in _ = try posting.insert([correction("k")], runID: "run") }
      let error = booksError {
        try books.post { posting in
          let entries = [try correction("k0"), try correction("k", amount: "-1.26")]
          _ = try posting.insert(entries, runID: "run")
        }
      }
      #expect(error?.category == .data)
      #expect(error?.what.hasSuffix("same idempotency key, other content: k") == true)
    }
    #expect(try ledger.rows() == "2")
  }

  @Test func idsOfALedgerOfUUIDsAreUUIDs() async throws {
    var ledger = try await OwnLedger(idType: "uuid")
    ledger.files["post.sql"] = ledger.files["post.sql"]?.replacing("($1,", with: "($1::uuid,")
    try ledger.with { books in
      try books.post { posting in _ = try posting.insert([correction("k")], runID: "run") }
      let id = try #require(books.entryRows(.requests(["req-1"])).compactMap(\.row).last?.entryID)
      #expect(id == UUIDText.named("tieout-k"))
    }
    let findings = try ledger.with { try $0.check(posting: true) }
    #expect(findings.contains { $0.verdict == .ok && $0.what.contains("adds an entry once") })
  }

  @Test func aRefusedEntryTakesAllOfThemBack() async throws {
    let ledger = try await OwnLedger()
    try ledger.test.session.execute("alter table journal add check (dollars > -100)")
    try ledger.with { books in
      let error = booksError {
        try books.post { posting in
          let entries = [
            try correction("k1"), try correction("k2", amount: "-100"), try correction("k3"),
          ]
          _ = try posting.insert(entries, runID: "run")
        }
      }
      #expect(error?.category == .data)
      try books.post { posting in _ = try posting.insert([correction("k4")], runID: "run") }
    }
    #expect(try ledger.rows() == "2")
  }

  // MARK: Check

  @Test func checkProvesThatPostingIsIdempotent() async throws {
    let findings = try await OwnLedger().findings()
    #expect(findings.allSatisfy { $0.ok })
    #expect(findings.contains { $0.verdict == .ok && $0.what.contains("adds an entry once") })
  }

  @Test func anEmptyLedgerIsProvedToo() async throws {
    let ledger = try await OwnLedger()
    try ledger.test.session.execute("delete from journal")
    let findings = try ledger.with { try $0.check(posting: true) }
    #expect(findings.contains { $0.verdict == .ok && $0.what.contains("adds an entry once") })
    #expect(try ledger.rows() == "0")
  }

  @Test func anEntryAddedTwiceIsAFault() async throws {
    var ledger = try await OwnLedger(once: "")
    ledger.files["post.sql"] = ledger.files["post.sql"]?.replacing("on conflict (once) ", with: "")
      .replacing("do nothing", with: "").replacing("($1,", with: "($1 || random(),")
    let fault = try ledger.findings().first { !$0.ok }
    #expect(fault?.what.hasSuffix("an entry posted twice is added twice") == true)
    #expect(fault?.hint?.contains("$11") == true)
  }

  @Test func aParameterInTheWrongPlaceIsAFault() async throws {
    var ledger = try await OwnLedger()
    ledger.files["post.sql"] = ledger.files["post.sql"]?.replacing("$6,", with: "-$6,")
    let fault = try ledger.findings().first { !$0.ok }
    #expect(fault?.what.contains("reads back as another entry: amount is -0.01, not 0.01") == true)
  }

  @Test func anEntryThatIsNotReadBackIsAFault() async throws {
    var ledger = try await OwnLedger()
    ledger.files["entry.sql", default: ""] += " where what = 'usage'"
    let fault = try ledger.findings().first { !$0.ok }
    #expect(fault?.what.contains("(adjustment) is not returned by") == true)
  }

  @Test func aStatementThatAddsNothingIsAFault() async throws {
    var ledger = try await OwnLedger()
    ledger.files["post.sql"] = ledger.files["post.sql"]?.replacing(
      "values (", with: "select * from (values ("
    ).replacing("now()))", with: "now()))) v where false")
    let fault = try ledger.findings().first { !$0.ok }
    #expect(fault?.what.contains("does not add the entry") == true)
  }

  @Test func aSecondStatementIsRefusedAndNotRun() async throws {
    var ledger = try await OwnLedger()
    ledger.files["post.sql", default: ""] += "\ndelete from journal"
    let fault = try ledger.findings().first { !$0.ok }
    #expect(fault?.what.contains("post.sql: ") == true)
    try ledger.with { books in
      #expect(booksError { try books.verify(posting: true) }?.category == .configuration)
    }
  }

  @Test func aMissingRightIsNamed() async throws {
    let ledger = try await OwnLedger()
    let role = "reader_\(UInt64.random(in: 0 ... .max))"
    try ledger.test.session.execute(
      """
      create role \(role); grant usage on schema gateway to \(role);
      grant select on all tables in schema gateway to \(role); grant select on journal to \(role)
      """)
    try ledger.with(as: role) { books in
      try books.verify(posting: false)
      let error = booksError { try books.verify(posting: true) }
      #expect(error?.what.contains("post.sql: \(role) lacks a right") == true)
    }
    try ledger.test.session.execute("grant insert, update on journal to \(role)")
    let findings = try ledger.with(as: role) { try $0.check(posting: true) }
    #expect(findings.allSatisfy { $0.ok })
    #expect(
      findings.contains {
        $0.verdict == .advice && $0.what.hasSuffix("may also update public.journal")
      })
  }

  @Test func aLedgerThatRefusesTheTrialIsNotProved() async throws {
    let ledger = try await OwnLedger()
    try ledger.test.session.execute("alter table journal add check (dollars > 1)")
    let findings = try ledger.findings()
    #expect(findings.allSatisfy { $0.ok })
    #expect(findings.contains { $0.verdict == .advice && $0.what.contains("not proved") })
  }

  @Test func withoutAStatementThereAreProposalsOnly() async throws {
    var ledger = try await OwnLedger()
    ledger.files["post.sql"] = nil
    try ledger.with { books in
      #expect(!books.canPost)
      try books.verify(posting: false)
      let error = booksError { try books.verify(posting: true) }
      #expect(error?.category == .configuration)
      #expect(error?.what.contains("has no post.sql, so nothing can be posted") == true)
      #expect(error?.hint.contains("run without --post") == true)
    }
    let findings = try ledger.findings()
    #expect(findings.allSatisfy { $0.ok })
    #expect(findings.contains { $0.verdict == .advice && $0.what.contains("has no post.sql") })
  }
}
