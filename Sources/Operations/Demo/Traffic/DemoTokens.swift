import Billing

/// How long prompts and answers are.
extension DemoWorkload {
  func tokens(_ model: DemoModel, cached: Bool, _ random: inout DemoRandom) -> TokenVector {
    if self == .autocomplete { return TokenVector(input: 37, output: 9) }
    var tokens = TokenVector(
      input: random.around(input), output: output == 0 ? 0 : random.around(output))
    if cached, model.readsCache, random.happens(inThousand: cacheHits) {
      tokens.cacheRead = random.around(cacheRead)
    }
    if cached, model.writesCache, random.happens(inThousand: cacheHits / 3) {
      if random.happens(inThousand: 200) {
        tokens.cacheWrite1h = random.around(cacheRead / 4)
      } else {
        tokens.cacheWrite5m = random.around(cacheRead / 4)
      }
    }
    if model.reasons { tokens.reasoning = tokens.output * Int64(random.between(0, 60)) / 100 }
    if model.rates.count > 1, random.happens(inThousand: 12) { tokens.input += 205_000 }
    return tokens
  }

  private var input: Int {
    switch self {
    case .chat: 900
    case .agent: 2600
    case .search: 5200
    case .classify: 420
    case .embed: 640
    case .autocomplete: 37
    }
  }

  private var output: Int {
    switch self {
    case .chat: 260
    case .agent: 880
    case .search: 340
    case .classify: 12
    case .embed: 0
    case .autocomplete: 9
    }
  }

  private var cacheRead: Int { self == .agent ? 18_000 : 1_500 }
  private var cacheHits: Int { self == .agent ? 850 : 300 }
}

extension DemoRandom {
  /// A number about `median`, with the long tail that lengths of text have.
  fileprivate mutating func around(_ median: Int) -> Int64 {
    let percent = pick(Self.spread) * between(88, 112)
    return Int64(1 + median * percent / 10_000)
  }

  /// Sixteen quantiles of a logarithmic normal distribution with σ = 0.8, in per cent.
  private static let spread = [
    23, 35, 45, 54, 63, 72, 83, 94, 106, 121, 138, 159, 186, 224, 287, 443,
  ]
}
