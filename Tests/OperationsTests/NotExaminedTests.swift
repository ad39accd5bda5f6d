import Operations
import Reconciliation
import Testing

/// What a check could not look at is told with the report, in money or not.
@Suite struct NotExaminedTests {
  private let books: OctoberBooks

  init() async throws {
    books = try await OctoberBooks()
    try books.session.execute(
      """
      insert into gateway.price (price_book, version, provider, model, component, unit_price,
        effective_from) values ('list', 'v1', '*', 'm', 'input', 0.001, '2026-01-01')
      """)
  }

  private func update(_ assignment: String, of requests: String...) throws {
    for request in requests {
      try books.session.query(
        "update gateway.usage_event set \(assignment) where request_id = $1", [request])
    }
  }

  private func ofPrices(_ outcome: RunOutcome) -> [String] {
    outcome.report.judgement.controls.notExamined.filter { $0.check == "price-variance" }
      .map(\.why)
  }

  @Test func costsThatCannotBeReadAreTold() throws {
    #expect(try ofPrices(books.run()).isEmpty)
    try update("cost = 'NaN'", of: "request-1")
    #expect(try ofPrices(books.run()) == ["in part: 1 call tells a cost that cannot be read"])
    try update("cost = 0.0000000000000000001", of: "request-2")
    try update("cost = '-Infinity', billable = false", of: "request-3")
    #expect(try ofPrices(books.run()) == ["in part: 2 calls tell a cost that cannot be read"])
  }

  @Test func waysToCountTokensThatNobodyKnowsAreTold() throws {
    try update("token_basis = 'guessed'", of: "request-1")
    try update("token_basis = 'canonical'", of: "request-2")
    #expect(
      try ofPrices(books.run())
        == ["in part: 1 call has an unknown token_basis, as 'guessed' is"])
    try update("token_basis = 'dreamt'", of: "request-3")
    #expect(
      try ofPrices(books.run())
        == ["in part: 2 calls have an unknown token_basis, as 'dreamt' is"])
  }

  /// The report on record tells of other books, though of the same money.
  @Test func aRunThatCouldLookAtLessIsAnotherRun() throws {
    let first = try books.run()
    try update("cost = 'NaN'", of: "request-1")
    let second = try books.run()
    #expect(second.report.run.id != first.report.run.id)
    #expect(second.notes.contains { $0.contains("found other books") })
    try books.entry("again", "request-1", "1")
    let third = try books.run()
    try update("event_id = 'renamed'", of: "request-1")
    let fourth = try books.run()
    #expect(fourth.report.run.id != third.report.run.id)
    #expect(fourth.report.judgement.breaks.contains { $0.eventIDs == ["renamed"] })
  }
}
