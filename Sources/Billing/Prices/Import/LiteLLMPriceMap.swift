import Accounting

/// LiteLLM's `model_prices_and_context_window.json`: models by name, each with what one token, second
/// or image of it costs in USD, under names like `input_cost_per_token_above_200k_tokens`.
enum LiteLLMPriceMap {
  /// The one member that is no model.
  private static let sample = "sample_spec"
  /// xAI charges the long-context price from the length on, all others past it.
  private static let inclusiveProviders: Set = ["xai"]

  static func holds(_ document: JSONValue) -> Bool {
    document.object?.members.contains { name, model in
      name == sample || model.object?.keys.contains { PriceKey(liteLLM: $0) != nil } ?? false
    } ?? false
  }

  static func read(
    _ document: JSONValue, _ terms: PriceList.Terms
  ) throws(PriceListError) -> PriceList {
    guard let models = document.object else {
      throw PriceListError("LiteLLM's price map is an object of models, not \(document.kind)")
    }
    var list = PriceList(.litellm)
    for (name, value) in models.members where name != sample {
      guard let members = value.object else {
        throw PriceListError("\(name) is \(value.kind), not an object of prices")
      }
      var reader = LiteLLMModel(name: name, members, terms, isInclusive: isInclusive)
      try reader.read(into: &list)
      list.addAliases(members["aliases"], of: name, by: reader.provider, models, terms)
    }
    return list
  }

  private static func isInclusive(_ provider: String) -> Bool {
    inclusiveProviders.contains(provider)
  }

  /// The provider as a call names it. The map tells apart families of models that one provider
  /// serves.
  static func provider(_ text: String) -> String {
    for served in ["vertex_ai", "fireworks_ai"] where text.hasPrefix(served + "-") {
      return served
    }
    return ["bedrock_converse": "bedrock", "cohere_chat": "cohere"][text] ?? text
  }
}

extension PriceList {
  /// Names under which a model is called too. One that is a model of its own stays that.
  fileprivate mutating func addAliases(
    _ names: JSONValue?, of model: String, by provider: String, _ models: JSONObject,
    _ terms: Terms
  ) {
    for name in names?.array ?? [] {
      guard let alias = name.string, models[alias] == nil else { continue }
      aliases.append(
        ModelAlias(
          provider: provider, alias: alias, model: model, effectiveFrom: terms.effectiveFrom))
    }
  }
}

/// One model of the map.
private struct LiteLLMModel {
  let name: String
  let members: JSONObject
  let terms: PriceList.Terms
  let provider: String
  let isInclusive: Bool
  private var seen: Set<PriceKey> = []

  init(
    name: String, _ members: JSONObject, _ terms: PriceList.Terms, isInclusive: (String) -> Bool
  ) {
    self.name = name
    self.members = members
    self.terms = terms
    provider = members["litellm_provider"]?.string.map(LiteLLMPriceMap.provider) ?? terms.provider
    self.isInclusive = isInclusive(provider)
  }

  mutating func read(into list: inout PriceList) throws(PriceListError) {
    try readTiers(into: &list)
    for (key, value) in members.members {
      switch key {
      case "tiered_pricing": break
      case "off_peak_pricing":
        for (key, value) in value.object?.members ?? [] {
          try add(value, key + "_off_peak", into: &list)
        }
        leave("off_peak_pricing", "its hours; the prices are those of tier off_peak", &list)
      case "search_context_cost_per_query":
        for (size, value) in value.object?.members ?? [] {
          let name = size.hasPrefix("search_context_size_") ? String(size.dropFirst(20)) : size
          try add(value, PriceKey(PriceComponent("search_\(name)")), key, into: &list)
        }
      case "provider_specific_entry", "regional_endpoint_uplift_multiplier",
        "regional_processing_uplift_multiplier_eu", "regional_processing_uplift_multiplier_us":
        leave(key, "a multiplier, not a price", &list)
      default: try add(value, key, into: &list)
      }
    }
  }

  private mutating func add(
    _ value: JSONValue, _ name: String, into list: inout PriceList
  ) throws(PriceListError) {
    guard let key = PriceKey(liteLLM: name) else { return }
    guard !name.contains("_dbu_") else { return leave(name, "in DBU, not in money", &list) }
    try add(value, key, name, into: &list)
  }

  /// Of two names for one price, the first in the file stands, and of a tier before all others.
  private mutating func add(
    _ value: JSONValue, _ key: PriceKey, _ name: String, into list: inout PriceList
  ) throws(PriceListError) {
    guard !value.isNull else { return }
    guard let number = value.number ?? value.string.flatMap({ DecimalNumber($0) }) else {
      return leave(name, "\(value.kind), not a price", &list)
    }
    // The later name for a cache hit repeats the usual one.
    if name.hasSuffix("_cache_hit"), members["cache_read_input_token_cost"] != nil { return }
    guard seen.insert(key).inserted else {
      return leave(name, "the same price is given under another name", &list)
    }
    try list.add(
      number, key, of: self.name, by: provider, perTenTo: key.quotedPower,
      isOverInclusive: isInclusive, terms)
  }

  private func leave(_ key: String, _ why: String, _ list: inout PriceList) {
    list.leftOut.append(PriceList.LeftOut(model: name, key: key, why: why))
  }
}

extension LiteLLMModel {
  /// `tiered_pricing`: the whole request is at the prices of the range its prompt falls into, the
  /// lower bound outside and the upper one inside; past the last range, at the last.
  private mutating func readTiers(into list: inout PriceList) throws(PriceListError) {
    guard let tiers = members["tiered_pricing"]?.array else { return }
    for tier in tiers {
      guard let prices = tier.object else {
        throw PriceListError("\(name): a range of tiered_pricing is \(tier.kind), not an object")
      }
      if let range = prices["max_results_range"]?.array {
        try readResults(range, prices, into: &list)
      } else {
        guard let over = prices["range"]?.array?.first?.number?.integer, over >= 0 else {
          throw PriceListError("\(name): tiered_pricing has no range that tells where it begins")
        }
        try readTier(over: over, prices, into: &list)
      }
    }
  }

  private mutating func readTier(
    over: Int64, _ prices: JSONObject, into list: inout PriceList
  ) throws(PriceListError) {
    for (key, value) in prices.members where key != "range" {
      guard var priceKey = PriceKey(liteLLM: key) else { continue }
      priceKey.contextOver = over
      try add(value, priceKey, "tiered_pricing.\(key)", into: &list)
    }
    // No request mixes ranges: what a range does not price is at its own input or output price,
    // whatever another range or the model itself says.
    for (component, standIn) in [
      (PriceComponent.cacheRead, "input_cost_per_token"),
      (.cacheWrite5m, "input_cost_per_token"), (.reasoning, "output_cost_per_token"),
    ] {
      var key = PriceKey(component)
      key.contextOver = over
      guard !seen.contains(key), let value = prices[standIn], isPricedElsewhere(component) else {
        continue
      }
      try add(value, key, "tiered_pricing.\(standIn)", into: &list)
    }
  }

  private func isPricedElsewhere(_ component: PriceComponent) -> Bool {
    let ranges = (members["tiered_pricing"]?.array ?? []).compactMap(\.object)
    return ([members] + ranges).contains { prices in
      prices.keys.contains { PriceKey(liteLLM: $0)?.component == component }
    }
  }

  /// Searches are priced by how many results they ask for.
  private mutating func readResults(
    _ range: [JSONValue], _ prices: JSONObject, into list: inout PriceList
  ) throws(PriceListError) {
    let bounds = range.compactMap { $0.number?.description }.joined(separator: "_")
    for (key, value) in prices.members where key != "max_results_range" {
      guard let priceKey = PriceKey(liteLLM: key) else { continue }
      let component = PriceComponent("\(priceKey.component)_results_\(bounds)")
      try add(value, PriceKey(component), "tiered_pricing.\(key)", into: &list)
    }
  }
}
