import Accounting
import Books
import Reconciliation
import TestSupport
import Testing

@Suite struct PostingTests {
  private func correction(_ key: String, amount: String = "-1.25") throws -> LedgerEntry {
    LedgerEntry(
      entryID: "tieout-\(key)", tenant: "acme", deployment: "it's", kind: .reversal,
      requestID: "req-1", amount: try Money(amount), currency: .of("USD"),
      period: Instants.period("2026-11"), servicePeriod: Instants.period("2026-10"),
      postedAt: Instants.at("2026-11-02T00:00:00Z"), reversesEntryID: "1", idempotencyKey: key,
      reason: "double-billed")
  }

  private func count(_ test: TestBooks) throws -> String? {
    try test.session.query("select count(*) from ledger.entry").scalar
  }

  @Test func whatIsPostedIsThereWholeAndSeenAtOnce() async throws {
    let test = try await TestBooks()
    try test.entry("1")
    let books = try test.open()
    try books.beginSnapshot()
    try books.post { posting in
      let inserted = try posting.insert([correction("k1"), correction("k2")], runID: "run-1")
      let rows = try posting.books.entryRows(.requests(["req-1"]))
      #expect(inserted == 2)
      #expect(rows.count == 3)
    }
    let result = try test.session.query(
      """
      select account, kind, run_id, reason, reverses_entry_id, service_period, currency,
        posted_at > now() - interval '1 hour' from ledger.entry where entry_id = 'tieout-k1'
      """)
    let fields = (0..<result.columnCount).map { result.text(0, $0) }
    #expect(
      fields == [
        "llm_usage", "reversal", "run-1", "double-billed", "1", "2026-10-01", "USD", "t",
      ])
    let posted = try #require(books.entryRows(.entryIDs(["tieout-k1"])).first?.row)
    var expected = try correction("k1")
    expected.postedAt = posted.postedAt
    #expect(posted == expected)
  }

  @Test func theTimeOfPostingMayBeGiven() async throws {
    let test = try await TestBooks()
    let books = try test.open()
    let time = Instants.at("2026-11-02T03:04:05.000006Z")
    try books.post { posting in
      _ = try posting.insert([correction("k")], runID: "run", postedAt: time)
    }
    #expect(try books.entryRows(.entryIDs(["tieout-k"])).first?.row?.postedAt == time)
  }

  @Test func whatIsThrownTakesEverythingBack() async throws {
    struct Refused: Error {}
    let test = try await TestBooks()
    let books = try test.open()
    #expect(throws: Refused.self) {
      try books.post { posting in
        _ = try posting.insert([correction("k")], runID: "run")
        throw Refused()
      }
    }
    #expect(try count(test) == "0")
    try books.post { posting in _ = try posting.insert([correction("k")], runID: "run") }
    #expect(try count(test) == "1")
  }

  @Test func theSameEntryTwiceIsPostedOnce() async throws {
    let test = try await TestBooks()
    for expected in [2, 0, 1] {
      let books = try test.open()
      let keys = expected == 1 ? ["k1", "k2", "k3"] : ["k1", "k2"]
      try books.post { posting in
        let inserted = try posting.insert(keys.map { try correction($0) }, runID: "run")
        #expect(inserted == expected)
      }
    }
    #expect(try count(test) == "3")
  }

  @Test func theSameKeyWithOtherContentStops() async throws {
    let test = try await TestBooks()
    let books = try test.open()
    try books.post { posting in _ = try posting.insert([correction("k1")], runID: "run") }
    let error = booksError {
      try books.post { posting in
        let entries = [try correction("k0"), try correction("k1", amount: "-1.26")]
        _ = try posting.insert(entries, runID: "run")
      }
    }
    #expect(error?.category == .data)
    #expect(error?.what == "ledger.entry: same idempotency key, other content: k1")
    #expect(try count(test) == "1")
  }

  @Test func manyEntriesGoInBatches() async throws {
    let test = try await TestBooks()
    let books = try test.open()
    let entries = try (0..<2500).map { try correction("key-\($0)") }
    try books.post { posting in
      let counts = (
        try posting.insert(entries, runID: "run"), try posting.insert([], runID: "run")
      )
      #expect(counts == (2500, 0))
    }
    #expect(try count(test) == "2500")
  }

  @Test func theGatewaysSnapshotStays() async throws {
    let test = try await TestBooks()
    let books = try test.open()
    try books.beginSnapshot()
    try test.event("late")
    try test.entry("late")
    try books.post { posting in
      let (events, entries) = (
        try posting.books.usageRows(.october), try posting.books.entryRows(.october)
      )
      #expect(events.isEmpty)
      #expect(entries.count == 1)
    }
  }

  @Test func aTriggersRefusalIsPassedOn() async throws {
    let test = try await TestBooks()
    try test.session.execute(
      """
      create function ledger.closed() returns trigger language plpgsql as
        $$ begin raise exception 'period % is closed', new.period; end $$;
      create trigger closed before insert on ledger.entry
        for each row execute function ledger.closed()
      """)
    let books = try test.open()
    let error = booksError {
      try books.post { posting in _ = try posting.insert([correction("k")], runID: "run") }
    }
    #expect(error?.category == .data)
    #expect(error?.what == "ledger: period 2026-11-01 is closed")
  }

  @Test func aServerLostInMidPostingIsUnavailableAndNothingIsPosted() async throws {
    let test = try await TestBooks()
    let books = try test.open()
    let error = booksError {
      try books.post { posting in
        _ = try posting.insert([correction("k")], runID: "run")
        try test.session.execute(
          """
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()
          """)
        _ = try posting.insert([correction("k2")], runID: "run")
      }
    }
    #expect(error?.category == .unavailable)
    #expect(try count(test) == "0")
  }

  @Test func aSwallowedErrorIsNotCommitted() async throws {
    let test = try await TestBooks()
    let books = try test.open()
    try test.entry("1", ["entry_id": "'tieout-k2'"])
    let error = booksError {
      try books.post { posting in
        _ = try posting.insert([correction("k1")], runID: "run")
        _ = try? posting.insert([correction("k2")], runID: "run")
      }
    }
    #expect(error?.category == .conflict)
    #expect(try count(test) == "1")
  }
}
