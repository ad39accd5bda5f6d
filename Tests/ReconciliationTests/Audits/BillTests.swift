import Accounting
import Billing
import TestSupport
import Testing

@testable import Reconciliation

@Suite("Providers' bills are held against recorded cost, quantities first")
struct BillTests {
  private func gaps(
    _ rows: [ProviderBillRow], _ events: [UsageEvent], _ terms: Terms? = nil
  ) throws -> [ProviderGap] {
    var review = try BillReview(rows, try terms ?? Calls.terms())
    for event in events { try review.take(event) }
    return try review.gaps()
  }

  private func row(
    _ component: String?, tokens: Int? = nil, amount: String? = nil, day: String = "2026-10-05",
    model: String? = "gpt-5-2025-08-07", provider: String = "openai", hours: Range<Int>? = nil
  ) throws -> ProviderBillRow {
    let start = try Calls.moment("\(day)T00:00:00Z")
    return ProviderBillRow(
      provider: provider, account: "prod", rowID: "\(day) \(model ?? "-") \(component ?? "-")",
      start: hours.map { start.adding(seconds: Int64($0.lowerBound) * 3600) } ?? start,
      end: start.adding(seconds: Int64(hours?.upperBound ?? 24) * 3600),
      basis: tokens == nil ? .amount : .quantity, model: model, component: component,
      quantity: try tokens.map { try Money("\($0)") }, amount: try amount.map { try Money($0) },
      currency: try Calls.usd())
  }

  private func call(
    _ id: String, at: String = "2026-10-05T10:00:00Z", input: Int64 = 100, output: Int64 = 10,
    cost: String = "0.05", model: String = "openai/gpt-5", provider: String = "openai"
  ) throws -> UsageEvent {
    try Calls.call(
      id, at: at, provider: provider, model: model,
      tokens: TokenVector(input: input, output: output), cost: cost)
  }

  /// Of one call.
  private func bill(day: String = "2026-10-05", times: Int = 1) throws -> [ProviderBillRow] {
    [
      try row("input", tokens: 100 * times, day: day),
      try row("output", tokens: 10 * times, day: day),
      try row("input", amount: "0.0\(4 * times)", day: day),
      try row("output", amount: "0.0\(1 * times)", day: day),
    ]
  }

  @Test("What ties is no break, whatever a model's release is called")
  func ties() throws {
    #expect(try gaps(bill(times: 2), [call("a"), call("b")]) == [])
  }

  @Test("A call that the log lacks: tokens, and what they come to at the billed rates")
  func unrecorded() throws {
    let gap = try #require(try gaps(bill(times: 2), [call("a")]).first)
    #expect(gap.kind == .quantity)
    #expect(gap.cause == .unrecordedCalls)
    #expect(gap.quantity.tokens == [.input: 100, .output: 10])
    #expect(gap.amount == (try Money("0.05")))
    #expect(gap.atBilledRates == (try Money("0.05")))
  }

  @Test("A call that was logged three times over")
  func repeated() throws {
    let gap = try #require(try gaps(bill(), [call("a"), call("b"), call("c")]).first)
    #expect(gap.cause == .recordedTwice(times: 3))
    #expect(gap.amount == (try Money("-0.10")))
  }

  @Test("The same tokens at another rate, at none, and in another bucket")
  func rates() throws {
    let half = try #require(try gaps(bill(), [call("a", cost: "0.10")]).first)
    #expect(half.kind == .rate)
    #expect(half.cause == .ratio("1/2"))
    #expect(half.tellsTokens)
    #expect(try gaps(bill(), [call("a", cost: "0")]).first?.cause == .unpriced)
    let moved = try row("cache_read", tokens: 40)
    let bucket = try gaps(
      [row("input", tokens: 60), moved, row("output", tokens: 10)], [call("a")])
    #expect(bucket.map(\.cause) == [.otherBuckets(.input, .cacheRead)])
    #expect(bucket.first?.amount == nil)
  }

  @Test("Calls of the last minutes of a day may be the next day's to the provider")
  func midnight() throws {
    let late = try call("late", at: "2026-10-05T23:55:00Z")
    let usual = [try call("a"), try call("b", at: "2026-10-06T10:00:00Z")]
    let bills = try bill() + bill(day: "2026-10-06", times: 2)
    #expect(try gaps(bills, usual + [late]) == [])
    // Of one in the middle of the day it is no excuse; nor if no day has it.
    let early = try call("early", at: "2026-10-05T22:00:00Z")
    #expect(
      try gaps(bills, usual + [early]).map(\.day.description) == ["2026-10-05", "2026-10-06"])
    let never = try bill() + bill(day: "2026-10-06")
    #expect(try gaps(never, usual + [late]).map(\.day.description) == ["2026-10-05"])
    // The next day is not billed yet: it may be there.
    #expect(try gaps(bill(), [call("a"), late]) == [])
  }

  @Test("What a bill has on its first day may be of the last minutes before it")
  func eve() throws {
    let late = try call("late", at: "2026-10-04T23:55:00Z")
    #expect(try gaps(bill(times: 2), [late, call("a")]) == [])
    let early = try call("early", at: "2026-10-04T22:00:00Z")
    #expect(try gaps(bill(times: 2), [early, call("a")]).map(\.cause) == [.unrecordedCalls])
  }

  private func batch(_ day: String, tokens: Int, amount: String) throws -> [ProviderBillRow] {
    var rows = try [row("input", tokens: tokens, day: day), row("input", amount: amount, day: day)]
    for index in rows.indices { rows[index].serviceTier = "batch" }
    return rows
  }

  @Test("A batch is logged when its result is asked for, up to three days after it is billed")
  func batches() throws {
    var logged = try call("b1", at: "2026-10-07T10:00:00Z", input: 500, output: 0, cost: "0.10")
    logged.details.isBatch = true
    let cover = try ["2026-10-05", "2026-10-06", "2026-10-07", "2026-10-08", "2026-10-09"].flatMap {
      try bill(day: $0, times: 0)
    }
    let billed = try cover + batch("2026-10-05", tokens: 500, amount: "0.10")
    #expect(try gaps(billed, [logged]) == [])
    // Never logged, once three days are over; at twice the price; logged and never billed.
    let lost = try gaps(billed, [])
    #expect(lost.map(\.day.description) == ["2026-10-05"])
    #expect(lost.map(\.line) == [BillLine("gpt-5", isBatch: true)])
    logged.details.cost = try Money("0.20")
    #expect(try gaps(billed, [logged]).map(\.kind) == [.rate])
    let other = try cover + batch("2026-10-08", tokens: 1, amount: "0")
    #expect(try gaps(other, [logged]).map(\.day.description) == ["2026-10-07"])
  }

  @Test("Amounts that are not told apart for batches are not compared, and said")
  func blurred() throws {
    var rows =
      try bill() + batch("2026-10-05", tokens: 500, amount: "0").filter { $0.amount == nil }
    rows.append(try row("input", amount: "7"))
    let review = try BillReview(rows, Calls.terms())
    #expect(
      review.notExamined == [
        "openai's amounts are not told apart for batches, and its tokens are"
      ])
    var logged = try call("b1", input: 500, output: 0, cost: "0.10")
    logged.details.isBatch = true
    #expect(try gaps(rows, [call("a"), logged]) == [])
  }

  @Test("Polls and answers out of the gateway's own cache are on no bill")
  func notAsked() throws {
    var hit = try call("hit", cost: "0")
    hit.billable = false
    var poll = try call("poll")
    poll.attempt = .poll
    #expect(try gaps(bill(), [call("a"), hit, poll]) == [])
  }

  @Test("Without models or components, all of a day is compared")
  func totals() throws {
    let rows = [
      try row(nil, tokens: 110, model: nil), try row(nil, amount: "0.06", model: nil),
    ]
    let found = try gaps(rows, [call("a")])
    #expect(found.map(\.line.model) == [nil])
    #expect(found.map(\.amount) == [try Money("0.01")])
    #expect(found.first?.kind == .rate)
  }

  @Test("What is billed beside tokens is told by itself")
  func beside() throws {
    let found = try gaps(bill() + [row("web_search", amount: "0.10", model: nil)], [call("a")])
    #expect(found.map(\.cause) == [.beside(["web_search"])])
  }

  @Test("Another provider's calls, a day outside the bill, and a report that ends at noon")
  func population() throws {
    let other = try call("bedrock", provider: "bedrock")
    let later = try call("later", at: "2026-10-07T10:00:00Z")
    #expect(try gaps(bill(), [call("a"), other, later]) == [])
    let half = try [
      row("input", tokens: 5, hours: 0..<6), row("output", tokens: 5, hours: 6..<12),
    ]
    let review = try BillReview(half, Calls.terms())
    #expect(review.isEmpty)
    #expect(review.notExamined == ["openai's report of 2026-10-05 does not cover the day"])
  }

  @Test(
    "Gaps are found where they were put, and nowhere else", arguments: 1...60 as ClosedRange<UInt64>
  )
  func seeded(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var events: [UsageEvent] = []
    for number in 0..<random.number(1...100) {
      events.append(
        try call(
          "e\(number)", at: "2026-10-0\(random.number(1...4))T\(random.number(10...22)):00:00Z",
          input: Int64(random.number(1...500)), output: Int64(random.number(1...90)),
          cost: "0.0\(random.number(1...999))", model: random.pick(["gpt-5", "gpt-4o", "o3"])))
    }
    var rows: [ProviderBillRow] = []
    var planted: Set<String> = []
    let cells = Dictionary(grouping: events) {
      "\(BillingZone.utc.day(of: $0.occurredAt)) \($0.model)"
    }
    // The bill covers all four days, whether they have calls or not.
    for day in 1...4 { rows.append(try row(nil, tokens: 0, day: "2026-10-0\(day)", model: nil)) }
    for day in 1...4 { rows.append(try row(nil, amount: "0", day: "2026-10-0\(day)", model: nil)) }
    for (cell, calls) in cells.sorted(by: { $0.key < $1.key }) {
      let words = cell.split(separator: " ").map(String.init)
      var input = Int(calls.reduce(0) { $0 + $1.tokens.input })
      let output = Int(calls.reduce(0) { $0 + $1.tokens.output })
      var amount = try Money.sum(calls.compactMap(\.details.cost))
      if random.chance(20) {
        input += random.pick([-1, 40])
        planted.insert("\(cell) quantity")
      } else if random.chance(20) {
        amount = try amount + Money("0.01")
        planted.insert("\(cell) rate")
      }
      rows.append(try row("input", tokens: input, day: words[0], model: words[1]))
      rows.append(try row("output", tokens: output, day: words[0], model: words[1]))
      rows.append(try row("input", amount: amount.description, day: words[0], model: words[1]))
    }
    let found = try gaps(rows, events).map { "\($0.day) \($0.line.model ?? "-") \($0.kind)" }
    #expect(Set(found) == planted && found.count == planted.count, "seed \(seed)")
  }
}
