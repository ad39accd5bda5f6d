import Accounting
import Books
import Reconciliation
import TestSupport
import Testing

/// What arrived late, read from a real PostgreSQL and from arrays: the same rows, so the same
/// judgement, and that of the oracle.
@Suite(.serialized) struct LateThroughPostgresTests {
  @Test(arguments: UInt64(7001)..<7041)
  func aRunThatKnowsAWatermarkIsJudgedAlike(seed: UInt64) async throws {
    let random = try RandomBooks(seed: seed, hasUnreadableRows: false).withWatermark
    let test = try await TestBooks()
    _ = try TieoutSchema.install(on: test.session)
    try BookLoader.load(random.contents, gateway: test.session, ledger: test.session)
    let books = try test.open(zone: random.terms.zone)
    try books.beginSnapshot()
    let judgement = try Judgement(of: books, under: random.terms)
    books.endSnapshot()
    #expect(judgement == (try Judgement(of: random.inMemory, under: random.terms)), "seed \(seed)")
    let oracle = try Oracle(of: random.contents, under: random.terms).findings()
    #expect(Findings(judgement).lines == oracle.lines, "seed \(seed)")
  }

  @Test func arrivalsAreThoseThatTellBothTimes() async throws {
    let test = try await TestBooks()
    try test.event("late", ["recorded_at": "'2026-10-20'"])
    try test.event("known", ["recorded_at": "'2026-10-19T23:59:59Z'"])
    try test.event("recent", ["recorded_at": "'2026-10-20'", "occurred_at": "'2026-10-18'"])
    try test.event("ever", ["recorded_at": "'infinity'"])
    try test.event("never", ["recorded_at": "'2026-10-20'", "occurred_at": "'-infinity'"])
    try test.event("elsewhere", ["recorded_at": "'2026-10-20'", "tenant_id": "'globex'"])
    let selection = UsageSelection.arrived(
      since: Instants.at("2026-10-20T00:00:00Z"),
      occurredBefore: Instants.at("2026-10-18T00:00:00Z"), PlaceFilter(tenants: ["acme"]))
    let books = try test.open()
    #expect(try books.usageRows(selection).map { $0.row?.eventID } == ["late"])
    #expect(try books.controlTotal(usage: selection).rows == 1)
  }
}
