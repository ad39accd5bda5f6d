import Accounting
import Billing
import Reconciliation
import TestSupport
import Testing

@Suite("Running totals are held against the log since their own window")
struct CounterTests {
  private func counter(
    _ value: String, since: String? = "2026-10-01T00:00:00Z", name: String = "key.spend",
    entity: String = "k1", unit: String = "USD", asOf: String = "2026-11-02T00:00:00Z",
    tenant: String? = "acme"
  ) throws -> Counter {
    Counter(
      name: name, entity: entity, tenant: tenant, unit: unit,
      windowStart: try since.map { try Calls.moment($0) }, value: try Money(value),
      asOf: try Calls.moment(asOf))
  }

  /// One old call of another key shows how far back the log reaches.
  private func log(_ more: [UsageEvent] = []) throws -> [UsageEvent] {
    [
      try Calls.call("old", at: "2026-08-01T00:00:00Z", key: "k0", cost: "9"),
      try Calls.call("sept", at: "2026-09-20T00:00:00Z", cost: "2"),
      try Calls.call(
        "oct", at: "2026-10-20T00:00:00Z", tokens: TokenVector(input: 3, cacheRead: 4, output: 5),
        cost: "0.50"),
    ] + more
  }

  private func review(
    _ counters: [Counter], _ events: [UsageEvent]? = nil, _ terms: Terms? = nil
  ) throws -> CounterReview {
    try CounterReview(
      counters, Calls.books(try events ?? log()), try terms ?? Calls.terms())
  }

  private func drift(_ counter: Counter, _ events: [UsageEvent]? = nil) throws -> CounterDrift? {
    try review([counter], events).drifts.first
  }

  @Test("Since a reset, since ever, in tokens and in calls: what ties is no break")
  func ties() throws {
    let found = try review([
      counter("0.50"), counter("2.50", since: nil, name: "key.total_spend"),
      counter("12", name: "key.tokens", unit: "token"),
      counter("1", name: "tenant.calls", entity: "acme", unit: "request"),
    ])
    #expect(found.drifts == [])
    #expect(found.notExamined == [])
  }

  @Test("What a counter has too much, the log has lost")
  func dropped() throws {
    let drift = try #require(try drift(counter("1.60")))
    #expect(drift.difference == (try Money("1.10")))
    #expect(drift.log == (try Money("0.50")))
    #expect(drift.cause == .droppedRows(about: 2))
  }

  @Test("What a counter lacks was never flushed")
  func lost() throws {
    let drift = try #require(try drift(counter("0.10")))
    #expect(drift.difference == (try Money("-0.40")))
    #expect(drift.cause == .lostFlush(about: 1))
    #expect(drift.proposed == (try Money("0.50")))
  }

  @Test("A reset that was missed, and a total that is a multiple, are told as such")
  func causes() throws {
    #expect(try drift(counter("2.50"))?.cause == .resetMissed)
    #expect(try drift(counter("1.00"))?.cause == .countedTimes(2))
  }

  @Test("A sum of floats is not held to digits that floats do not have")
  func floats() throws {
    let tenths = try (0..<1000).map {
      try Calls.call("f\($0)", at: "2026-10-05T00:00:00Z", cost: "0.1")
    }
    let start = try Calls.moment("2026-10-01T00:00:00Z")
    var sum = 0.0
    for _ in tenths { sum += 0.1 }
    // 100.5 and the September call are of the same key: the window leaves the latter out.
    let value = try Money("\(sum + 0.5)")
    #expect(value != (try Money("100.5")))
    let counter = Counter(
      name: "key.spend", entity: "k1", unit: "USD", windowStart: start, value: value,
      asOf: try Calls.moment("2026-11-02T00:00:00Z"))
    #expect(try drift(counter, try log(tenths)) == nil)
    #expect(try drift(self.counter("100.500001"), try log(tenths)) != nil)
  }

  @Test("Calls of the last hours may be counted already, or not yet")
  func recent() throws {
    let fresh = try Calls.call("fresh", at: "2026-11-01T23:00:00Z", cost: "0.25")
    for value in ["0.50", "0.75"] { #expect(try drift(counter(value), try log([fresh])) == nil) }
    #expect(try drift(counter("0.49"), try log([fresh])) != nil)
    #expect(try drift(counter("0.76"), try log([fresh])) != nil)
  }

  @Test("More than a log that was trimmed since is not examined, and said")
  func trimmed() throws {
    let found = try review([counter("7", since: "2026-01-01T00:00:00Z", name: "key.total_spend")])
    #expect(found.drifts == [])
    #expect(
      found.notExamined == [
        "1 of key.total_spend say more than the log, which begins at 2026-08-01T00:00:00Z, after "
          + "their windows"
      ])
    // Less than what is left of it is wrong all the same.
    #expect(
      try review([counter("1", since: "2026-01-01T00:00:00Z")]).drifts.first?.difference
        == (try Money("-1.50")))
  }

  @Test("What the log does not count is said; what the run is not about is left alone")
  func outside() throws {
    let found = try review([
      counter("7", name: "project.spend"), counter("7", name: "key.credits", unit: "credit"),
    ])
    #expect(
      found.notExamined == [
        "the log does not tell what key.credits counts",
        "the log does not tell what project.spend counts",
      ])
    let elsewhere = try review([counter("7")], nil, Calls.terms(tenants: ["globex"]))
    #expect(elsewhere.drifts == [])
  }

  @Test("Of several readings the latest counts")
  func readings() throws {
    let found = try review([
      counter("0.50"), counter("9", asOf: "2026-10-30T00:00:00Z"),
    ])
    #expect(found.drifts == [])
  }

  @Test(
    "Drifts are found where they were put, and nowhere else",
    arguments: 1...60 as ClosedRange<UInt64>)
  func seeded(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let keys = ["k0", "k1", "k2", "k3"]
    var events = [try Calls.call("old", at: "2026-07-01T00:00:00Z", key: "k0", cost: "1")]
    for number in 0..<Int.random(in: 0...80, using: &random) {
      let day = Int.random(in: 1...28, using: &random)
      let month = Bool.random(using: &random) ? "09" : "10"
      events.append(
        try Calls.call(
          "e\(number)", at: "2026-\(month)-\(day < 10 ? "0" : "")\(day)T10:00:00Z",
          key: keys.randomElement(using: &random) ?? "k0",
          tokens: TokenVector(
            input: .random(in: 0...50, using: &random), output: .random(in: 0...9, using: &random)),
          cost: "0.0\(Int.random(in: 1...999, using: &random))"))
    }
    var counters: [Counter] = []
    var moved: [String: Money] = [:]
    for key in keys {
      let start = try Calls.moment("2026-\(Bool.random(using: &random) ? "09" : "10")-10T00:00:00Z")
      let mine = events.filter { $0.details.keyID == key && $0.occurredAt >= start }
      for unit in ["USD", "token"] {
        let whole = mine.reduce(0) { $0 + $1.tokens.total }
        var value =
          unit == "USD" ? try Money.sum(mine.compactMap(\.details.cost)) : try Money("\(whole)")
        if Int.random(in: 0..<3, using: &random) == 0 {
          let change = try Money(Bool.random(using: &random) ? "3" : "-2")
          value = try value + change
          moved["\(key) \(unit)"] = change
        }
        counters.append(
          Counter(
            name: "key.total", entity: key, unit: unit, windowStart: start, value: value,
            asOf: try Calls.moment("2026-11-02T00:00:00Z")))
      }
    }
    let found = try CounterReview(counters, Calls.books(events), Calls.terms())
    var told: [String: Money] = [:]
    for drift in found.drifts {
      told["\(drift.counter.entity) \(drift.counter.unit)"] = drift.difference
    }
    #expect(told == moved, "seed \(seed)")
  }
}
