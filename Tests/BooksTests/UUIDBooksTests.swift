import Accounting
import Billing
import Books
import Foundation
import Reconciliation
import TestSupport
import Testing

/// Books whose ids are uuids, in one of them or in both, are those books all the same.
@Suite(.serialized) struct UUIDBooksTests {
  private static let one = "7d2f6c88-51aa-4c0e-8d17-0000000000a1"
  private static let two = "7d2f6c88-51aa-4c0e-8d17-0000000000b2"
  private static let three = "7d2f6c88-51aa-4c0e-8d17-0000000000c3"
  private static let terms = Terms(
    range: DayRange(Instants.period("2026-10")), asOf: Instants.at("2026-11-05T00:00:00Z"))

  private func books(of side: UUIDColumns.Side) async throws -> TestBooks {
    let test = try await TestBooks()
    try UUIDColumns.introduce(on: side, test.session)
    return test
  }

  // MARK: Reading

  @Test(arguments: UUIDColumns.Side.allCases)
  func rowsTellTheirIDsAsText(side: UUIDColumns.Side) async throws {
    let test = try await books(of: side)
    try test.event(
      Self.one, ["request_id": "'\(Self.two)'", "provider_request_id": "'\(Self.three)'"])
    try test.entry(
      Self.one, ["request_id": "'\(Self.two)'", "reverses_entry_id": "'\(Self.three)'"])
    try test.entry(Self.two, ["request_id": "null", "amount": "'NaN'"])
    let books = try test.open()
    try books.verify(posting: true)
    for selection in [.october, .requests([Self.two]), .providerRequests([Self.three])]
      as [UsageSelection]
    {
      let event = try #require(books.usageRows(selection).first?.row)
      #expect([event.eventID, event.requestID] == [Self.one, Self.two])
      #expect(event.providerRequestID == Self.three)
    }
    let entry = try #require(books.entryRows(.requests([Self.two])).first?.row)
    #expect([entry.entryID, entry.requestID] == [Self.one, Self.two])
    #expect(entry.reversesEntryID == Self.three)
    #expect(try books.entryRows(.entryIDs([Self.two])).first?.setAside?.rowID == Self.two)
  }

  /// What is no uuid is not there; nor is one that is spelled another way.
  @Test(arguments: UUIDColumns.Side.allCases)
  func otherIDsAreNotFound(side: UUIDColumns.Side) async throws {
    let test = try await books(of: side)
    try test.event(Self.one, ["request_id": "'\(Self.one)'"])
    try test.entry(Self.one, ["request_id": "'\(Self.one)'"])
    let books = try test.open()
    let others = ["req-1", "", Self.one.uppercased(), "{\(Self.one)}"]
    #expect(try books.usageRows(.requests(others)).isEmpty)
    #expect(try books.usageRows(.providerRequests(others)).isEmpty)
    #expect(try books.usageRows(.nameless(.october)).isEmpty)
    #expect(try books.entryRows(.requests(others)).isEmpty)
    #expect(try books.entryRows(.entryIDs(others)).isEmpty)
    #expect(try books.usageRows(.requests(others + [Self.one])).count == 1)
    #expect(try books.entryRows(.entryIDs(others + [Self.one])).count == 1)
  }

  @Test(arguments: [false, true])
  func reversalsAreFoundWhereOneOfTheTwoColumnsIsText(isEntryText: Bool) async throws {
    let test = try await books(of: isEntryText ? .gateway : .ledger)
    let column = "reverses_entry_id"
    let type = isEntryText ? "uuid" : "text"
    try test.session.execute(
      "alter table ledger.entry alter \(column) type \(type) using \(column)::\(type)")
    try test.entry(Self.one, ["request_id": "'\(Self.one)'"])
    try test.entry(Self.two, ["request_id": "null", column: "'\(Self.one)'"])
    try test.entry(Self.three, ["request_id": "null", column: "'\(Self.two)'"])
    if isEntryText { try test.entry("no uuid", ["request_id": "'\(Self.one)'"]) }
    let rows = try test.open().entryRows(.requests([Self.one])).compactMap(\.row?.entryID)
    #expect(rows.sorted() == [Self.one, Self.two, Self.three] + (isEntryText ? ["no uuid"] : []))
  }

  @Test func anAdapterMayReturnEither() async throws {
    let test = try await TestBooks()
    try test.session.execute(
      """
      create domain call_id as uuid;
      create table calls (id uuid, call call_id, at timestamptz);
      insert into calls values ('\(Self.one)', '\(Self.two)', '2026-10-05')
      """)
    let folder = try Scratch.directory()
    defer { try? FileManager.default.removeItem(at: folder) }
    try """
    select 'call ' || id as event_id, id as request_id, call as provider_request_id,
      'primary' as attempt_kind, 'acme' as tenant_id, null as deployment_id, null as user_id,
      null as session_id, at as occurred_at, at as recorded_at, 'm' as model, 'ok' as status,
      true as billable, 7 as input_tokens, 0 as cache_read_tokens, 0 as cache_write_5m_tokens,
      0 as cache_write_1h_tokens, 0 as output_tokens, 0 as reasoning_tokens,
      null::numeric as quantity, null as unit, 1.25 as charge, null::int as charge_minor,
      'USD' as currency, null as price_version,
      'chat' as operation, null as provider, 'standard' as service_tier, false as is_batch,
      'provider' as token_basis, null::numeric as cost, null as caller_type, null as key_id from calls
    """.write(to: folder.appending(path: "usage_event.sql"), atomically: true, encoding: .utf8)
    try test.entry("e", ["request_id": "'\(Self.one)'"])
    let books = try test.open(adapter: folder.path)
    try books.verify(posting: true)
    let event = try #require(books.usageRows(.providerRequests([Self.two])).first?.row)
    #expect([event.eventID, event.requestID] == ["call \(Self.one)", Self.one])
    try books.beginSnapshot()
    defer { books.endSnapshot() }
    var terms = Self.terms
    for rounding in [LedgerRounding.entry, .line] {
      terms.ledgerRounding = rounding
      let judgement = try Judgement(of: books, under: terms)
      #expect(judgement.controls.cleanRequests == 1)
    }
  }

  /// An event without a request is set aside, told by its own id.
  @Test(arguments: UUIDColumns.Side.allCases)
  func anEventWithoutARequestIsSetAside(side: UUIDColumns.Side) async throws {
    let test = try await books(of: side)
    try test.session.execute("alter table gateway.usage_event alter request_id drop not null")
    try test.event(Self.one, ["request_id": "null"])
    try test.event(Self.two, ["request_id": "'\(Self.two)'"])
    try test.entry(Self.two, ["request_id": "'\(Self.two)'"])
    let books = try test.open()
    try books.beginSnapshot()
    defer { books.endSnapshot() }
    let judgement = try Judgement(of: books, under: Self.terms)
    let expected = try Judgement(of: books, under: Self.terms, engine: InProcessEngine())
    #expect(judgement == expected)
    #expect(judgement.breaks.map(\.code).contains(.invalidEvent))
    #expect(judgement.breaks.flatMap(\.eventIDs).contains(Self.one))
    #expect(judgement.controls.cleanRequests == 1)
  }

  /// The gateway's text is upper case, so the ledger bills what nobody asked for.
  @Test(arguments: ["lower", "upper"])
  func aUUIDEqualsItsOneTextAndNoOther(spelling: String) async throws {
    let test = try await books(of: .ledger)
    for engine in [StreamingEngine(), InProcessEngine()] as [any MatchEngine] {
      try test.session.execute("truncate gateway.usage_event, ledger.entry")
      try test.event("e", ["request_id": "\(spelling)('\(Self.one)')", "input_tokens": "5"])
      try test.entry(Self.one, ["request_id": "'\(Self.one)'", "deployment_id": "null"])
      let books = try test.open()
      try books.beginSnapshot()
      defer { books.endSnapshot() }
      let judgement = try Judgement(of: books, under: Self.terms, engine: engine)
      let codes = Set(judgement.breaks.map(\.code))
      #expect(codes.isSuperset(of: [.unbilled, .unsupportedCharge]) == (spelling == "upper"))
      #expect(judgement.controls.cleanRequests == (spelling == "upper" ? 0 : 1))
    }
  }

  // MARK: Judging

  @Test(arguments: UUIDColumns.Side.allCases, UInt64(5101)..<5115)
  func seededBooksAreJudgedAsTheOracleJudgesThem(
    side: UUIDColumns.Side, seed: UInt64
  ) async throws {
    var random = try RandomBooks(seed: seed, hasUnreadableRows: false)
    if !seed.isMultiple(of: 2) { random = random.withWatermark }
    let contents = random.contents.withUUIDs
    let test = try await TestBooks()
    _ = try TieoutSchema.install(on: test.session)
    try BookLoader.load(contents, gateway: test.session, ledger: test.session)
    try UUIDColumns.introduce(on: side, test.session)
    let books = try test.open(zone: random.terms.zone)
    try books.beginSnapshot()
    let judgement = try Judgement(of: books, under: random.terms)
    books.endSnapshot()
    let oracle = try Oracle(of: contents, under: random.terms).findings()
    #expect(Findings(judgement).lines == oracle.lines, "seed \(seed), \(side)")
    guard !judgement.breaks.contains(where: { $0.severity == .stop }) else { return }
    try books.beginSnapshot()
    let due = judgement.corrections.filter { $0.status == .proposed }
    let after = try books.post { transaction in
      _ = try transaction.insert(
        due.map { $0.entry(postedAt: random.terms.asOf) }, runID: "seed \(seed)")
      return try Judgement(of: transaction.books, under: random.terms)
    }
    books.endSnapshot()
    let left = after.corrections.filter { $0.status == .proposed }
    #expect(left.isEmpty, "seed \(seed), \(side): \(left)")
  }

  // MARK: Posting

  private func correction(_ key: String, request: String = one) throws -> LedgerEntry {
    LedgerEntry(
      entryID: "tieout-\(key)", tenant: "acme", deployment: nil, kind: .reversal,
      requestID: request, amount: try Money("-1.25"), currency: .of("USD"),
      period: Instants.period("2026-10"), postedAt: Instants.at("2026-11-02T00:00:00Z"),
      reversesEntryID: Self.two, idempotencyKey: key, reason: "double-billed")
  }

  @Test func whatIsPostedIsReadBackAndPostedOnce() async throws {
    let test = try await books(of: .both)
    let books = try test.open()
    var first = try correction("k1")
    var second = try correction("k2")
    // As a reversal prepared together with its entry.
    second.reversesEntryID = first.entryID
    for expected in [2, 0] {
      try books.post { posting in
        let inserted = try posting.insert([first, second], runID: "run", postedAt: first.postedAt)
        #expect(inserted == expected)
      }
    }
    first.entryID = UUIDText.named("tieout-k1")
    second.entryID = UUIDText.named("tieout-k2")
    second.reversesEntryID = first.entryID
    #expect(try books.entryRows(.entryIDs([first.entryID])).compactMap(\.row).count == 2)
    #expect(try books.entryRows(.entryIDs([second.entryID])).compactMap(\.row) == [second])

    var other = try correction("k1")
    other.reversesEntryID = Self.three
    let error = booksError {
      try books.post { posting in _ = try posting.insert([other], runID: "run") }
    }
    #expect(error?.what == "ledger.entry: same idempotency key, other content: k1")
  }

  @Test func aRequestThatTheLedgerCannotHoldIsRefused() async throws {
    let test = try await books(of: .ledger)
    let books = try test.open()
    for id in ["req-1", Self.one.uppercased()] {
      let error = booksError {
        try books.post { posting in
          _ = try posting.insert([correction("k1"), correction("k2", request: id)], runID: "run")
        }
      }
      #expect(error?.category == .data)
      #expect(error?.what == "ledger.entry: request_id is uuid and cannot hold '\(id)'")
    }
    #expect(try test.session.query("select count(*) from ledger.entry").scalar == "0")
  }
}
