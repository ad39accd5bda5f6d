import Accounting
import Billing
import Books
import Reconciliation
import TestSupport
import Testing

/// What is pulled for a selection equals a naive SELECT, and the server's own totals.
@Suite struct PullTests {
  private let tenants = ["acme", "globex", "it's \"quoted\"; --"]
  private let deployments: [String?] = ["prod", "dev", nil]

  /// Random rows from August to December, with amounts that are not all good.
  private func filled(seed: UInt64) async throws -> TestBooks {
    print("seed \(seed)")
    let test = try await TestBooks()
    var random = SeededGenerator(seed: seed)
    let amounts = ["1.25", "-3", "0", "NaN", "Infinity", "1e20", "0.1234567890123456789", "1e-18"]
    var events: [String] = []
    var entries: [String] = []
    for index in 0..<600 {
      let tenant = tenants.randomElement(using: &random)
      let deployment = deployments.randomElement(using: &random) ?? nil
      let request = "req-\(Int.random(in: 0..<200, using: &random))"
      let day = Int.random(in: 0..<150, using: &random)
      let time = Instants.at("2026-08-01T00:00:00Z").adding(seconds: Int64(day) * 86_400)
      let amount = amounts.randomElement(using: &random)
      let provider = Bool.random(using: &random) ? "prov-\(index % 50)" : nil
      events.append(
        CopyText.line([
          "ev-\(index)", request, provider, tenant, deployment, "\(time)", "\(time)", "m", amount,
        ]))
      let month = CivilDate(daysSinceEpoch: day + 20_666).period
      let reverses = index % 7 == 0 ? "en-\(Int.random(in: 0..<600, using: &random))" : nil
      entries.append(
        CopyText.line([
          "en-\(index)", tenant, deployment, index % 9 == 0 ? "meter:x" : "llm_usage",
          index % 5 == 0 ? nil : request, amount, "\(month.firstDay)",
          index % 11 == 0 ? "\(month.previous.firstDay)" : nil, "\(time)", reverses,
        ]))
    }
    try test.session.copyIn(
      """
      copy gateway.usage_event (event_id, request_id, provider_request_id, tenant_id,
        deployment_id, occurred_at, recorded_at, model, charge) from stdin
      """, rows: events)
    try test.session.copyIn(
      """
      copy ledger.entry (entry_id, tenant_id, deployment_id, account, request_id, amount, period,
        service_period, posted_at, reverses_entry_id) from stdin
      """, rows: entries)
    return test
  }

  private func ids(_ test: TestBooks, _ query: String) throws -> [String] {
    let result = try test.session.query(query)
    return (0..<result.rowCount).compactMap { result.text($0, 0) }.sorted()
  }

  private func checkUsage(
    _ test: TestBooks, _ selection: UsageSelection, _ condition: String
  ) throws {
    let books = try test.open()
    let rows = try books.usageRows(selection)
    let pulled = rows.map { $0.row?.eventID ?? $0.setAside?.rowID ?? "" }.sorted()
    #expect(
      try pulled == ids(test, "select event_id from gateway.usage_event where \(condition)"))
    let sum = try Money.sum(rows.map { $0.row?.charge ?? $0.setAside?.amount ?? .zero })
    let total = ControlTotal(rows: rows.count, amount: sum)
    #expect(try books.controlTotal(usage: selection) == total, "\(condition)")
  }

  private func checkEntries(
    _ test: TestBooks, _ selection: EntrySelection, _ condition: String
  ) throws {
    let books = try test.open()
    let rows = try books.entryRows(selection)
    let pulled = rows.map { $0.row?.entryID ?? $0.setAside?.rowID ?? "" }.sorted()
    let query = """
      select entry_id from ledger.entry e where account = 'llm_usage' and (\(condition))
      """
    #expect(try pulled == ids(test, query))
    let sum = try Money.sum(rows.map { $0.row?.amount ?? $0.setAside?.amount ?? .zero })
    let total = ControlTotal(rows: rows.count, amount: sum)
    #expect(try books.controlTotal(entries: selection) == total, "\(condition)")
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func usageOfARangeAndPlaces(seed: UInt64) async throws {
    let test = try await filled(seed: seed)
    let october = "occurred_at >= '2026-10-01' and occurred_at < '2026-11-01'"
    try checkUsage(test, .october, october)
    let quoted = PlaceFilter(tenants: [tenants[2], "nobody"], deployments: ["prod"])
    try checkUsage(
      test, .occurred(Instants.october, quoted),
      "\(october) and tenant_id like 'it%' and deployment_id = 'prod'")
  }

  @Test(arguments: [4, 5] as [UInt64])
  func usageByIds(seed: UInt64) async throws {
    let test = try await filled(seed: seed)
    let many = (0..<12_000).map { "req-\($0 / 2)" } + ["req-1"]
    try checkUsage(test, .requests(many), "true")
    try checkUsage(test, .requests(["req-7", "req-8", "'"]), "request_id in ('req-7', 'req-8')")
    try checkUsage(test, .requests([]), "false")
    try checkUsage(test, .providerRequests(["prov-3"]), "provider_request_id = 'prov-3'")
  }

  @Test(arguments: [6, 7] as [UInt64])
  func entriesOfPeriodsAndPlaces(seed: UInt64) async throws {
    let test = try await filled(seed: seed)
    let from = Instants.at("2026-10-20T00:00:00Z")
    let condition = """
      (period = '2026-10-01' or service_period = '2026-10-01' or posted_at >= '2026-10-20')
      """
    let periods = [Instants.period("2026-10")]
    try checkEntries(
      test, .booked(periods: periods, orPostedFrom: from, .everything), condition)
    try checkEntries(
      test,
      .booked(periods: periods, orPostedFrom: from, PlaceFilter(tenants: ["acme", "globex"])),
      condition + " and tenant_id in ('acme', 'globex')")
    try checkEntries(
      test, .booked(periods: [], orPostedFrom: from, PlaceFilter(deployments: ["dev"])),
      "posted_at >= '2026-10-20' and deployment_id = 'dev'")
  }

  @Test(arguments: [8, 9, 10] as [UInt64])
  func entriesByIdsBringTheirReversals(seed: UInt64) async throws {
    let test = try await filled(seed: seed)
    try checkEntries(
      test, .entryIDs(["en-1", "en-7", "en-14", "none"]),
      "entry_id in ('en-1', 'en-7', 'en-14') or reverses_entry_id in ('en-1', 'en-7', 'en-14')")
    for request in ["req-3", "req-50"] {
      // Level by level, as a person would look it up.
      var named = try ids(
        test,
        "select entry_id from ledger.entry where account = 'llm_usage' and request_id = '\(request)'"
      )
      var size = -1
      while size < named.count {
        size = named.count
        let list = try test.session.literal(named)
        named = try ids(
          test,
          """
          select entry_id from ledger.entry where account = 'llm_usage' and (entry_id = any(\(list))
            or (request_id is null and reverses_entry_id = any(\(list))))
          """)
      }
      try checkEntries(
        test, .requests([request]), "entry_id = any(\(try test.session.literal(named)))")
    }
    try checkEntries(
      test, .requests((0..<7000).map { "req-\($0)" }),
      """
      request_id is not null or entry_id in (with recursive n as (select entry_id from ledger.entry
        where request_id is not null and account = 'llm_usage' union select r.entry_id
        from ledger.entry r join n on r.reverses_entry_id = n.entry_id
        where r.request_id is null and account = 'llm_usage') select entry_id from n)
      """)
  }

  @Test func aSumThatMoneyCannotHoldIsSaid() async throws {
    let test = try await TestBooks()
    for index in 0..<3 { try test.event("\(index)", ["charge": "9e19"]) }
    let error = booksError { _ = try test.open().controlTotal(usage: .october) }
    #expect(error?.category == .data)
  }

  @Test func theLedgerOfAnotherServer() async throws {
    let (gateway, ledger) = (try await TestBooks(), try await TestBooks())
    try gateway.event("1")
    try ledger.entry("2")
    let books = try PostgresBooks(
      gateway: BookPlace(conninfo: gateway.dsn), ledger: BookPlace(conninfo: ledger.dsn),
      zone: .utc)
    try books.verify(posting: true)
    try books.beginSnapshot()
    #expect(try books.usageRows(.october).count == 1)
    #expect(try books.entryRows(.october).count == 1)
  }
}
