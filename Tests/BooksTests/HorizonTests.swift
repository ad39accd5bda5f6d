import Accounting
import Books
import TestSupport
import Testing

/// How far a snapshot sees: no watermark may pass a transaction that was open.
@Suite struct HorizonTests {
  /// Seconds by which each book's horizon lies behind the clock.
  private func lags(_ test: TestBooks, as role: String? = nil) throws -> [Int64] {
    let books = try test.open(as: role)
    let seen = try books.horizons()
    let now = try test.session.query(
      "select (extract(epoch from clock_timestamp()) * 1000000)::bigint"
    ).scalar
    let clock = Instant(microseconds: Int64(now ?? "") ?? 0)
    return [clock.seconds(since: seen.recordedAt), clock.seconds(since: seen.postedAt)]
  }

  @Test func nothingOpenLeavesTheClocksMargin() async throws {
    let test = try await TestBooks()
    #expect(try lags(test).allSatisfy { (300...310).contains($0) })
  }

  @Test func whatCannotBeSeenLeavesAnHour() async throws {
    let test = try await TestBooks()
    let role = "blind_\(UInt64.random(in: 0 ... .max))"
    try test.session.execute("create role \(role)")
    #expect(try lags(test, as: role).allSatisfy { (3600...3610).contains($0) })
    try test.session.execute("grant pg_read_all_stats to \(role)")
    #expect(try lags(test, as: role).allSatisfy { (300...310).contains($0) })
  }

  @Test func anOpenTransactionHoldsItBack() async throws {
    let test = try await TestBooks()
    let other = try Connection("other", conninfo: test.dsn)
    try other.execute("begin")
    let began = try other.query("select (extract(epoch from now()) * 1000000)::bigint").scalar
    let start = Instant(microseconds: Int64(began ?? "") ?? 0)
    let seen = try test.open().horizons()
    #expect(start.seconds(since: seen.recordedAt) == 300)
    #expect(start.seconds(since: seen.postedAt) == 300)
    try other.execute("rollback")
    #expect(try test.open().horizons().recordedAt > seen.recordedAt)
  }

  @Test func aGatewayIsKnownByServerDatabaseAndAdapter() async throws {
    let (one, two) = (try await TestBooks(), try await TestBooks())
    #expect(try one.open().gatewayName() == one.open().gatewayName())
    #expect(try one.open().gatewayName() != two.open().gatewayName())
    #expect(try one.open().gatewayName().hasPrefix("native on "))
  }
}
