import Accounting

/// Something usage is counted on: a model, a pool of models, a feature.
///
/// Source: relation `gateway.meter`.
public struct Meter: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable {
    /// Counts up to a limit.
    case quota
    /// Takes what the meters of its category have no room for.
    case usagePool = "usage_pool"
    /// The universal credits, which the pools pass on to.
    case creditPool = "credit_pool"
    /// Allowed or not; nothing is counted.
    case boolean
  }

  public enum Aggregation: String, Hashable, Sendable {
    /// What is used adds up.
    case cumulative
    /// The largest single quantity counts.
    case peak
  }

  /// Of a model's meter, the model's name.
  public var slug: String
  public var kind: Kind
  public var aggregation: Aggregation
  /// `token`, `request` or a unit of the events' own; `nil` = token.
  public var unit: String?
  /// What one unit costs in units of the next account; `nil` = it is not passed on.
  public var creditCost: Money?
  /// The pool that takes what this meter has no room for.
  public var category: String?
  /// After which the allowance begins anew; `nil` = never.
  public var period: MeterPeriod?
  /// How much of what was left is carried to the next period; `nil` = none.
  public var rolloverCap: Money?
  public var isActive: Bool

  public init(
    slug: String, kind: Kind = .quota, aggregation: Aggregation = .cumulative,
    unit: String? = nil, creditCost: Money? = nil, category: String? = nil,
    period: MeterPeriod? = nil, rolloverCap: Money? = nil, isActive: Bool = true
  ) {
    self.slug = slug
    self.kind = kind
    self.aggregation = aggregation
    self.unit = unit
    self.creditCost = creditCost
    self.category = category
    self.period = period
    self.rolloverCap = rolloverCap
    self.isActive = isActive
  }

  /// The account that usage of this meter is booked to.
  public var account: MeterAccount {
    switch kind {
    case .quota, .boolean: .meter(slug)
    case .usagePool: .pool(slug)
    case .creditPool: .credits
    }
  }

  /// How much of this meter a call uses: the quantity that its gateway tells in the meter's unit, else
  /// its tokens, or the call itself; `nil` where neither is of that unit.
  ///
  /// Example: 1,000 input, 200 cached and 300 output tokens are 1,500 of a meter of tokens, and 1 of a
  /// meter of requests.
  public func quantity(
    of tokens: TokenVector, told quantity: Money? = nil, in unit: String? = nil
  ) -> Fraction? {
    let own = self.unit ?? "token"
    if own == unit, let quantity { return Fraction(quantity) }
    return switch own {
    case "token", "tokens": Fraction(tokens.total, over: 1)
    case "request", "requests", "call", "calls": .one
    default: nil
    }
  }
}

/// Where usage is booked: the names that the ledger's entries bear.
public enum MeterAccount: Hashable, Sendable {
  case meter(String)
  case pool(String)
  /// The universal credits.
  case credits

  /// - Returns: `nil` for any other account, such as `llm_usage`.
  public init?(_ text: some StringProtocol) {
    if text == "credits" {
      self = .credits
    } else if text.hasPrefix("meter:") {
      self = .meter(String(text.dropFirst("meter:".count)))
    } else if text.hasPrefix("pool:") {
      self = .pool(String(text.dropFirst("pool:".count)))
    } else {
      return nil
    }
  }

  /// `meter:<slug>`, `pool:<slug>` or `credits`.
  public var text: String {
    switch self {
    case .meter(let slug): "meter:\(slug)"
    case .pool(let slug): "pool:\(slug)"
    case .credits: "credits"
    }
  }
}

extension MeterAccount: Comparable, CustomStringConvertible {
  public static func < (left: MeterAccount, right: MeterAccount) -> Bool { left.text < right.text }

  public var description: String { text }
}
