import Accounting

/// A call rated with one mistake or another.
struct MistakenRating {
  typealias Suspect = (mistake: PricingMistake, cost: () -> ExactAmount?)

  let usage: RatedUsage
  let table: PriceTable
  let cost: ExactAmount
  let rates: TokenRates
  /// What is not tokens.
  let rest: ExactAmount?

  init(_ usage: RatedUsage, _ rating: Rating) {
    self.usage = usage
    table = rating.table
    cost = rating.cost
    rates = table.rates(usage.serviceTier, isBatch: usage.isBatch, prompt: usage.tokens.prompt)
    rest = rates.amount(of: usage.tokens).flatMap { rating.cost + -$0 }
  }

  private func cost(_ tokens: TokenVector, _ rates: TokenRates) -> ExactAmount? {
    guard let rest, let amount = rates.amount(of: tokens) else { return nil }
    return amount + rest
  }

  var particular: [Suspect] { conditions + cache + reasoning + sides }

  private var conditions: [Suspect] {
    let tokens = usage.tokens
    let prompt = tokens.prompt
    func suspect(
      _ mistake: PricingMistake, tier: ServiceTier? = nil, isBatch: Bool? = nil,
      prompt other: Int128? = nil
    ) -> Suspect {
      (
        mistake,
        {
          cost(
            tokens,
            table.rates(
              tier ?? usage.serviceTier, isBatch: isBatch ?? usage.isBatch,
              prompt: other ?? prompt))
        }
      )
    }
    var suspects = ([.standard] + table.tiers.filter { $0 != .standard })
      .filter { $0 != usage.serviceTier }.map { suspect(.tier($0), tier: $0) }
    if table.isBatchPriced {
      suspects.append(
        usage.isBatch
          ? suspect(.batchIgnored, isBatch: false) : suspect(.takenForBatch, isBatch: true))
    } else if usage.isBatch {
      suspects.append((.halvedForBatch, { cost.times(1, over: 2) }))
    }
    for limit in table.thresholds.reversed() where prompt >= limit {
      suspects.append(suspect(.longContextIgnored, prompt: Int128(limit) - 1))
    }
    for limit in table.thresholds where prompt <= limit {
      suspects.append(suspect(.longContextTooEarly(limit), prompt: Int128(limit) + 1))
    }
    return suspects
  }

  private var cache: [Suspect] {
    let tokens = usage.tokens
    let writes = tokens.cacheWrite5m &+ tokens.cacheWrite1h
    guard tokens.cacheRead != 0 || writes != 0 else { return [] }
    func priced(_ change: (inout TokenRates) -> Void) -> ExactAmount? {
      var changed = rates
      change(&changed)
      return cost(tokens, changed)
    }
    func counted(_ change: (inout TokenVector) -> Void) -> ExactAmount? {
      var changed = tokens
      change(&changed)
      return cost(changed, rates)
    }
    return [
      (.cacheReadsAtInputPrice, { priced { $0.cacheRead = $0.input } }),
      (.cacheReadsTwice, { counted { $0.input &+= $0.cacheRead } }),
      (.cacheTwice, { counted { $0.input &+= $0.cacheRead &+ writes } }),
      (.cacheWritesTwice, { counted { $0.input &+= writes } }),
      (
        .cacheWritesTwice,
        {
          counted {
            $0.cacheWrite5m &*= 2
            $0.cacheWrite1h &*= 2
          }
        }
      ),
      (
        .cacheWritesAtInputPrice,
        { priced { ($0.cacheWrite5m, $0.cacheWrite1h) = ($0.input, $0.input) } }
      ),
      (
        .cacheAtInputPrice,
        {
          priced {
            ($0.cacheRead, $0.cacheWrite5m, $0.cacheWrite1h) = ($0.input, $0.input, $0.input)
          }
        }
      ),
      (.hourWritesAtShortPrice, { priced { $0.cacheWrite1h = $0.cacheWrite5m } }),
      (.cacheReadsLeftOut, { counted { $0.cacheRead = 0 } }),
      (.cacheWritesLeftOut, { counted { ($0.cacheWrite5m, $0.cacheWrite1h) = (0, 0) } }),
      (
        .cacheLeftOut,
        { counted { ($0.cacheRead, $0.cacheWrite5m, $0.cacheWrite1h) = (0, 0, 0) } }
      ),
    ]
  }

  private var reasoning: [Suspect] {
    let tokens = usage.tokens
    guard tokens.reasoning > 0, let extra = rates.reasoning?.amount(of: Int128(tokens.reasoning))
    else { return [] }
    return [
      (.reasoningTwice, { cost + extra }),
      (
        .reasoningTwice,
        {
          rates.output?.amount(of: Int128(tokens.reasoning)).flatMap { cost + $0 }
        }
      ),
      (.reasoningLeftOut, { cost + -extra }),
      (
        .reasoningAtOutputPrice,
        {
          var changed = rates
          changed.reasoning = changed.output
          return cost(tokens, changed)
        }
      ),
    ]
  }

  private var sides: [Suspect] {
    [
      (
        .outputLeftOut,
        {
          var tokens = usage.tokens
          (tokens.output, tokens.reasoning) = (0, 0)
          return cost(tokens, rates)
        }
      ),
      (
        .inputLeftOut,
        {
          let (output, reasoning) = (usage.tokens.output, usage.tokens.reasoning)
          return cost(TokenVector(output: output, reasoning: reasoning), rates)
        }
      ),
      (
        .swapped,
        {
          var changed = rates
          (changed.input, changed.output) = (rates.output, rates.input)
          if rates.cacheRead == rates.input { changed.cacheRead = changed.input }
          if rates.reasoning == rates.output { changed.reasoning = changed.output }
          return cost(usage.tokens, changed)
        }
      ),
    ]
  }

  /// Mistakes that explain by their size alone.
  var general: [Suspect] {
    var suspects: [Suspect] = (1...9).flatMap { power -> [Suspect] in
      let factor = (0..<power).reduce(Int128(1)) { factor, _ in factor * 10 }
      return [
        (.magnitude(power), { cost.times(factor) }),
        (.magnitude(-power), { cost.times(1, over: factor) }),
      ]
    }
    suspects += (2...9).flatMap { factor -> [Suspect] in
      [
        (.times(factor), { cost.times(Int128(factor)) }),
        (.part(factor), { cost.times(1, over: Int128(factor)) }),
      ]
    }
    return suspects
  }
}
