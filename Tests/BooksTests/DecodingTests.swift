import Accounting
import Billing
import Books
import Reconciliation
import TestSupport
import Testing

/// Rows that cannot be judged are set aside, each with its problem in words; none is lost.
@Suite struct DecodingTests {
  @Test func aFullEventComesThroughWhole() async throws {
    let test = try await TestBooks()
    try test.event(
      "1",
      [
        "provider_request_id": "'prov'", "attempt_kind": "'retry'", "deployment_id": "'prod'",
        "user_id": "'u'", "session_id": "'s'", "occurred_at": "'2026-10-05T12:00:00.123456Z'",
        "status": "'error'", "billable": "false", "input_tokens": "9223372036854775807",
        "cache_read_tokens": "2", "cache_write_5m_tokens": "3", "cache_write_1h_tokens": "4",
        "output_tokens": "5", "reasoning_tokens": "6", "quantity": "7.5", "unit": "'image'",
        "charge": "0.000000000000000001", "charge_minor": "-8", "currency": "'JPY'",
        "price_version": "'v7'",
      ])
    let expected = UsageEvent(
      eventID: "1", requestID: "req-1", providerRequestID: "prov", attempt: .retry, tenant: "acme",
      deployment: "prod", user: "u", session: "s",
      occurredAt: Instants.at("2026-10-05T12:00:00.123456Z"),
      recordedAt: Instants.at("2026-10-05T12:01:00Z"), model: "m-1", status: .failed("error"),
      billable: false,
      tokens: TokenVector(
        input: .max, cacheRead: 2, cacheWrite5m: 3, cacheWrite1h: 4, output: 5, reasoning: 6),
      quantity: try Money("7.5"), unit: "image", charge: try Money("0.000000000000000001"),
      chargeMinor: -8, currency: .of("JPY"), priceVersion: "v7")
    #expect(try test.open().usageRows(.october).compactMap(\.row) == [expected])
  }

  @Test func aFullEntryComesThroughWhole() async throws {
    let test = try await TestBooks()
    try test.entry(
      "1",
      [
        "deployment_id": "'prod'", "kind": "'true_up'", "amount": "-12.5", "currency": "'KWD'",
        "service_period": "'2026-09-01'", "reverses_entry_id": "'0'", "idempotency_key": "'k'",
        "reason": "'true-up-due'", "posted_at": "'2026-10-06T01:02:03.000004Z'",
      ])
    try test.entry("meter", ["account": "'meter:seats'"])
    let expected = LedgerEntry(
      entryID: "1", tenant: "acme", deployment: "prod", kind: .trueUp, requestID: "req-1",
      amount: try Money("-12.5"), currency: .of("KWD"), period: Instants.period("2026-10"),
      servicePeriod: Instants.period("2026-09"),
      postedAt: Instants.at("2026-10-06T01:02:03.000004Z"), reversesEntryID: "0",
      idempotencyKey: "k", reason: "true-up-due")
    #expect(try test.open().entryRows(.october).compactMap(\.row) == [expected])
  }

  @Test(arguments: [
    ("charge", "'NaN'", "charge is NaN"),
    ("charge", "'Infinity'", "charge is Infinity"),
    ("charge", "'-Infinity'", "charge is -Infinity"),
    ("charge", "1e25", "charge 10000000000000000000000000 is 10^20 or more"),
    (
      "charge", "0.1234567890123456789",
      "charge 0.1234567890123456789 needs more than 18 decimals"
    ),
    ("quantity", "'NaN'", "quantity is NaN"),
    ("currency", "'XQZ'", "currency 'XQZ' is not a currency of ISO 4217"),
    ("currency", "'usd'", "currency 'usd' is not a currency of ISO 4217"),
    ("currency", "''", "currency '' is not a currency of ISO 4217"),
    ("recorded_at", "'infinity'", "recorded_at is infinity"),
    ("recorded_at", "'20261-10-05'", "recorded_at lies outside the years 1 to 9999"),
    ("recorded_at", "'0044-03-15 BC'", "recorded_at lies outside the years 1 to 9999"),
  ])
  func aBadValueOfAnEventSetsItAside(column: String, value: String, problem: String) async throws {
    let test = try await TestBooks()
    try test.event("bad", [column: value])
    try test.event("good")
    let rows = try test.open().usageRows(.october)
    #expect(rows.compactMap(\.row).map(\.eventID) == ["good"])
    let aside = try #require(rows.compactMap(\.setAside).first)
    #expect(aside.problem == problem)
    #expect(aside.rowID == "bad")
    #expect(aside.requestID == "req-bad")
    #expect(aside.tenant == "acme")
    #expect(aside.currency == (column == "currency" ? nil : Currency.of("USD")))
    #expect(aside.period == Instants.period("2026-10"))
    #expect(aside.amount == (column == "charge" ? nil : try Money("1.25")))
  }

  @Test(arguments: ["'infinity'", "'-infinity'"])
  func anEventOutsideAllTimeIsNotLost(time: String) async throws {
    let test = try await TestBooks()
    try test.event("bad", ["occurred_at": time])
    let books = try test.open()
    let aside = try #require(books.usageRows(.october).first?.setAside)
    #expect(aside.problem == "occurred_at is \(time.dropFirst().dropLast())")
    #expect(aside.period == nil)
    #expect(try books.controlTotal(usage: .october).rows == 1)
  }

  @Test(arguments: [
    ("amount", "'NaN'", "amount is NaN"),
    ("amount", "-1e20", "amount -100000000000000000000 is 10^20 or more"),
    (
      "amount", "-0.1234567890123456789",
      "amount -0.1234567890123456789 needs more than 18 decimals"
    ),
    ("currency", "'XAU'", "currency 'XAU' is not a currency of ISO 4217"),
    ("period", "'2026-10-15'", "period 2026-10-15 is not the first day of a month"),
    ("service_period", "'2026-10-31'", "service_period 2026-10-31 is not the first day of a month"),
    ("period", "'infinity'", "period is infinity"),
    ("posted_at", "'-infinity'", "posted_at is -infinity"),
    ("period", "'20261-10-01'", "period lies outside the years 1 to 9999"),
  ])
  func aBadValueOfAnEntrySetsItAside(column: String, value: String, problem: String) async throws {
    let test = try await TestBooks()
    try test.entry("bad", [column: value])
    let rows = try test.open().entryRows(.october)
    #expect(rows.count == 1)
    let aside = try #require(rows.first?.setAside)
    #expect(aside.problem == problem)
    #expect(aside.relation == .ledgerEntry)
    #expect(aside.rowID == "bad")
  }

  @Test func textsThatLookLikeTroubleAreCarriedThrough() async throws {
    let test = try await TestBooks()
    let names = [
      "'; drop table ledger.entry; --", "<script>alert(1)</script>", "=1+1", "a\tb\nc\u{1}\u{b}",
      "\u{FFFE}", "{\"x\",NULL}", "back\\slash", String(repeating: "m", count: 1_000_000),
    ]
    for (index, name) in names.enumerated() {
      let text = try test.session.literal(name)
      try test.event("\(index)", ["model": text, "tenant_id": text, "request_id": text])
    }
    let books = try test.open()
    let rows = try books.usageRows(.october).compactMap(\.row)
    #expect(Set(rows.map(\.model)) == Set(names))
    #expect(try books.usageRows(.requests(names)).count == names.count)
    let places = PlaceFilter(tenants: [names[0], names[5]])
    #expect(try books.usageRows(.occurred(Instants.october, places)).count == 2)
  }
}
