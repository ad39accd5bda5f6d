import Accounting
import Billing

/// A model at its list price.
struct DemoModel {
  /// What the tokens of a request cost, in USD per token.
  struct Rates {
    /// They apply to the whole request once its prompt, cache included, is longer than this.
    let contextOver: Int64
    /// By component, in the words of `gateway.price`.
    let perMillion: [(component: String, price: Money)]
    let input: Money
    let output: Money
    let cacheRead: Money
    let cacheWrite5m: Money
    let cacheWrite1h: Money
  }

  let provider: String
  let name: String
  /// In order of `contextOver`.
  let rates: [Rates]
  let reasons: Bool

  /// The version of the price list.
  static let listVersion = "2026-07"

  var readsCache: Bool { rates[0].perMillion.contains { $0.component == "cache_read" } }
  var writesCache: Bool { rates[0].perMillion.contains { $0.component == "cache_write_5m" } }

  /// What the provider charges, exact.
  func cost(of tokens: TokenVector) throws(MoneyError) -> Money {
    let prompt = tokens.input + tokens.cacheRead + tokens.cacheWrite5m + tokens.cacheWrite1h
    let rates = rates.last { $0.contextOver == 0 || prompt > $0.contextOver } ?? rates[0]
    var cost = try rates.input.times(Int128(tokens.input))
    try cost += rates.output.times(Int128(tokens.output))
    try cost += rates.cacheRead.times(Int128(tokens.cacheRead))
    try cost += rates.cacheWrite5m.times(Int128(tokens.cacheWrite5m))
    return try cost + rates.cacheWrite1h.times(Int128(tokens.cacheWrite1h))
  }
}

extension DemoModel {
  /// Source: the providers' list prices in USD per million tokens. Anthropic: a cache read costs a
  /// tenth of the input, a write for 5 minutes 1.25 times, for an hour twice as much.
  static func priceList() throws(MoneyError) -> [DemoModel] {
    try [
      DemoModel("anthropic", "claude-opus-4-7", "5 25 0.50 6.25 10"),
      DemoModel("anthropic", "claude-sonnet-4-6", "3 15 0.30 3.75 6"),
      DemoModel("anthropic", "claude-haiku-4-5", "1 5 0.10 1.25 2"),
      DemoModel("openai", "gpt-5", "1.25 10 0.125", reasons: true),
      DemoModel("openai", "gpt-5-mini", "0.25 2 0.025", reasons: true),
      DemoModel("openai", "gpt-5-nano", "0.05 0.40 0.005", reasons: true),
      DemoModel("openai", "gpt-4o-mini", "0.15 0.60 0.075"),
      DemoModel("openai", "text-embedding-3-small", "0.02"),
      DemoModel("openai", "text-embedding-3-large", "0.13"),
      DemoModel(
        "google", "gemini-2.5-pro", "1.25 10 0.125", over: 200_000, "2.50 15 0.25", reasons: true),
      DemoModel("google", "gemini-2.5-flash", "0.30 2.50 0.03", reasons: true),
      DemoModel("google", "gemini-2.5-flash-lite", "0.10 0.40 0.01"),
    ]
  }

  /// - Parameter prices: of input, output, cache read, cache write for 5 minutes and for an hour,
  ///   as far as the model has them.
  private init(
    _ provider: String, _ name: String, _ prices: String, over: Int64 = 0,
    _ longPrices: String? = nil, reasons: Bool = false
  ) throws(MoneyError) {
    self.provider = provider
    self.name = name
    self.reasons = reasons
    var rates = [try Rates(prices, contextOver: 0)]
    if let longPrices { rates.append(try Rates(longPrices, contextOver: over)) }
    self.rates = rates
  }
}

extension DemoModel.Rates {
  fileprivate init(_ prices: String, contextOver: Int64) throws(MoneyError) {
    let names = ["input", "output", "cache_read", "cache_write_5m", "cache_write_1h"]
    var perMillion: [(component: String, price: Money)] = []
    for (component, price) in zip(names, prices.split(separator: " ")) {
      perMillion.append((component, try Money(price)))
    }
    var perToken = try perMillion.map { part throws(MoneyError) in
      try part.price.divided(exactlyBy: 1_000_000)
    }
    while perToken.count < names.count { perToken.append(.zero) }
    self.contextOver = contextOver
    self.perMillion = perMillion
    (input, output) = (perToken[0], perToken[1])
    (cacheRead, cacheWrite5m, cacheWrite1h) = (perToken[2], perToken[3], perToken[4])
  }
}
