import Accounting
import Billing
import Testing

@Suite("Rating a call by a price book")
struct RatingTests {
  func usage(
    _ model: String, _ tokens: TokenVector, by provider: String? = nil,
    _ tier: ServiceTier = .standard, isBatch: Bool = false, at: Int64 = 1
  ) throws -> RatedUsage {
    RatedUsage(
      provider: provider, model: model, serviceTier: tier, isBatch: isBatch, tokens: tokens,
      currency: try #require(Currency("USD")), occurredAt: Instant(microseconds: at))
  }

  func cost(
    _ model: String, _ tokens: TokenVector, by provider: String? = nil,
    _ tier: ServiceTier = .standard, isBatch: Bool = false, at: Int64 = 1
  ) throws -> String {
    let call = try usage(model, tokens, by: provider, tier, isBatch: isBatch, at: at)
    return try PriceMapExcerpt.book().rate(call).get().cost.money().description
  }

  @Test func theWorkedFigures() throws {
    let million = Int64(1_000_000)
    #expect(try cost("claude-opus-4-7", TokenVector(input: million)) == "5")
    #expect(try cost("claude-opus-4-7", TokenVector(output: million)) == "25")
    let gemini = "gemini-2.5-pro"
    #expect(try cost(gemini, TokenVector(input: 200_000)) == "0.25")
    #expect(try cost(gemini, TokenVector(input: 200_000, output: 1000)) == "0.26")
    #expect(try cost(gemini, TokenVector(input: 200_001)) == "0.5000025")
    #expect(try cost(gemini, TokenVector(input: 200_001, output: 1000)) == "0.5150025")
    let cached = TokenVector(input: 262_960 - 257_955, cacheRead: 257_955)
    #expect(try cost(gemini, cached) == "0.07700125")
    let answered = TokenVector(input: 262_960 - 257_955, cacheRead: 257_955, output: 1744)
    #expect(try cost(gemini, answered) == "0.10316125")
    let thousand = TokenVector(input: 1000, output: 1000)
    #expect(try cost("gpt-5", thousand, .flex) == "0.005625")
    #expect(try cost("gpt-5", thousand, .priority) == "0.0225")
    let written = TokenVector(input: 3, cacheWrite5m: 12_304)
    #expect(try cost("claude-sonnet-4-5", written) == "0.046149")
    #expect(try cost("claude-sonnet-4-5", TokenVector(output: 550)) == "0.00825")
  }

  @Test func showsHowItComesToThat() throws {
    let tokens = TokenVector(
      input: 10, cacheRead: 20, cacheWrite5m: 30, cacheWrite1h: 40, output: 50, reasoning: 5)
    let rating = try PriceMapExcerpt.book().rate(usage("claude-opus-4-7", tokens)).get()
    #expect(rating.table.version == "v1" && rating.table.provider == "anthropic")
    let lines = rating.lines.map { "\($0.component) \($0.quantity) \($0.amount)" }
    #expect(
      lines == [
        "input 10 0.00005", "cache_read 20 0.00001", "cache_write_5m 30 0.0001875",
        "cache_write_1h 40 0.0004", "output 50 0.00125",
      ])
    #expect(rating.cost == (try ExactAmount(Money("0.0018975"))))
  }

  @Test func aMissingCachePriceIsTheInputPriceAndAZeroIsFree() throws {
    let book = "xai/grok-4"
    #expect(try cost(book, TokenVector(cacheRead: 1000)) == "0.003")
    #expect(try cost(book, TokenVector(cacheWrite5m: 1000)) == "0.003")
    #expect(try cost(book, TokenVector(cacheWrite1h: 1000)) == "0.003")
    #expect(try cost("claude-sonnet-4-5", TokenVector(cacheWrite1h: 1000)) == "0.00375")
    #expect(try cost("deepseek-chat", TokenVector(cacheWrite5m: 1000), by: "deepseek") == "0")
    #expect(try cost("deepseek/deepseek-chat", TokenVector(cacheRead: 1000)) == "0.000028")
    #expect(try cost("free-router", TokenVector(input: 1000, output: 9)) == "0")
  }

  @Test func reasoningIsPartOfTheOutput() throws {
    let thought = TokenVector(output: 1000, reasoning: 600)
    #expect(try cost("claude-opus-4-7", thought) == "0.025")
    // 400 at 4 and 600 at 8 a million, and 0.005 for the request.
    #expect(try cost("gpt-reasoner", thought) == "0.0114")
    // Flex has an output price of its own, so the standard reasoning price is not for it.
    #expect(try cost("gpt-reasoner", thought, .flex) == "0.007")
    let impossible = try usage("gpt-reasoner", TokenVector(output: 1, reasoning: 2))
    #expect(throws: Unpriced.impossibleTokens) {
      try PriceMapExcerpt.book().rate(impossible).get()
    }
  }

  @Test(arguments: [
    (128_000 - 1, "0.383997"), (128_000, "0.768"), (128_001, "0.768006"),
  ])
  func xAIChargesFromTheLengthOn(prompt: Int64, expected: String) throws {
    #expect(try cost("grok-4", TokenVector(input: prompt), by: "xai") == expected)
    let halves = TokenVector(input: prompt - prompt / 2, cacheWrite1h: prompt / 2)
    #expect(try cost("grok-4", halves, by: "xai") == expected)
  }

  @Test(arguments: [
    (32_000, "0.0096"), (32_001, "0.0160005"), (128_000, "0.064"), (128_001, "0.1024008"),
    (5_000_000, "4"),
  ])
  func rangesSwitchTheWholeRequest(prompt: Int64, expected: String) throws {
    let model = "dashscope/qwen3-coder-flash"
    #expect(try cost(model, TokenVector(input: prompt)) == expected)
  }

  @Test func aRangeNeverMixesWithAnother() throws {
    let model = "dashscope/qwen3-coder-flash"
    func tokens(_ cacheRead: Int64) -> TokenVector { TokenVector(cacheRead: cacheRead) }
    #expect(try cost(model, tokens(32_000)) == "0.00256")
    // The second range has no price for cached tokens: they are its input.
    #expect(try cost(model, tokens(32_001)) == "0.0160005")
    let thought = TokenVector(output: 1000, reasoning: 1000)
    #expect(try cost(model, thought) == "0.0015")
    var long = thought
    long.input = 32_001
    #expect(try cost(model, long) == "0.0200005")
    long.input = 128_001
    #expect(try cost(model, long) == "0.1064008")
  }

  @Test func theLongestContextStandsBeforeTheTier() throws {
    let model = "gemini-2.5-pro"
    let long = TokenVector(input: 300_000)
    #expect(try cost(model, long, .priority) == "1.35")
    #expect(try cost(model, long, .flex) == "0.75")
    #expect(try cost(model, TokenVector(input: 1000), .flex) == "0.000625")
    // No price of that tier: the standard one.
    #expect(try cost(model, TokenVector(output: 1000), .priority) == "0.01")
    #expect(try cost(model, TokenVector(input: 1000), ServiceTier("Default")) == "0.00125")
    // Each price switches at its own length.
    let short = TokenVector(input: 40_000, output: 1000)
    #expect(try cost("qwen3.7-flash", short, by: "kyma") == "0.0055886")
  }

  @Test func aBatchIsAtBatchPricesAlone() throws {
    let tokens = TokenVector(input: 1000, cacheRead: 1000, cacheWrite5m: 1000, output: 1000)
    #expect(try cost("claude-opus-4-7", tokens, isBatch: true) == "0.01775")
    #expect(try cost("claude-opus-4-7", tokens, ServiceTier("batch")) == "0.01775")
    // No batch price at all: what other calls cost.
    #expect(try cost("gpt-5", TokenVector(input: 1000), isBatch: true) == "0.00125")
  }

  @Test func tellsWhyThereIsNoPrice() throws {
    let book = try PriceMapExcerpt.book()
    func why(_ usage: RatedUsage) -> Unpriced? {
      if case .failure(let reason) = book.rate(usage) { reason } else { nil }
    }
    #expect(why(try usage("gpt-9", TokenVector(input: 1))) == .unknownModel)
    #expect(why(try usage("gpt-5", TokenVector(input: 1), by: "azure")) == .unknownModel)
    #expect(why(try usage("gpt-5", TokenVector(input: 1), at: -1)) == .unknownModel)
    #expect(why(try usage("whisper-1", TokenVector(input: 1))) == .missing(.input))
    #expect(why(try usage("gpt-5", TokenVector(input: -1))) == .impossibleTokens)
    var euro = try usage("gpt-5", TokenVector(input: 1))
    euro.currency = try #require(Currency("EUR"))
    #expect(why(euro) == .otherCurrency(try #require(Currency("USD"))))
    #expect(why(try usage("gpt-5", TokenVector(input: .max, output: .max))) == nil)
  }

  @Test func ratesWhatIsNoTokens() throws {
    var spoken = try usage("whisper-1", TokenVector())
    spoken.quantity = try Money("12.5")
    spoken.unit = "second"
    #expect(try PriceMapExcerpt.book().rate(spoken).get().cost.money() == Money("0.00125"))
    spoken.unit = "hour"
    #expect(try PriceMapExcerpt.book().rate(spoken).get().cost.isZero)
    // The unit "token" and its kind are counted as tokens alone.
    var again = try usage("gpt-5", TokenVector(input: 1000))
    (again.quantity, again.unit) = (try Money("1000"), "input")
    #expect(try PriceMapExcerpt.book().rate(again).get().cost.money() == Money("0.00125"))
  }

  @Test func doesNotDropADigit() throws {
    let model = "bigmodel/glm-5.3-flashx"
    let one = try PriceMapExcerpt.book().rate(usage(model, TokenVector(cacheRead: 1))).get().cost
    #expect(throws: MoneyError.self) { try one.money() }
    #expect(
      one.fraction == (try Fraction(Money("0.08142857142857142"))) / Fraction(1_000_000, over: 1))
    #expect(one.description == "0.000000…")
    #expect(try one.rounded(toDecimals: 18) == Money("0.000000081428571429"))
    #expect(try cost(model, TokenVector(cacheRead: 1_000_000)) == "0.08142857142857142")
    let databricks = "databricks/databricks-claude-sonnet-4-1"
    #expect(try cost(databricks, TokenVector(input: 1_000_000)) == "2.9999900000000002")
  }
}
