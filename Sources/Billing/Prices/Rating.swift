import Accounting

/// A call as a price book sees it.
public struct RatedUsage: Hashable, Sendable {
  public var provider: String?
  public var model: String
  /// The tier that served the call, not the one that was asked for.
  public var serviceTier: ServiceTier
  public var isBatch: Bool
  public var tokens: TokenVector
  /// What is not tokens, and what it is counted in, such as seconds.
  public var quantity: Money?
  public var unit: String?
  public var currency: Currency
  public var occurredAt: Instant

  public init(
    provider: String? = nil, model: String, serviceTier: ServiceTier = .standard,
    isBatch: Bool = false, tokens: TokenVector, quantity: Money? = nil, unit: String? = nil,
    currency: Currency, occurredAt: Instant
  ) {
    self.provider = provider
    self.model = model
    self.serviceTier = serviceTier
    self.isBatch = isBatch
    self.tokens = tokens
    self.quantity = quantity
    self.unit = unit
    self.currency = currency
    self.occurredAt = occurredAt
  }
}

/// What a call costs by a price book, and how it comes to that.
public struct Rating: Sendable {
  public struct Line: Sendable {
    public let component: PriceComponent
    public let quantity: ExactAmount
    public let rate: Rate
    public let amount: ExactAmount
  }

  public let table: PriceTable
  public let lines: [Line]
  /// The exact sum; nothing is rounded.
  public let cost: ExactAmount
}

extension PriceBook {
  /// What a call costs: its tokens in disjoint parts, times the price in force when it occurred, of
  /// the tier that served it. Total: it neither throws nor traps, whatever the call says.
  ///
  /// - A cache read or write without a price of its own is input; a write that lasts an hour without
  ///   one is a write; reasoning without one is output. A price of 0 is a price: it is free.
  /// - The whole call is at the long-context price once its prompt is that long.
  /// - A call of a tier that has no price is at the standard one, a batch at the price of other calls
  ///   where the model has none for batches.
  /// - A price for each request is added, and one for the unit of the call's quantity.
  ///
  /// Example: 200,001 tokens in and 1,000 out of a model at 1.25 and 10 a million, 2.50 and 15 past
  /// 200,000, cost 0.5000025 + 0.015.
  public func rate(_ usage: RatedUsage) -> Result<Rating, Unpriced> {
    switch prices(of: usage.model, by: usage.provider, at: usage.occurredAt) {
    case .failure(let reason): .failure(reason)
    case .success(let table): table.rate(usage)
    }
  }
}

extension PriceTable {
  /// What a call costs by these prices, wherever the book has them; see `PriceBook.rate(_:)`.
  public func rate(_ usage: RatedUsage) -> Result<Rating, Unpriced> {
    guard usage.currency == currency else { return .failure(.otherCurrency(currency)) }
    let prompt = usage.tokens.prompt
    let rates = rates(usage.serviceTier, isBatch: usage.isBatch, prompt: prompt)
    guard !usage.tokens.hasNegative, let parts = rates.parts(of: usage.tokens) else {
      return .failure(.impossibleTokens)
    }
    var lines: [Rating.Line] = []
    for part in parts {
      guard let rate = part.rate else { return .failure(.missing(part.component)) }
      guard let amount = rate.amount(of: part.quantity),
        let quantity = ExactAmount(part.quantity, at: PriceTable.one, per: 1)
      else { return .failure(.impossibleTokens) }
      lines.append(
        Rating.Line(component: part.component, quantity: quantity, rate: rate, amount: amount))
    }
    for (component, quantity) in usage.counted {
      guard
        let rate = rate(
          of: component, usage.serviceTier, isBatch: usage.isBatch, prompt: prompt)
      else { continue }
      let quantity = ExactAmount(quantity)
      guard let amount = rate.amount(of: quantity) else { return .failure(.impossibleTokens) }
      lines.append(
        Rating.Line(component: component, quantity: quantity, rate: rate, amount: amount))
    }
    var cost = ExactAmount.zero
    for line in lines {
      guard let sum = cost + line.amount else { return .failure(.impossibleTokens) }
      cost = sum
    }
    return .success(Rating(table: self, lines: lines, cost: cost))
  }

  private static let one = Money(minorUnits: 1, of: .none)
}

extension RatedUsage {
  /// What may have a price beside the tokens: the request itself, and what is counted otherwise.
  fileprivate var counted: [(PriceComponent, Money)] {
    let request = (PriceComponent.request, Money(minorUnits: 1, of: .none))
    guard let quantity, let component = unit.map({ PriceComponent($0) }),
      !PriceComponent.tokens.contains(component), component != .request
    else { return [request] }
    return [request, (component, quantity)]
  }
}
