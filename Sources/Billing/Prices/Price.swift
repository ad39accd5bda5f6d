import Accounting

/// A row of a price book: what one component of a model's use costs, from when on, and under which
/// conditions.
///
/// Source: relation `gateway.price`.
public struct Price: Hashable, Sendable {
  public var book: String
  public var version: String
  /// `PriceBook.anyProvider` where the book does not tell providers apart.
  public var provider: String
  public var model: String
  public var component: PriceComponent
  /// The tier that served the call.
  public var serviceTier: ServiceTier
  public var isBatch: Bool
  /// The whole request is at this price once its prompt, cached tokens included, is longer than so
  /// many tokens; 0 = whatever the length.
  public var contextOver: Int64
  /// From that length on, not only past it.
  public var isOverInclusive: Bool
  /// In major units of `currency`, for each `unitSize` of the component; 0 = free.
  public var unitPrice: Money
  /// Above zero.
  public var unitSize: Int64
  public var currency: Currency
  public var effectiveFrom: Instant
  /// Exclusive; `nil` = until another version takes over.
  public var effectiveTo: Instant?

  public init(
    book: String, version: String, provider: String, model: String, component: PriceComponent,
    serviceTier: ServiceTier = .standard, isBatch: Bool = false, contextOver: Int64 = 0,
    isOverInclusive: Bool = false, unitPrice: Money, unitSize: Int64 = 1, currency: Currency,
    effectiveFrom: Instant, effectiveTo: Instant? = nil
  ) {
    self.book = book
    self.version = version
    self.provider = provider
    self.model = model
    self.component = component
    self.serviceTier = serviceTier
    self.isBatch = isBatch
    self.contextOver = contextOver
    self.isOverInclusive = isOverInclusive
    self.unitPrice = unitPrice
    self.unitSize = unitSize
    self.currency = currency
    self.effectiveFrom = effectiveFrom
    self.effectiveTo = effectiveTo
  }
}

/// What is priced. Of a call's tokens each is in one component, but reasoning, which is part of the
/// output.
public struct PriceComponent: Hashable, Sendable, CustomStringConvertible {
  public let text: String

  public init(_ text: String) { self.text = text }

  public static let input = PriceComponent("input")
  public static let output = PriceComponent("output")
  public static let cacheRead = PriceComponent("cache_read")
  public static let cacheWrite5m = PriceComponent("cache_write_5m")
  public static let cacheWrite1h = PriceComponent("cache_write_1h")
  public static let reasoning = PriceComponent("reasoning")
  /// Each call, whatever it takes.
  public static let request = PriceComponent("request")
  public static let second = PriceComponent("second")

  /// Those that are counted in tokens of text.
  static let tokens: Set<PriceComponent> = [
    .input, .output, .cacheRead, .cacheWrite5m, .cacheWrite1h, .reasoning,
  ]

  public var description: String { text }
}

/// How fast, and how dear, a provider serves a call.
public struct ServiceTier: Hashable, Sendable, CustomStringConvertible {
  public let text: String

  /// Providers call their usual tier by several names; they all mean `standard`.
  public init(_ text: String) {
    let word = text.lowercased()
    self.text = ServiceTier.namesOfStandard.contains(word) ? "standard" : word
  }

  public static let standard = ServiceTier("standard")
  public static let flex = ServiceTier("flex")
  public static let priority = ServiceTier("priority")

  private static let namesOfStandard: Set = ["", "standard", "default", "auto", "on_demand"]

  public var description: String { text }
}

/// Another name of a model, from a moment on.
///
/// Source: relation `gateway.model_alias`.
public struct ModelAlias: Hashable, Sendable {
  /// `PriceBook.anyProvider` = of all.
  public var provider: String
  public var alias: String
  public var model: String
  public var effectiveFrom: Instant

  public init(provider: String, alias: String, model: String, effectiveFrom: Instant) {
    self.provider = provider
    self.alias = alias
    self.model = model
    self.effectiveFrom = effectiveFrom
  }
}
