import Accounting
import Billing
import Books
import Reconciliation
import TestSupport
import Testing

@Suite("Counters, rollups and bills through PostgreSQL")
struct TotalsThroughPostgresTests {
  /// The same rows in memory, for the sums that are streamed.
  private func inMemory(_ books: PostgresBooks) throws -> InMemoryBooks {
    var contents = BookContents()
    contents.usage = try books.usageRows(.occurred(.years, .everything)).compactMap(\.row)
    return InMemoryBooks(contents)
  }

  @Test("The server's sums are those of the stream, for every dimension")
  func sums() async throws {
    let test = try await TestBooks()
    var random = SplitMix64(seed: 11)
    for number in 0..<200 {
      let day = random.number(1...28)
      try test.event(
        "\(number)",
        [
          "key_id": random.pick(["'k1'", "'k2'", "null"]),
          "user_id": random.pick(["'u1'", "null"]),
          "tenant_id": random.pick(["'acme'", "'globex'"]), "provider": "'openai'",
          "model": random.pick(["'m1'", "'m2'"]), "session_id": "'s'", "deployment_id": "'d'",
          "occurred_at": "'2026-\(random.pick(["08", "09", "10"]))-\(day)T10:00:00Z'",
          "recorded_at": "'2026-10-\(day)T10:00:00Z'",
          "input_tokens": "\(random.number(0...900))",
          "cache_read_tokens": "\(random.number(0...9))",
          "cache_write_1h_tokens": "7", "output_tokens": "\(random.number(0...90))",
          "cost": random.pick(["0.000000000000000001", "12.5", "null"]), "charge": "0.25",
          "currency": random.pick(["'USD'", "'EUR'"]),
        ])
    }
    try test.event(
      "nan",
      [
        "key_id": "'k1'", "cost": "'NaN'", "charge": "1", "tenant_id": "'broken'", "model": "'m9'",
      ])
    let books = try test.open()
    let stream = try inMemory(books)
    let settled = Instants.at("2026-10-20T00:00:00Z")
    let starts: [Instant?] = [nil, Instants.at("2026-09-10T00:00:00Z")]
    for dimension in UsageDimension.allCases {
      let entities = ["k1", "k2", "u1", "acme", "globex", "m1", "s", "d", "openai", "nobody"]
      let windows = entities.flatMap { entity in
        starts.map {
          UsageWindow(entity: entity, start: $0, end: Instants.at("2026-10-25T00:00:00Z"))
        }
      }
      let server = try books.usageSums(by: dimension, windows, settledBefore: settled)
      let streamed = try stream.usageSums(by: dimension, windows, settledBefore: settled)
      // A row that cannot be judged still counts as a call to the server; its amount does not.
      #expect(server.map { $0.mapValues(\.amounts) } == streamed.map { $0.mapValues(\.amounts) })
      if dimension != .key { #expect(server == streamed) }
    }
    #expect(try books.usageBegins() == stream.usageBegins())
  }

  @Test("Rows are read as they stand, and what cannot be judged is set aside by name")
  func decoding() async throws {
    let test = try await TestBooks()
    try test.session.execute(
      """
      insert into gateway.counter (counter, entity_id, unit, window_start, value, as_of) values
        ('key.spend', 'k1', 'USD', '-infinity', 1.25, '2026-11-01T00:00:00Z'),
        ('key.spend', 'k2', 'USD', null, 'NaN', '2026-11-01T00:00:00Z');
      insert into gateway.rollup_day (rollup, row_id, entity_id, day, requests, amount) values
        ('user.day', '1', 'u1', '2026-10-05', 3, 0.5), ('user.day', '2', 'u1', '2026-09-30', 1, 1),
        ('user.day', '3', 'u1', '2026-10-06', 1, 'infinity');
      insert into gateway.provider_bill (provider, account, row_id, bucket_start, bucket_end, basis,
        model, component, quantity) values
        ('openai', 'prod', '1', '2026-10-05T00:00Z', '2026-10-06T00:00Z', 'quantity', 'm', 'input', 7),
        ('openai', 'prod', '2', '2026-10-05T00:00Z', '2026-10-06T00:00Z', 'guess', 'm', 'input', 7),
        ('openai', 'prod', '3', '2026-11-01T00:00Z', '2026-11-02T00:00Z', 'quantity', 'm', 'input', 7);
      """)
    let books = try test.open()
    let days = try #require(CivilDate("2026-10-01"))...(try #require(CivilDate("2026-10-31")))
    let counters = try #require(try books.counters())
    #expect(counters.compactMap(\.row).map(\.windowStart) == [nil])
    #expect(counters.compactMap(\.setAside).map(\.problem) == ["value is NaN"])
    let rollups = try #require(try books.rollupDays(days))
    #expect(rollups.compactMap(\.row).map(\.rowID) == ["1"])
    #expect(rollups.compactMap(\.setAside).map(\.rowID) == ["user.day 3"])
    let bills = try #require(try books.providerBills(days))
    #expect(bills.compactMap(\.row).map(\.rowID) == ["1"])
    #expect(
      bills.compactMap(\.setAside).map(\.problem)
        == ["basis 'guess' is neither quantity, amount nor both"])
  }

  private func report(_ tokens: Int, day: Int = 1, days: Int = 1) throws -> ProviderReport {
    let bucket = """
      {"starting_at": "2026-10-0\(day)T00:00:00Z", "ending_at": "2026-10-0\(day + days)T00:00:00Z",
       "results": [{"uncached_input_tokens": \(tokens), "output_tokens": 1, "model": "m"}]}
      """
    return try ProviderReport(reading: "{\"data\": [\(bucket)]}".utf8, account: "prod")
  }

  @Test("A bucket is recorded once, told alike is a duplicate, told otherwise stands anew")
  func importing() async throws {
    let test = try await TestBooks()
    try test.session.execute("drop table gateway.provider_bill")
    let before = booksError { _ = try BillBook(ledger: test.dsn) }
    #expect(before?.hint == "run `tieout install` as the owner of the database")
    _ = try TieoutSchema.install(on: test.session)
    let days = try #require(CivilDate("2026-10-01"))...(try #require(CivilDate("2026-10-31")))
    #expect(try test.open().providerBills(days) == nil)

    let book = try BillBook(ledger: test.dsn)
    func record(_ report: ProviderReport, from source: String) throws -> BillBook.Receipt {
      try #require(try book.record([(report, source)]).first)
    }
    #expect(try record(report(5), from: "a").recorded == 1)
    #expect(try record(report(5), from: "a").duplicate == 1)
    #expect(try record(report(6), from: "b").replaced == 1)
    // Back again: the newest telling stands, not the first.
    #expect(try record(report(5), from: "c").replaced == 1)
    #expect(try record(report(9, day: 2), from: "d").recorded == 1)
    let read = try #require(try test.open().providerBills(days)).compactMap(\.row)
    #expect(
      read.filter { $0.component == "input" }.map(\.quantity) == [try Money("5"), try Money("9")])
    // One that is cut otherwise takes the place of both.
    #expect(try record(report(20, days: 2), from: "e").replaced == 1)
    let whole = try #require(try test.open().providerBills(days)).compactMap(\.row)
    #expect(whole.filter { $0.component == "input" }.map(\.quantity) == [try Money("20")])
    #expect(try book.list().map(\.buckets) == [1])
    // One of its two days would lose the other; both of them, in two files, do not.
    let loss = booksError { _ = try record(report(7), from: "f") }
    #expect(loss?.category == .data)
    #expect(loss?.what.hasPrefix("f: ") == true)
    #expect(try book.list().map(\.buckets) == [1])
    let both = try book.record([(report(7), "f"), (report(8, day: 2), "g")])
    #expect(both.map(\.replaced) == [1, 0])
    #expect(try book.list().map(\.buckets) == [2])
  }

  @Test("A gateway's own relation that tells nothing of the days does not hide what was imported")
  func emptyRelation() async throws {
    let test = try await TestBooks()
    _ = try TieoutSchema.install(on: test.session)
    let days = try #require(CivilDate("2026-10-01"))...(try #require(CivilDate("2026-10-31")))
    #expect(try test.open().providerBills(days)?.isEmpty == true)
    _ = try BillBook(ledger: test.dsn).record([(report(5), "file")])
    #expect(try test.open().providerBills(days)?.isEmpty == false)
  }

  @Test("Imports at the same time record each bucket once")
  func race() async throws {
    let test = try await TestBooks()
    _ = try TieoutSchema.install(on: test.session)
    let dsn = test.dsn
    let report = try report(5)
    let receipts = try await withThrowingTaskGroup(of: [BillBook.Receipt].self) { group in
      for _ in 0..<4 {
        group.addTask { try BillBook(ledger: dsn).record([(report, "file")]) }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(receipts.map(\.recorded).reduce(0, +) == 1)
    #expect(receipts.map(\.duplicate).reduce(0, +) == 3)
  }
}

extension UsageSum {
  fileprivate var amounts: [Money] { [settled.amount, recent.amount] }
}

extension Range<Instant> {
  fileprivate static let years =
    Instants.at("2020-01-01T00:00:00Z")..<Instants.at("2030-01-01T00:00:00Z")
}
