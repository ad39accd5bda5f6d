import Accounting

/// One row of a provider's own report: what it counted, or what it asks, for a stretch of time.
///
/// Source: relation `gateway.provider_bill`; or a report imported by `tieout bills import`.
public struct ProviderBillRow: Hashable, Sendable {
  /// What a row tells. A quantity beside an amount for orientation is not counted again.
  public enum Basis: String, Hashable, Sendable, CaseIterable {
    case quantity, amount, both

    public var tellsQuantity: Bool { self != .amount }
    public var tellsAmount: Bool { self != .quantity }
  }

  public var provider: String
  /// The organization, project or workspace that is billed.
  public var account: String
  public var rowID: String
  public var start: Instant
  /// Exclusive.
  public var end: Instant
  public var basis: Basis
  /// `nil` = all models, or what is not a model's.
  public var model: String?
  /// A `TokenComponent`, `request`, or whatever else the provider bills; `nil` = all of them.
  public var component: String?
  public var serviceTier: String?
  /// Tokens, or whole units of `component`.
  public var quantity: Money?
  /// Major units of `currency`.
  public var amount: Money?
  public var currency: Currency

  public init(
    provider: String, account: String, rowID: String, start: Instant, end: Instant, basis: Basis,
    model: String? = nil, component: String? = nil, serviceTier: String? = nil,
    quantity: Money? = nil, amount: Money? = nil, currency: Currency
  ) {
    self.provider = provider
    self.account = account
    self.rowID = rowID
    self.start = start
    self.end = end
    self.basis = basis
    self.model = model
    self.component = component
    self.serviceTier = serviceTier
    self.quantity = quantity
    self.amount = amount
    self.currency = currency
  }
}

/// The disjoint buckets that providers count tokens in.
public enum TokenComponent: String, Hashable, Sendable, CaseIterable {
  case input
  case cacheRead = "cache_read"
  case cacheWrite5m = "cache_write_5m"
  case cacheWrite1h = "cache_write_1h"
  case output

  public func count(of tokens: TokenVector) -> Int64 {
    switch self {
    case .input: tokens.input
    case .cacheRead: tokens.cacheRead
    case .cacheWrite5m: tokens.cacheWrite5m
    case .cacheWrite1h: tokens.cacheWrite1h
    case .output: tokens.output
    }
  }

  /// As a sentence says it.
  public var words: String {
    switch self {
    case .input: "input"
    case .cacheRead: "cache read"
    case .cacheWrite5m: "5 minute cache write"
    case .cacheWrite1h: "1 hour cache write"
    case .output: "output"
    }
  }
}
