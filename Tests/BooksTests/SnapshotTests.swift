import Accounting
import Books
import Reconciliation
import TestSupport
import Testing

@Suite struct SnapshotTests {
  @Test func whatIsInsertedMeanwhileIsNotSeen() async throws {
    let test = try await TestBooks()
    try test.event("1")
    try test.entry("1")
    let books = try test.open()
    try books.beginSnapshot()
    try test.event("2")
    try test.entry("2")
    for _ in 1...2 {
      #expect(try books.usageRows(.october).count == 1)
      #expect(try books.entryRows(.october).count == 1)
      #expect(try books.controlTotal(usage: .october).rows == 1)
      #expect(try books.controlTotal(entries: .october).rows == 1)
    }
    try books.beginSnapshot()
    #expect(try books.usageRows(.october).count == 2)
    books.endSnapshot()
    try test.event("3")
    #expect(try books.usageRows(.october).count == 3)
  }

  /// A gateway that records and posts at once must never be caught between the two.
  @Test func theLedgersSnapshotIsTheOlderOne() async throws {
    let test = try await TestBooks()
    let books = try test.open()
    try books.beginSnapshot()
    let order = try test.session.query(
      """
      select query_start from pg_stat_activity where datname = current_database()
        and state = 'idle in transaction' order by pid
      """)
    // The ledger connects last, so its process is the later one, and its statement the earlier.
    let (gateway, ledger) = (order.text(0, 0), order.text(1, 0))
    #expect(try #require(ledger) < #require(gateway))
  }

  @Test func anAdapterThatWritesIsRefused() async throws {
    let test = try await TestBooks()
    try test.session.execute(
      """
      create table gateway.trace (n int);
      create function gateway.traced() returns text language plpgsql volatile as
        $$ begin insert into gateway.trace values (1); return 'x'; end $$;
      alter table gateway.usage_event rename to event;
      create view gateway.usage_event as select * from gateway.event where gateway.traced() = 'x';
      insert into gateway.event (event_id, request_id, tenant_id, occurred_at, recorded_at, model)
        values ('1', 'r', 't', '2026-10-02', '2026-10-02', 'm')
      """)
    let books = try test.open()
    #expect(booksError { _ = try books.usageRows(.october) }?.sqlState == "25006")
    try books.beginSnapshot()
    #expect(booksError { _ = try books.usageRows(.october) }?.sqlState == "25006")
  }

  @Test func anErrorUnderItIsOverWithTheNextOne() async throws {
    struct Enough: Error {}
    let test = try await TestBooks()
    try test.event("1")
    let books = try test.open()
    try books.beginSnapshot()
    #expect(throws: Enough.self) { try books.usage(.october) { _ in throw Enough() } }
    try books.beginSnapshot()
    #expect(try books.usageRows(.october).count == 1)
  }

  @Test func oneRunAtATime() async throws {
    let test = try await TestBooks()
    let (first, second) = (try test.open(), try test.open())
    #expect(try first.tryLock())
    #expect(try !second.tryLock())
    try first.beginSnapshot()
    #expect(try !second.tryLock())
    first.unlock()
    #expect(try second.tryLock())
    let elsewhere = try await TestBooks().open()
    #expect(try elsewhere.tryLock())
  }

  @Test func theLockGoesWithTheSession() async throws {
    let test = try await TestBooks()
    var first: PostgresBooks? = try test.open()
    #expect(try first?.tryLock() == true)
    first = nil
    let second = try test.open()
    // The server notices the end of a session in its own time.
    var isTaken = try second.tryLock()
    while !isTaken {
      await Task.yield()
      isTaken = try second.tryLock()
    }
  }
}
