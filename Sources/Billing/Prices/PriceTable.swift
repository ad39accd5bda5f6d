import Accounting

/// The prices of one model that are in force at one time: a stretch of a version.
public struct PriceTable: Sendable {
  public let version: String
  public let provider: String
  public let model: String
  public let currency: Currency
  public let effectiveFrom: Instant
  /// Exclusive.
  let effectiveTo: Instant?
  private let prices: [PriceComponent: [Price]]
  /// The tiers of which there is a price, in order, `standard` included if it is one.
  let tiers: [ServiceTier]
  /// The lengths from which on something else is charged, in order.
  let thresholds: [Int64]
  private let hasBatch: Bool

  /// - Parameter prices: not empty; of one version, model and currency.
  init(_ prices: [Price], effectiveFrom: Instant, effectiveTo: Instant?) {
    version = prices[0].version
    provider = prices[0].provider
    model = prices[0].model
    currency = prices[0].currency
    self.effectiveFrom = effectiveFrom
    self.effectiveTo = effectiveTo
    self.prices = Dictionary(grouping: prices, by: \.component).mapValues {
      $0.sorted { $0.contextOver > $1.contextOver }
    }
    tiers = Set(prices.map(\.serviceTier)).sorted { $0.text < $1.text }
    thresholds = Set(prices.map(\.contextOver)).subtracting([0]).sorted()
    hasBatch = prices.contains {
      $0.isBatch && ($0.component == .input || $0.component == .output)
    }
  }

  func isInForce(at instant: Instant) -> Bool {
    effectiveFrom <= instant && effectiveTo.map { instant < $0 } ?? true
  }

  var isBatchPriced: Bool { hasBatch }

  /// What each token costs in a call.
  ///
  /// Of the conditions that hold, the longest context stands first, then the tier that served the
  /// call before the standard one. A batch is at the batch's prices alone, if the model has them.
  ///
  /// - Parameter prompt: all tokens that were put in, cached ones included.
  public func rates(_ tier: ServiceTier = .standard, isBatch: Bool = false, prompt: Int128)
    -> TokenRates
  {
    let classes = classes(tier, isBatch: isBatch)
    func rate(_ component: PriceComponent, downTo last: Int = .max) -> (rate: Rate, class: Int)? {
      find(component, in: classes, downTo: last) { $0.applies(toPrompt: prompt) }
    }
    let input = rate(.input)?.rate
    let output = rate(.output)
    let write = rate(.cacheWrite5m)?.rate ?? input
    return TokenRates(
      input: input, cacheRead: rate(.cacheRead)?.rate ?? input, cacheWrite5m: write,
      cacheWrite1h: rate(.cacheWrite1h)?.rate ?? write, output: output?.rate,
      // The standard tier's reasoning price does not stand beside another tier's output price.
      reasoning: rate(.reasoning, downTo: output?.class ?? .max)?.rate ?? output?.rate)
  }

  /// What one of something else than tokens costs, a call itself included.
  public func rate(
    of component: PriceComponent, _ tier: ServiceTier = .standard, isBatch: Bool = false,
    prompt: Int128
  ) -> Rate? {
    find(component, in: classes(tier, isBatch: isBatch), downTo: .max) {
      $0.applies(toPrompt: prompt)
    }?.rate
  }

  private struct PriceClass: Equatable {
    var tier: ServiceTier
    var isBatch: Bool
  }

  private func classes(_ tier: ServiceTier, isBatch: Bool) -> [PriceClass] {
    let inBatch = (isBatch || tier.text == "batch") && hasBatch
    let tiers = tier == .standard ? [tier] : [tier, .standard]
    return tiers.map { PriceClass(tier: $0, isBatch: inBatch) }
  }

  private func find(
    _ component: PriceComponent, in classes: [PriceClass], downTo last: Int,
    where applies: (Price) -> Bool
  ) -> (rate: Rate, class: Int)? {
    guard let candidates = prices[component] else { return nil }
    var best: (price: Price, class: Int)?
    for price in candidates where applies(price) {
      // By falling length: what comes shorter than the best is none better.
      if let best, price.contextOver < best.price.contextOver { break }
      let priceClass = PriceClass(tier: price.serviceTier, isBatch: price.isBatch)
      guard let index = classes.firstIndex(of: priceClass), index <= last else { continue }
      if best.map({ index < $0.class }) ?? true { best = (price, index) }
    }
    return best.map { (Rate(unitPrice: $0.price.unitPrice, unitSize: $0.price.unitSize), $0.class) }
  }
}

extension Price {
  /// Whether the length of the prompt is what the price is for.
  func applies(toPrompt prompt: Int128) -> Bool {
    contextOver == 0 || prompt > contextOver || (isOverInclusive && prompt == contextOver)
  }
}
