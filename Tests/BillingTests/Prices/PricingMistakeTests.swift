import Accounting
import Testing

@testable import Billing

@Suite("Which mistake explains an amount")
struct PricingMistakeTests {
  static let all = TokenVector(
    input: 1000, cacheRead: 20_000, cacheWrite5m: 300, cacheWrite1h: 40, output: 500)

  func mistake(
    _ recorded: String, _ model: String, _ tokens: TokenVector, _ tier: ServiceTier = .standard,
    isBatch: Bool = false
  ) throws -> PricingMistake? {
    let usage = RatedUsage(
      model: model, serviceTier: tier, isBatch: isBatch, tokens: tokens,
      currency: try #require(Currency("USD")), occurredAt: Instant(microseconds: 1))
    let book = try PriceMapExcerpt.book()
    return book.mistake(explaining: try Money(recorded), for: usage, try book.rate(usage).get())
  }

  /// claude-opus-4-7: 5 and 25 a million, 0.5 to read a cache, 6.25 and 10 to write one. It comes to
  /// 0.005 + 0.01 + 0.001875 + 0.0004 + 0.0125 = 0.029775.
  @Test(arguments: [
    ("0.119775", PricingMistake.cacheReadsAtInputPrice), ("0.129775", .cacheReadsTwice),
    ("0.131475", .cacheTwice), ("0.031475", .cacheWritesTwice), ("0.03205", .cacheWritesTwice),
    ("0.0292", .cacheWritesAtInputPrice), ("0.1192", .cacheAtInputPrice),
    ("0.029625", .hourWritesAtShortPrice), ("0.019775", .cacheReadsLeftOut),
    ("0.0275", .cacheWritesLeftOut), ("0.0175", .cacheLeftOut), ("0.017275", .outputLeftOut),
    ("0.0125", .inputLeftOut), ("29.775", .magnitude(3)), ("0.000000029775", .magnitude(-6)),
    ("0.089325", .times(3)), ("0.0148875", .part(2)),
  ])
  func ofCachedTokensAndSizes(recorded: String, expected: PricingMistake) throws {
    #expect(try mistake(recorded, "claude-opus-4-7", Self.all) == expected)
  }

  @Test func ofTiersBatchesAndLongPrompts() throws {
    let gemini = "gemini-2.5-pro"
    let long = TokenVector(input: 300_000, output: 1000)
    #expect(try mistake("0.385", gemini, long) == .longContextIgnored)
    let short = TokenVector(input: 200_000, output: 1000)
    #expect(try mistake("0.515", gemini, short) == .longContextTooEarly(200_000))
    let thousand = TokenVector(input: 1000, output: 1000)
    #expect(try mistake("0.01125", "gpt-5", thousand, .priority) == .tier(.standard))
    #expect(try mistake("0.0225", "gpt-5", thousand) == .tier(.priority))
    let opus = "claude-opus-4-7"
    #expect(try mistake("0.03", opus, thousand, isBatch: true) == .batchIgnored)
    #expect(try mistake("0.015", opus, thousand) == .takenForBatch)
    #expect(try mistake("0.005625", "gpt-5", thousand, isBatch: true) == .tier(.flex))
    let free = TokenVector(input: 1000)
    #expect(try mistake("0.0015", "xai/grok-4", free, isBatch: true) == .halvedForBatch)
    #expect(try mistake("0.03", "claude-sonnet-4-5", TokenVector(input: 10, output: 1)) == nil)
  }

  @Test func ofReasoningAndSides() throws {
    let thought = TokenVector(input: 100, output: 1000, reasoning: 600)
    // 0.0001 + 400 at 4 and 600 at 8 a million and 0.005 for the request: 0.0115.
    #expect(try mistake("0.0163", "gpt-reasoner", thought) == .reasoningTwice)
    #expect(try mistake("0.0139", "gpt-reasoner", thought) == .reasoningTwice)
    #expect(try mistake("0.0067", "gpt-reasoner", thought) == .reasoningLeftOut)
    #expect(try mistake("0.0091", "gpt-reasoner", thought) == .reasoningAtOutputPrice)
    #expect(
      try mistake("0.0075", "claude-opus-4-7", TokenVector(input: 100, output: 1000)) == .swapped)
  }

  @Test func ofHistoryRatedAnew() throws {
    let dollar = try #require(Currency("USD"))
    func price(_ version: String, _ amount: String, from start: Int64) throws -> Price {
      Price(
        book: "b", version: version, provider: "p", model: "m", component: .input,
        unitPrice: try Money(amount), currency: dollar,
        effectiveFrom: Instant(microseconds: start))
    }
    let book = PriceBook(
      name: "b",
      [
        try price("v1", "2", from: 0), try price("v2", "3", from: 10),
        try price("v3", "5", from: 20),
      ])
    let usage = RatedUsage(
      provider: "p", model: "m", tokens: TokenVector(input: 7), currency: dollar,
      occurredAt: Instant(microseconds: 15))
    let rating = try book.rate(usage).get()
    func mistake(_ recorded: String, _ version: String? = nil) throws -> PricingMistake? {
      book.mistake(explaining: try Money(recorded), for: usage, rating, version: version)
    }
    #expect(try mistake("35") == .version("v3") && mistake("14") == .version("v1"))
    #expect(try mistake("14", "v1") == .version("v1") && mistake("14", "v3") == .version("v1"))
    #expect(try mistake("17") == nil)
    // The tenant pays 20 percent more than the cost.
    let marked = book.mistake(
      explaining: try Money("42"), for: usage, rating,
      charge: { $0.times(6, over: 5) })
    #expect(marked == .version("v3"))
  }

  @Test(arguments: [
    ("0.012345678901234567", true), ("0.012345678901", true), ("0.0123457", true),
    ("0.012346", true), ("0.01234", false), ("0.0123456789", true), ("0.0123456788", false),
    ("0.01234567890124", true), ("0.012345679", true), ("0.0123", false), ("0", false),
  ])
  func amountsAgreeAsFarAsTheyWereRecorded(recorded: String, expected: Bool) throws {
    let exact = ExactAmount(try Money("0.012345678901234567"))
    #expect(exact.agrees(with: try Money(recorded)) == expected)
    #expect((-exact).agrees(with: -(try Money(recorded))) == expected)
  }

  @Test func whatIsLessThanHalfAMillionthMayBeRecordedAsNothing() throws {
    #expect(ExactAmount(try Money("0.0000005")).agrees(with: .zero))
    #expect(!ExactAmount(try Money("0.0000006")).agrees(with: .zero))
  }
}

@Suite("Versions held against each other")
struct PriceDifferenceTests {
  @Test func tellWhatIsNewGoneAndChanged() throws {
    let dollar = try #require(Currency("USD"))
    func price(
      _ version: String, _ model: String, _ amount: String, per size: Int64 = 1
    ) throws -> Price {
      Price(
        book: "b", version: version, provider: "p", model: model, component: .input,
        unitPrice: try Money(amount), unitSize: size, currency: dollar,
        effectiveFrom: Instant(microseconds: 0))
    }
    let before = [
      try price("v1", "gone", "1"), try price("v1", "same", "0.000002"),
      try price("v1", "dearer", "2"), try price("v1", "free", "0"),
    ]
    let after = [
      try price("v2", "new", "1"), try price("v2", "same", "2", per: 1_000_000),
      try price("v2", "dearer", "5"), try price("v2", "free", "1"),
    ]
    let found = PriceDifference.between(before, after)
    #expect(found.map { $0.price?.model } == ["dearer", "free", "gone", "new"])
    #expect(found.map { $0.ratio?.text } == ["2.5", nil, nil, nil])
    #expect(found[2].after == nil && found[3].before == nil)
    #expect(PriceDifference.between(before, before).isEmpty)
  }
}
