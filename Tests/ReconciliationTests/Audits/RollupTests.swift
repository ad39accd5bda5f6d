import Accounting
import Billing
import TestSupport
import Testing

@testable import Reconciliation

@Suite("Daily rollups are held against the log's own days")
struct RollupTests {
  private func drifts(
    _ rows: [RollupDay], _ events: [UsageEvent], _ terms: Terms? = nil
  ) throws -> [RollupDrift] {
    var review = try RollupReview(rows, try terms ?? Calls.terms())
    for event in events { try review.take(event) }
    return try review.drifts()
  }

  private func row(
    _ id: String, _ day: String = "2026-10-05", user: String? = "u1", key: String = "k1",
    requests: Int64 = 1, input: Int64 = 7, output: Int64 = 5, amount: String = "0.50",
    name: String = "user.day", isAdditive: Bool = true
  ) throws -> RollupDay {
    RollupDay(
      name: name, rowID: id, entity: user, day: try Calls.date(day), key: key, model: "gpt-5",
      requests: requests, inputTokens: input, outputTokens: output, amount: try Money(amount),
      isAdditive: isAdditive)
  }

  private func call(
    _ id: String, at: String = "2026-10-05T10:00:00Z", key: String = "k1", user: String? = "u1"
  ) throws -> UsageEvent {
    try Calls.call(
      id, at: at, key: key, user: user, tokens: TokenVector(input: 3, cacheRead: 4, output: 5),
      cost: "0.50")
  }

  @Test("Rows that are cut finer than the log tells are added up")
  func ties() throws {
    let rows = [
      try row("chat"), try row("embeddings", requests: 2, input: 14, output: 10, amount: "1"),
    ]
    #expect(try drifts(rows, [call("a"), call("b"), call("c")]) == [])
  }

  @Test(
    "A row that lacks a call, one that has a call too many, one that is twice, one that is not there"
  )
  func causes() throws {
    let two = [try call("a"), try call("b")]
    let short = try #require(try drifts([row("r")], two).first)
    #expect(short.cause == .lostFlush)
    #expect(short.difference.amount == (try Money("-0.50")))
    #expect(short.difference.requests == -1)
    #expect(short.rowIDs == ["r"])
    #expect(
      try drifts([row("r", requests: 3, input: 21, output: 15, amount: "1.5")], two).first?.cause
        == .droppedRows)
    #expect(
      try drifts([row("r", requests: 4, input: 28, output: 20, amount: "2")], two).first?.cause
        == .countedTwice)
    #expect(
      try drifts([row("r", requests: 1, input: 28, output: 10, amount: "1")], two).first?.cause
        == .mixed)
    let missing = try drifts(
      [row("r", requests: 2, input: 14, output: 10, amount: "1")], two + [call("c", key: "k2")])
    #expect(missing.map(\.cause) == [.missingRows])
    #expect(missing.first?.tenant == "acme")
  }

  @Test("A flush of a hundred rows loses what sorts after them")
  func firstHundred() throws {
    let keys = (0..<120).map { "k\(1000 + $0)" }
    let events = try keys.map { try call($0, key: $0) }
    let rows = try keys.prefix(100).map { try row($0, key: $0) }
    let found = try drifts(rows, events)
    #expect(found.map(\.cause) == [.firstHundredOnly])
    #expect(found.first?.rows == 20)
    #expect(found.first?.difference.amount == (try Money("-10")))
  }

  @Test("Tags do not add up: a call under two of them is no drift, one row past the log is")
  func tags() throws {
    let rows = [
      try row("t1", user: "prod", name: "tag.day", isAdditive: false),
      try row("t2", user: "chat", name: "tag.day", isAdditive: false),
    ]
    #expect(try drifts(rows, [call("a")]) == [])
    let past = [try row("t1", user: "prod", amount: "0.75", name: "tag.day", isAdditive: false)]
    let found = try drifts(past, [call("a")])
    #expect(found.map(\.difference.amount) == [try Money("0.25")])
  }

  @Test("Calls without a user are in no row of users; days outside the range are left alone")
  func outside() throws {
    let rows = [try row("r"), try row("sept", "2026-09-30", amount: "77")]
    let events = [
      try call("a"), try call("b", user: nil), try call("c", at: "2026-11-01T00:00:00Z"),
    ]
    #expect(try drifts(rows, events) == [])
  }

  @Test("Only days in UTC that the range covers whole are compared")
  func wholeDays() throws {
    let range = try Calls.moment("2026-09-30T22:00:00Z")..<Calls.moment("2026-10-31T23:00:00Z")
    let days = try #require(RollupReview.wholeDays(of: range))
    #expect(days == (try Calls.date("2026-10-01"))...(try Calls.date("2026-10-30")))
    let hour = try Calls.moment("2026-10-01T05:00:00Z")..<Calls.moment("2026-10-01T06:00:00Z")
    #expect(RollupReview.wholeDays(of: hour) == nil)
  }

  @Test("What arrived in the last hours may be on its way")
  func recent() throws {
    let terms = try Calls.terms(asOf: "2026-10-05T12:00:00Z")
    #expect(try drifts([row("r")], [call("a"), call("b")], terms) == [])
  }

  @Test(
    "Differences are found where they were put, and nowhere else",
    arguments: 1...60 as ClosedRange<UInt64>)
  func seeded(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var events: [UsageEvent] = []
    for number in 0..<Int.random(in: 1...120, using: &random) {
      let day = Int.random(in: 1...3, using: &random)
      events.append(
        try Calls.call(
          "e\(number)", at: "2026-10-0\(day)T\(Int.random(in: 10...23, using: &random)):00:00Z",
          key: "k\(Int.random(in: 0...3, using: &random))",
          user: "u\(Int.random(in: 0...2, using: &random))",
          tokens: TokenVector(input: .random(in: 0...50, using: &random), output: 2),
          cost: "0.0\(Int.random(in: 1...999, using: &random))"))
    }
    var rows: [RollupDay] = []
    var moved: [String: Money] = [:]
    let cells = Dictionary(grouping: events) {
      "\($0.user ?? "") \(BillingZone.utc.day(of: $0.occurredAt)) \($0.details.keyID ?? "")"
    }
    for (cell, calls) in cells.sorted(by: { $0.key < $1.key }) {
      let words = cell.split(separator: " ").map(String.init)
      var amount = try Money.sum(calls.compactMap(\.details.cost))
      let isGone = Int.random(in: 0..<9, using: &random) == 0
      if isGone { moved[words[0], default: .zero] = try (moved[words[0]] ?? .zero) - amount }
      if !isGone, Int.random(in: 0..<4, using: &random) == 0 {
        let change = try Money(Bool.random(using: &random) ? "3" : "-2")
        amount = try amount + change
        moved[words[0]] = try (moved[words[0]] ?? .zero) + change
      }
      if isGone { continue }
      rows.append(
        RollupDay(
          name: "user.day", rowID: cell, entity: words[0], day: try Calls.date(words[1]),
          key: words[2], requests: Int64(calls.count),
          inputTokens: calls.reduce(0) { $0 + $1.tokens.input },
          outputTokens: Int64(2 * calls.count),
          amount: amount))
    }
    guard !rows.isEmpty else { return }
    var told: [String: Money] = [:]
    for drift in try drifts(rows, events) {
      let user = drift.entity ?? "-"
      told[user] = try (told[user] ?? .zero) + drift.difference.amount
    }
    #expect(told.filter { !$0.value.isZero } == moved.filter { !$0.value.isZero }, "seed \(seed)")
  }
}
