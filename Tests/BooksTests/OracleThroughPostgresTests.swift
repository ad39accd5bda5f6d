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
    let books = try await loaded(random.contents, in: random.terms.zone)
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
    let books = try await loaded(random.contents, in: random.terms.zone)
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

  @Test(arguments: BreakCode.withPapers)
  func workingPapersReadTheSame(code: BreakCode) async throws {
    for scenario in try Scenario.cases(of: code).prefix(2) where scenario.fitsADatabase {
      let books = try await loaded(scenario.contents, in: scenario.terms.zone)
      try books.beginSnapshot()
      let judgement = try Judgement(of: books, under: scenario.terms)
      books.endSnapshot()
      let problems = try scenario.problems(of: judgement)
      #expect(problems.isEmpty, "\(scenario.place) \(scenario.title): \(problems)")
    }
  }

  private func loaded(
    _ contents: BookContents, in zone: BillingZone
  ) async throws -> PostgresBooks {
    let dsn = try await TestCluster.database()
    let session = try Connection("test", conninfo: dsn)
    _ = try TieoutSchema.install(on: session)
    try BookLoader.load(contents, gateway: session, ledger: session)
    return try PostgresBooks(
      gateway: BookPlace(conninfo: dsn), ledger: BookPlace(conninfo: dsn), zone: zone)
  }
}
