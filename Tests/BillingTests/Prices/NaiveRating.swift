import Accounting

@testable import Billing

/// What a call costs, read straight from a model's entry in LiteLLM's price map, key by key, without
/// a price book: slow and obvious, to hold the book against.
struct NaiveRating {
  let entry: JSONObject
  let isInclusive: Bool

  init(_ entry: JSONObject) {
    self.entry = entry
    isInclusive = entry["litellm_provider"]?.string == "xai"
  }

  /// `nil` where tokens have no price.
  func cost(_ tokens: TokenVector, tier: String?, isBatch: Bool) -> Fraction? {
    let prompt =
      tokens.input + tokens.cacheRead + tokens.cacheWrite5m + tokens.cacheWrite1h
    let price: (String) -> Fraction?
    if isBatch && hasBatchPrice {
      price = { key in longest(key, prompt) { [$0 + "_batches"] } }
    } else if let range = range(prompt) {
      price = { key in
        range[key].flatMap(Self.number) ?? (inRangesAlone(key) ? nil : flat(key, prompt, tier))
      }
    } else {
      price = { key in flat(key, prompt, tier) }
    }
    return sum(tokens, price, isBatch: isBatch && hasBatchPrice, tier, prompt)
  }

  private func sum(
    _ tokens: TokenVector, _ price: (String) -> Fraction?, isBatch: Bool, _ tier: String?,
    _ prompt: Int64
  ) -> Fraction? {
    let input = price("input_cost_per_token")
    let read = price("cache_read_input_token_cost") ?? hit(isBatch: isBatch) ?? input
    let write = price("cache_creation_input_token_cost") ?? input
    let hour = price("cache_creation_input_token_cost_above_1hr") ?? write
    let output = price("output_cost_per_token")
    var thought = price("output_cost_per_reasoning_token") ?? output
    if let tier, !isBatch, range(prompt) == nil, isTiered("output_cost_per_token", prompt, tier) {
      thought =
        longest("output_cost_per_reasoning_token", prompt) { ["\($0)_\(tier)"] } ?? output
    }
    var sum = entry["input_cost_per_request"].flatMap(Self.number) ?? .zero
    for (count, price) in [
      (tokens.input, input), (tokens.cacheRead, read), (tokens.cacheWrite5m, write),
      (tokens.cacheWrite1h, hour), (tokens.output - tokens.reasoning, output),
      (tokens.reasoning, thought),
    ] where count > 0 {
      guard let price else { return nil }
      sum = sum + price * Fraction(Int128(count), over: 1)
    }
    return sum
  }

  private var hasBatchPrice: Bool {
    entry.keys.contains {
      ($0.hasPrefix("input_cost_per_token") || $0.hasPrefix("output_cost_per_token"))
        && $0.hasSuffix("_batches")
    }
  }

  private func hit(isBatch: Bool) -> Fraction? {
    isBatch ? nil : entry["input_cost_per_token_cache_hit"].flatMap(Self.number)
  }

  /// The entry's price under the longest context that the prompt reaches, of the tier if it has one.
  private func flat(_ key: String, _ prompt: Int64, _ tier: String?) -> Fraction? {
    longest(key, prompt) { name in tier.map { ["\(name)_\($0)", name] } ?? [name] }
  }

  private func longest(
    _ key: String, _ prompt: Int64, _ names: (String) -> [String]
  ) -> Fraction? {
    for limit in limits(key, prompt) {
      for name in names(limit) {
        if let price = entry[name].flatMap(Self.number) { return price }
      }
    }
    return nil
  }

  private func limits(_ key: String, _ prompt: Int64) -> [String] {
    let reached = [512, 272, 256, 200, 128, 100, 32].filter {
      prompt > $0 * 1000 || (isInclusive && prompt == $0 * 1000)
    }
    return reached.map { "\(key)_above_\($0)k_tokens" } + [key]
  }

  /// Whether the price that is found is one of the tier.
  private func isTiered(_ key: String, _ prompt: Int64, _ tier: String) -> Bool {
    for limit in limits(key, prompt) {
      if entry["\(limit)_\(tier)"].flatMap(Self.number) != nil { return true }
      if entry[limit].flatMap(Self.number) != nil { return false }
    }
    return false
  }

  private var ranges: [JSONObject] {
    (entry["tiered_pricing"]?.array ?? []).compactMap(\.object).filter { $0["range"] != nil }
  }

  /// The range that the prompt falls into; the first for an empty one, the last past them all.
  private func range(_ prompt: Int64) -> JSONObject? {
    ranges.first { prompt <= $0["range"]?.array?.last?.number?.integer ?? 0 } ?? ranges.last
  }

  /// Whether ranges speak of a price, so that the entry's own is not meant.
  private func inRangesAlone(_ key: String) -> Bool {
    key != "output_cost_per_token" && key != "cache_creation_input_token_cost_above_1hr"
  }

  private static func number(_ value: JSONValue) -> Fraction? {
    guard let number = value.number ?? value.string.flatMap({ DecimalNumber($0) }) else {
      return nil
    }
    var digits: Fraction = .zero
    for digit in number.digits.utf8 {
      digits = digits * Fraction(10, over: 1) + Fraction(Int128(digit) - 48, over: 1)
    }
    for _ in 0..<abs(number.exponent) {
      digits = number.exponent < 0 ? digits * Fraction(1, over: 10) : digits * Fraction(10, over: 1)
    }
    return digits
  }
}
