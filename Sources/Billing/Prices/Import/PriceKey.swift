/// What a price is for, read from the name that LiteLLM's price map gives it:
/// `cache_read_input_token_cost_above_200k_tokens_priority`.
struct PriceKey: Hashable {
  var component: PriceComponent
  var tier = ServiceTier.standard
  var isBatch = false
  var contextOver: Int64 = 0

  init(_ component: PriceComponent) { self.component = component }

  /// The names of prices of a token of text; all else is named after them.
  private static let tokenPrices: [(name: String, component: PriceComponent)] = [
    ("output_cost_per_reasoning_token", .reasoning),
    ("cache_creation_input_token_cost", .cacheWrite5m),
    ("cache_read_input_token_cost", .cacheRead),
    ("input_cost_per_token", .input),
    ("output_cost_per_token", .output),
  ]

  private static let otherNames: [String: PriceComponent] = [
    "input_cost_per_request": .request, "input_cost_per_second": .second,
    "cost_per_second": .second, "input_cost_per_query": PriceComponent("query"),
  ]

  private static let tierSuffixes = ["flex", "priority", "balanced", "ultrafast"]

  /// - Returns: `nil` for a name that is none of a price.
  init?(liteLLM name: String) {
    guard name.contains("cost") else { return nil }
    for (base, component) in PriceKey.tokenPrices where name.hasPrefix(base) {
      self.init(component)
      // "input_cost_per_token" begins no "input_cost_per_tokens…".
      guard name.dropFirst(base.count).first.map({ $0 == "_" }) ?? true else { break }
      readConditions(name.dropFirst(base.count).split(separator: "_"))
      return
    }
    self.init(PriceComponent(""))
    var words = name.split(separator: "_")[...]
    let conditions = words.drop { !PriceKey.beginsConditions($0, within: words) }
    readConditions(Array(conditions))
    words = words.dropLast(conditions.count)
    let base = words.joined(separator: "_")
    component =
      PriceKey.otherNames[base]
      ?? PriceComponent(
        base.replacingFirst("cost_per_", with: "").replacingFirst("_cost", with: ""))
  }

  private static func beginsConditions(_ word: Substring, within words: ArraySlice<Substring>)
    -> Bool
  {
    word == "batches" || tierSuffixes.contains(String(word))
      || word == "off" || (word == "above" && words.last == "tokens")
  }

  /// Reads `above 200k tokens priority`, `above 1hr`, `batches`.
  private mutating func readConditions(_ words: [Substring]) {
    var rest = words[...]
    while let word = rest.popFirst() {
      switch word {
      case "batches": isBatch = true
      case "above":
        let limit = rest.popFirst() ?? ""
        if rest.first == "tokens" {
          rest.removeFirst()
          contextOver = PriceKey.tokens(limit)
        } else {
          component = limit == "1hr" ? .cacheWrite1h : PriceComponent("cache_write_\(limit)")
        }
      case "cache" where rest.first == "hit":
        rest.removeFirst()
        component = .cacheRead
      case "off" where rest.first == "peak":
        rest.removeFirst()
        tier = ServiceTier("off_peak")
      default: tier = ServiceTier(String(word))
      }
    }
  }

  /// `200k` or `200000`.
  private static func tokens(_ text: Substring) -> Int64 {
    text.hasSuffix("k") ? (Int64(text.dropLast()) ?? 0) * 1000 : Int64(text) ?? 0
  }

  /// By how many powers of ten the price of one is quoted: tokens and characters by the million.
  var quotedPower: Int {
    let isSmall =
      PriceComponent.tokens.contains(component) || component.text.hasPrefix("cache_write_")
      || ["token", "character"].contains { component.text.contains($0) }
    return isSmall ? 6 : 0
  }
}

extension String {
  fileprivate func replacingFirst(_ part: String, with other: String) -> String {
    guard let range = firstRange(of: part) else { return self }
    return replacingCharacters(in: range, other)
  }

  private func firstRange(of part: String) -> Range<String.Index>? {
    indices.first { self[$0...].hasPrefix(part) }
      .map { $0..<index($0, offsetBy: part.count) }
  }

  private func replacingCharacters(in range: Range<String.Index>, _ other: String) -> String {
    self[..<range.lowerBound] + other + self[range.upperBound...]
  }
}
