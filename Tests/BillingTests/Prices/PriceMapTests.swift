import Accounting
import Foundation
import Testing

@testable import Billing

/// Every model of a price map, rated through the price book and by a naive reading of its entry. The
/// excerpt always; the whole map where `TIEOUT_PRICE_MAP` names it, as `Jobs/test` has it do.
@Suite("Re-rating against an independent reading of the price map")
struct PriceMapTests {
  private static let seed: UInt64 = 20_261_121
  private static let callsPerModel = 8
  private static let tiers = [nil, nil, "flex", "priority", "balanced"]
  /// Just below, at and past the lengths that prices know.
  private static let lengths: [Int64] = [32, 100, 128, 200, 256, 272, 512]

  static var maps: [(name: String, text: Data)] {
    [("excerpt", Data(PriceMapExcerpt.text.utf8))]
      + (PriceMapExcerpt.wholeMap.map { [("whole map", $0)] } ?? [])
  }

  @Test(arguments: maps.map(\.name))
  func agreesForEveryModel(name: String) throws {
    let text = try #require(Self.maps.first { $0.name == name }?.text)
    let list = try PriceList(parsing: text, PriceMapExcerpt.terms())
    let book = PriceBook(name: "litellm", list.prices, aliases: list.aliases)
    let document = try #require(try JSONValue(parsing: text).object)
    var random = Random(state: Self.seed)
    var rated = 0
    for (model, entry) in document.members where model != "sample_spec" {
      let entry = try #require(entry.object)
      let naive = NaiveRating(entry)
      for _ in 0..<Self.callsPerModel {
        let (tokens, tier, isBatch) = random.call()
        let usage = RatedUsage(
          provider: entry["litellm_provider"]?.string.map(LiteLLMPriceMap.provider), model: model,
          serviceTier: ServiceTier(tier ?? ""), isBatch: isBatch, tokens: tokens,
          currency: try #require(Currency("USD")), occurredAt: PriceMapExcerpt.start)
        let expected = naive.cost(tokens, tier: tier, isBatch: isBatch)
        let found = try? book.rate(usage).get().cost.fraction
        #expect(
          found == expected,
          "seed \(Self.seed): \(model) \(tokens) \(tier ?? "") \(isBatch ? "batch" : "")")
        rated += found == nil ? 0 : 1
      }
    }
    print("\(name): \(document.keys.count) models, \(rated) calls re-rated, seed \(Self.seed)")
    #expect(rated > 100)
  }

  /// The digits of each price of a token are those of the map, whatever it is quoted for.
  @Test(arguments: maps.map(\.name))
  func losesNoDigit(name: String) throws {
    let text = try #require(Self.maps.first { $0.name == name }?.text)
    let list = try PriceList(parsing: text, PriceMapExcerpt.terms())
    var byModel: [String: [Price]] = Dictionary(grouping: list.prices, by: \.model)
    for (model, entry) in try #require(try JSONValue(parsing: text).object).members {
      for (key, value) in entry.object?.members ?? [] where model != "sample_spec" {
        guard let number = value.number, key.contains("cost"), !key.contains("_dbu_"),
          !key.hasSuffix("_cache_hit")
        else { continue }
        let wanted = try #require(PriceKey(liteLLM: key))
        let isOverridden = entry["tiered_pricing"] != nil
        let kept = byModel[model]?.contains { price in
          price.component == wanted.component && price.contextOver == wanted.contextOver
            && price.serviceTier == wanted.tier && price.isBatch == wanted.isBatch
            && DecimalNumber(price.unitPrice.description)
              == number.scaled(byTenTo: String(price.unitSize).utf8.count - 1)
        }
        #expect(kept == true || isOverridden, "\(model) \(key) \(number)")
      }
      byModel[model] = nil
    }
  }

  private struct Random: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }

    mutating func call() -> (TokenVector, String?, Bool) {
      var tokens = TokenVector(
        input: Int64.random(in: 0...5000, using: &self), output: .random(in: 0...9000, using: &self)
      )
      if Bool.random(using: &self) {
        tokens.cacheRead = .random(in: 0...100_000, using: &self)
        tokens.cacheWrite5m = .random(in: 0...3000, using: &self)
        tokens.cacheWrite1h = .random(in: 0...3000, using: &self)
      }
      if Bool.random(using: &self) {
        let length = PriceMapTests.lengths.randomElement(using: &self) ?? 0
        let prompt = length * 1000 + Int64.random(in: -1...1, using: &self)
        tokens.input = 0
        tokens.input = max(0, prompt - Int64(tokens.prompt))
      }
      if Bool.random(using: &self) {
        tokens.reasoning = .random(in: 0...tokens.output, using: &self)
      }
      let tier = PriceMapTests.tiers.randomElement(using: &self) ?? nil
      return (tokens, tier, Int.random(in: 0..<5, using: &self) == 0)
    }
  }
}
