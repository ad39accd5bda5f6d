import Accounting
import Billing
import Testing

@Suite("Usage events")
struct UsageEventTests {
  func event(_ id: String = "e-1", recorded: Int64 = 0) throws -> UsageEvent {
    UsageEvent(
      eventID: id, requestID: "r-1", tenant: "acme", occurredAt: Instant(microseconds: 0),
      recordedAt: Instant(microseconds: recorded), model: "sonnet",
      tokens: TokenVector(input: 10, output: 5, reasoning: 3), charge: try Money("0.5"),
      currency: try #require(Currency("USD")))
  }

  @Test(arguments: [
    ("primary", true), ("retry", true), ("fallback", true), ("external_report", true),
    ("internal", false), ("poll", false), ("warm-up", false),
  ])
  func areChargedByTheirAttempt(kind: String, isCharged: Bool) throws {
    var event = try event()
    event.attempt = AttemptKind(kind)
    #expect(event.attempt.text == kind)
    #expect(event.isChargeCandidate == isCharged)
    #expect((event.reasonNotChargeable == nil) == isCharged)
  }

  @Test func areChargedOnlyWhenOkAndBillable() throws {
    for status in ["error", "quota_exceeded", "cancelled", "OK"] {
      var failed = try event()
      failed.status = UsageStatus(status)
      #expect(!failed.isChargeCandidate)
      #expect(failed.reasonNotChargeable == "its status is \(status)")
    }
    var unbillable = try event()
    unbillable.billable = false
    #expect(!unbillable.isChargeCandidate)
    #expect(try event().isChargeCandidate && event().reasonNotChargeable == nil)
  }

  @Test func standInRecordingOrder() throws {
    let sorted = [
      try event("b", recorded: 2), try event("c", recorded: 1), try event("a", recorded: 2),
    ]
    .sorted(by: UsageEvent.inRecordingOrder)
    #expect(sorted.map(\.eventID) == ["c", "a", "b"])
  }

  @Test func tellTheSameWhenTheirPayloadsAreEqual() throws {
    let first = try event()
    var again = try event("e-2", recorded: 9)
    again.occurredAt = Instant(microseconds: 7)
    again.providerRequestID = "call"
    #expect(first.payload == again.payload)
    again.charge = try Money("0.51")
    #expect(first.payload != again.payload)
    again = first
    again.tokens.cacheRead = 1
    #expect(first.payload != again.payload)
    again = first
    again.deployment = "prod"
    #expect(first.payload != again.payload)
  }

  @Test func countEachTokenOnce() {
    let tokens = TokenVector(
      input: 1, cacheRead: 10, cacheWrite5m: 100, cacheWrite1h: 1000, output: 10_000,
      reasoning: 9_999)
    #expect(tokens.total == 11_111)
    #expect(!tokens.isZero && !tokens.hasNegative && TokenVector().isZero)
    #expect(TokenVector(reasoning: -1).hasNegative && TokenVector(cacheWrite1h: -1).hasNegative)
    #expect(TokenVector(input: .max, output: .max).total == 2 * Int128(Int64.max))
  }

  @Test(arguments: [
    "pass_through", "flat_percent", "fixed_per_token", "plan_inclusive", "barter",
  ])
  func policiesKeepTheirKindsWord(word: String) {
    #expect(ChargePolicy.Kind(word).text == word)
  }
}
