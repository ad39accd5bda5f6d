import Accounting
import Billing
import MeteredProvider
import Reconciliation
import Synchronization
import TestSupport
import Testing

@Suite("A provider that is metered by the library")
struct MeteredProviderTests {
  /// Answers at length, a minute later.
  private struct Echo: Provider {
    let name = "anthropic"
    let clock: Clock

    func complete(_ prompt: String, model: String) async throws -> Reply {
      clock.advance(60)
      guard prompt != "fail" else { throw CancellationError() }
      guard prompt != "stream" else { return Reply(text: "four characters are a token") }
      return Reply(text: prompt, tokens: TokenVector(input: 3_000, output: 1_000))
    }
  }

  private final class Clock: Sendable {
    private let time = Mutex(Instant(microseconds: 1_790_845_200_000_000))  // 2026-10-01T09:00:00Z

    var now: Instant { time.withLock { $0 } }

    func advance(_ seconds: Int64) { time.withLock { $0 = $0.adding(seconds: seconds) } }
  }

  private let opus = "claude-opus-4-7"
  private let sonnet = "claude-sonnet-4-6"

  private var meters: [Meter] {
    [opus, sonnet].map { Meter(slug: $0, unit: "token", period: .month) }
  }

  private func allowances(_ limit: String) throws -> [Allowance] {
    let budget = Allowance(
      allowanceID: "budget", tenant: "school", account: "tokens", kind: .dailyBudget,
      amount: try Money("20000"), threshold: try Money("0.5"))
    let limits = try [opus, sonnet].map { model in
      Allowance(
        allowanceID: model, tenant: "school", account: "meter:\(model)", amount: try Money(limit))
    }
    return limits + [budget]
  }

  private func gateway(_ clock: Clock, limit: String = "1000000") throws -> MeteredProvider {
    let usd = try #require(Currency("USD"))
    let prices = try [(opus, "5", "25"), (sonnet, "3", "15")].flatMap { model, input, output in
      try [(PriceComponent.input, input), (.output, output)].map { component, price in
        Price(
          book: "list", version: "1", provider: "anthropic", model: model, component: component,
          unitPrice: try Money(price), unitSize: 1_000_000, currency: usd,
          effectiveFrom: Instant(microseconds: 0))
      }
    }
    let allowances = try allowances(limit)
    return MeteredProvider(
      Echo(clock: clock), prices: PriceBook(name: "list", prices),
      budgets: BudgetBook(allowances), meters: MeterBook(Waterfall(meters), allowances: allowances),
      models: ["tutor": opus], clock: { clock.now })
  }

  private let ann = Caller(tenant: "school", user: "ann", deployment: "tutor")

  @Test func itIsRatedSteppedDownAndRefused() async throws {
    let clock = Clock()
    let gateway = try gateway(clock)
    for _ in 1...5 { _ = try await gateway.complete("hello", for: ann) }
    let log = await gateway.log
    #expect(log.map(\.model) == [opus, opus, opus, sonnet, sonnet])
    #expect(log.map { $0.details.cost?.description } == ["0.04", "0.04", "0.04", "0.024", "0.024"])
    await #expect(throws: Refusal.budgetSpent(used: 20_000, limit: try Money("20000"))) {
      try await gateway.complete("hello", for: ann)
    }
    var named = ann
    named.user = "ben"
    named.model = "claude-unknown-9"
    _ = try await gateway.complete("stream", for: named)
    let last = try #require(await gateway.log.last)
    #expect(last.details.cost == nil && last.details.tokenBasis == .estimated)
    #expect(last.tokens == TokenVector(output: 7) && last.deployment == nil)
    await #expect(throws: CancellationError.self) {
      try await gateway.complete("fail", for: named)
    }
    #expect(await gateway.log.count == 6)
  }

  @Test func whatNothingHasRoomForIsNotAsked() async throws {
    let gateway = try gateway(Clock(), limit: "400")
    await #expect(throws: Refusal.noRoom(model: opus)) {
      try await gateway.complete("hello", for: ann)
    }
    #expect(await gateway.log.isEmpty)
  }

  /// What the gateway wrote, the audits read: they use the same functions and find nothing.
  @Test func itsReplayFindsNothing() async throws {
    let clock = Clock()
    let gateway = try gateway(clock)
    for number in 1...7 {
      var caller = ann
      if number > 5 { caller.user = "ben" }
      _ = try await gateway.complete("hello", for: caller)
      clock.advance(10)
    }
    var contents = BookContents()
    contents.usage = await gateway.log
    contents.meters = meters
    contents.allowances = try allowances("1000000")
    var entries: [MeterEntry] = []
    for booking in await gateway.bookings {
      guard case .taken(let account, let amount) = booking.allotments.platform else { continue }
      entries.append(
        MeterEntry(
          entryID: "entry-\(entries.count + 1)", entity: "school", account: account,
          requestID: "call-\(entries.count + 1)", amount: try amount.exactMoney(),
          postedAt: booking.at))
    }
    contents.meterEntries = entries
    let october = try #require(AccountingPeriod("2026-10"))
    let terms = Terms(
      range: DayRange(october), asOf: try #require(Instant("2026-11-03T06:00:00Z")))
    let judgement = try Judgement(of: InMemoryBooks(contents), under: terms)
    let codes: Set<BreakCode> = [.meterMisallocation, .tierGap, .budgetOverrun, .missedDowngrade]
    #expect(judgement.breaks.filter { codes.contains($0.code) } == [])
    #expect(judgement.controls.notExamined.allSatisfy { !codes.map(\.rawValue).contains($0.check) })
  }
}
