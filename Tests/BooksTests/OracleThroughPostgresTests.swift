import Accounting
import Books
import Reconciliation
import TestSupport
import Testing

/// The oracle against the engine once more, with the rows in a real PostgreSQL.
@Suite(.serialized) struct OracleThroughPostgresTests {
  @Test(arguments: UInt64(5001)..<5051)
  func seededBooksAreJudgedAsTheOracleJudgesThem(seed: UInt64) async throws {
    let random = try RandomBooks(seed: seed, hasUnreadableRows: false)
    let (books, _) = try await loaded(random)
    try books.beginSnapshot()
    let judgement = try Judgement(of: books, under: random.terms)
    books.endSnapshot()

    let inMemory = try Judgement(of: random.inMemory, under: random.terms)
    #expect(judgement == inMemory, "seed \(seed)")
    let oracle = try Oracle(of: random.contents, under: random.terms).findings()
    #expect(Findings(judgement).lines == oracle.lines, "seed \(seed)")
  }

  @Test(arguments: UInt64(5001)..<5051)
  func whatIsPostedLeavesNothingToPost(seed: UInt64) async throws {
    let random = try RandomBooks(seed: seed, hasUnreadableRows: false)
    let (books, _) = try await loaded(random)
    try books.beginSnapshot()
    let judgement = try Judgement(of: books, under: random.terms)
    guard !judgement.breaks.contains(where: { $0.severity == .stop }) else {
      books.endSnapshot()
      return
    }
    let due = judgement.corrections.filter { $0.status == .proposed }
    let after = try books.post { transaction in
      _ = try transaction.insert(
        due.map { $0.entry(postedAt: random.terms.asOf) }, runID: "seed \(seed)")
      return try Judgement(of: transaction.books, under: random.terms)
    }
    books.endSnapshot()
    let left = after.corrections.filter { $0.status == .proposed }
    #expect(left.isEmpty, "seed \(seed): \(left)")
  }

  private func loaded(_ random: RandomBooks) async throws -> (PostgresBooks, Connection) {
    let dsn = try await TestCluster.database()
    let session = try Connection("test", conninfo: dsn)
    _ = try TieoutSchema.install(on: session)
    try BookLoader.load(random.contents, gateway: session, ledger: session)
    let books = try PostgresBooks(
      gateway: BookPlace(conninfo: dsn), ledger: BookPlace(conninfo: dsn), zone: random.terms.zone)
    return (books, session)
  }
}
