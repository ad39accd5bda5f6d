import Accounting
import Reconciliation
import TestSupport
import Testing

@Suite("Clusters of breaks")
struct ClusterTests {
  @Test("the working paper: what leads the report is what most of the money shares")
  func workingPaper() throws {
    for scenario in try Scenario.cases(in: "clusters.txt") {
      let judgement = try Judgement(of: scenario.inMemory, under: scenario.terms)
      let problems = try scenario.problems(of: judgement)
      #expect(problems.isEmpty, "\(scenario.place) \(scenario.title): \(problems)")
    }
  }

  @Test(
    "each break is in one cluster: counts and sums by code and currency are those of the breaks")
  func nothingIsLostOrCountedTwice() throws {
    for seed in UInt64(8001)..<8041 {
      let books = try RandomBooks(seed: seed)
      let judgement = try Judgement(of: books.inMemory, under: books.terms)
      let fromBreaks = try sums(judgement.breaks.map { ($0.code, $0.group.currency, 1, $0.stake) })
      let fromClusters = try sums(
        judgement.clusters.map { ($0.code, $0.currency, $0.breaks, $0.amount) })
      #expect(fromBreaks == fromClusters, "seed \(seed)")
      let ids = Set(judgement.breaks.map(\.id))
      #expect(judgement.clusters.allSatisfy { ids.contains($0.largestBreakID) }, "seed \(seed)")
      for (left, right) in zip(judgement.clusters, judgement.clusters.dropFirst()) {
        #expect(!Cluster.inReportOrder(right, left), "seed \(seed)")
      }
    }
  }

  @Test("the order in which breaks come changes nothing, nor does what is too many to keep")
  func orderDoesNotMatter() throws {
    for most in [1, 3, 10, 60, 2048] {
      var random = SplitMix64(seed: 77)
      var breaks = (0..<300).map { number in Self.numbered(number, &random) }
      let first = try Self.clusters(breaks, most: most)
      breaks.shuffle(using: &random)
      #expect(try Self.clusters(breaks, most: most) == first, "at most \(most)")
      #expect(first.reduce(0) { $0 + $1.breaks } == 300)
      let total = try Money.sum(first.map(\.amount))
      #expect(total == (try Money.sum(breaks.map { $0.found.amount })))
    }
  }

  @Test("too many origins: hours go first, and the time they span is still told")
  func hoursGoFirst() throws {
    let breaks = try (0..<50).map { hour in
      (
        found: try Self.broken("\(hour)", amount: "1"),
        origin: Origin(
          tenant: "acme", deployment: "chat", model: "m", priceVersion: "v",
          at: Instant(microseconds: Int64(hour) * 3_600_000_000))
      )
    }
    let clusters = try Self.clusters(breaks, most: 10)
    #expect(clusters.count == 1)
    let cluster = try #require(clusters.first)
    #expect(cluster.model == "m" && cluster.deployment == "chat")
    let fifty = try Money("50")
    #expect(cluster.breaks == 50 && cluster.amount == fifty)
    #expect(cluster.from?.description == "1970-01-01T00:00:00Z")
    #expect(cluster.to?.description == "1970-01-03T02:00:00Z")
    #expect(!cluster.isRest)
  }

  @Test("beyond the largest clusters of a kind, what is left is told as its rest, after them")
  func rest() throws {
    let breaks = try (0..<30).map { number in
      (
        found: try Self.broken("\(number)", amount: "\(number + 1)"),
        origin: Origin(
          tenant: "t\(number)", model: "m\(number)",
          at: Instant(microseconds: Int64(number) * 3_600_000_000))
      )
    }
    let clusters = try Self.clusters(breaks, most: 100)
    #expect(clusters.count == 21)
    #expect(clusters.first?.amount == (try Money("30")))
    let rest = try #require(clusters.last)
    #expect(rest.isRest && rest.breaks == 10 && rest.model == nil && rest.tenant == nil)
    #expect(rest.amount == (try Money("55")))
  }

  @Test("an hour is of UTC, before 1970 too")
  func hours() throws {
    let origin = Origin(at: Instant("1969-12-31T23:59:59.999999Z"))
    #expect(origin.hour?.description == "1969-12-31T23:00:00Z")
    #expect(Origin(tenant: "", model: "").tenant == nil)
  }

  // MARK: Making them

  private static func clusters(
    _ breaks: [(found: Break, origin: Origin)], most: Int
  ) throws -> [Cluster] {
    var sums = ClusterSums(most: most)
    for item in breaks { try sums.add(item.found, from: item.origin) }
    return try sums.clusters()
  }

  private static func numbered(
    _ number: Int, _ random: inout SplitMix64
  ) -> (found: Break, origin: Origin) {
    let amount = ["1.5", "-2", "0", "0.000000000000000001"].randomElement(using: &random) ?? "0"
    let origin = Origin(
      tenant: "t\(Int.random(in: 0..<4, using: &random))",
      deployment: Bool.random(using: &random) ? "d" : nil,
      model: number.isMultiple(of: 7) ? nil : "m\(Int.random(in: 0..<3, using: &random))",
      priceVersion: "v\(Int.random(in: 0..<2, using: &random))",
      at: Instant(microseconds: Int64.random(in: 0..<20, using: &random) * 3_600_000_000))
    guard let found = try? broken("\(number)", amount: amount) else {
      preconditionFailure("\(amount) is an amount")
    }
    return (found, origin)
  }

  private static func broken(_ id: String, amount: String) throws -> Break {
    let group = GroupKey(
      tenant: "acme", deployment: nil, currency: try #require(Currency("USD")),
      period: try #require(AccountingPeriod("2026-10")))
    return Break(
      id: id, code: .amountMismatch, severity: .error, group: group, requestID: id, eventIDs: [],
      entryIDs: [], amount: try Money(amount), shares: [], explanation: "",
      firstSeen: Instant(microseconds: 0), disposition: .post)
  }

  private func sums(_ items: [(BreakCode, Currency, Int, Money)]) throws -> [String: String] {
    var counts: [String: (Int, Money)] = [:]
    for (code, currency, breaks, amount) in items {
      let (count, sum) = counts["\(code) \(currency)"] ?? (0, .zero)
      counts["\(code) \(currency)"] = (count + breaks, try sum + amount)
    }
    return counts.mapValues { "\($0.0) \($0.1)" }
  }
}
