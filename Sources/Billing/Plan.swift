import Accounting

/// The terms of a `plan_inclusive` policy. Amounts are major units of the policy's currency, and
/// all that is said of a period is said of a whole one.
public struct Plan: Hashable, Sendable {
  public var baseFee: Money?
  /// Whether the base fee is part of the usage bill, not of another invoice.
  public var baseFeeInUsage: Bool
  /// What the base fee pays for, in `includedUnit`; `nil` = unlimited.
  public var includedQuantity: Money?
  /// `token`, `request` or `charge`.
  public var includedUnit: String?
  /// Per one included unit.
  public var overagePrice: Money?
  /// Stand before `overagePrice`.
  public var overageTiers: OverageTiers?
  /// What usage and the base fee, if billed here, come to at least.
  public var minimumCharge: Money?
  /// How much of what was included and not used is carried to the next period; `nil` = none.
  public var rolloverCap: Money?

  public init(
    baseFee: Money? = nil, baseFeeInUsage: Bool = false, includedQuantity: Money? = nil,
    includedUnit: String? = nil, overagePrice: Money? = nil, overageTiers: OverageTiers? = nil,
    minimumCharge: Money? = nil, rolloverCap: Money? = nil
  ) {
    self.baseFee = baseFee
    self.baseFeeInUsage = baseFeeInUsage
    self.includedQuantity = includedQuantity
    self.includedUnit = includedUnit
    self.overagePrice = overagePrice
    self.overageTiers = overageTiers
    self.minimumCharge = minimumCharge
    self.rolloverCap = rolloverCap
  }

  /// Whether what was left of the period before may change what a period costs.
  public var rollsOver: Bool { rolloverCap.map { $0 > .zero } ?? false && includedQuantity != nil }
}

/// What was used in a period: the sums over its chargeable events.
public struct PeriodUsage: Hashable, Sendable {
  public var requests: Int
  public var tokens: Int128
  /// Exact sum of the events' marginal charges.
  public var charge: Money

  public init(requests: Int = 0, tokens: Int128 = 0, charge: Money = .zero) {
    self.requests = requests
    self.tokens = tokens
    self.charge = charge
  }

  public static func + (left: PeriodUsage, right: PeriodUsage) throws(MoneyError) -> PeriodUsage {
    PeriodUsage(
      requests: left.requests + right.requests, tokens: left.tokens + right.tokens,
      charge: try left.charge + right.charge)
  }

  /// In the unit of a plan; `nil` for a unit that is not known.
  public func quantity(in unit: String?) -> Fraction? {
    switch unit {
    case "token": Fraction(tokens, over: 1)
    case "request": Fraction(Int128(requests), over: 1)
    case "charge": Fraction(charge)
    default: nil
    }
  }
}

/// The charge of a whole period cannot be derived from a plan; the text says why.
public struct NotDerivable: Error, Hashable, Sendable {
  public let why: String

  public init(why: String) { self.why = why }
}
