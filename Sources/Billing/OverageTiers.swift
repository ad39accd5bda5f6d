import Accounting

/// Prices that change with how far usage passes what a plan includes.
public struct OverageTiers: Hashable, Sendable {
  public enum Mode: String, Hashable, Sendable {
    /// Each unit costs what the tier costs that it falls into.
    case graduated
    /// All units cost what the tier costs that the last of them falls into.
    case volume
  }

  public struct Tier: Hashable, Sendable {
    /// Units past the included ones up to which it reaches, the last one with it; `nil` = all.
    public var upTo: Money?
    /// Per one included unit.
    public var price: Money

    public init(upTo: Money?, price: Money) {
      self.upTo = upTo
      self.price = price
    }
  }

  public let mode: Mode
  public let tiers: [Tier]

  /// - Returns: `nil` where there is no tier, a bound is not above the one before it, or a tier
  ///   follows one without a bound.
  public init?(_ tiers: [Tier], mode: Mode = .graduated) {
    guard !tiers.isEmpty else { return nil }
    var reached: Money? = .zero
    for tier in tiers {
      guard let before = reached else { return nil }
      if let bound = tier.upTo, bound <= before { return nil }
      reached = tier.upTo
    }
    self.mode = mode
    self.tiers = tiers
  }
}

/// Units past the included ones that one price is paid for.
public struct PricedQuantity: Sendable {
  public let quantity: Fraction
  public let price: Money

  public var amount: Fraction { quantity * Fraction(price) }
}

extension OverageTiers {
  /// What each tier takes of `excess`, the bounds shortened to a share of the period.
  ///
  /// Example: up to 1,000 at 0.02, all else at 0.01. 1,500 units cost
  /// - graduated 1,000 × 0.02 + 500 × 0.01 = 25.00,
  /// - volume 1,500 × 0.01 = 15.00.
  ///
  /// - Parameter excess: above zero.
  /// - Throws: where the last tier has a bound and `excess` passes it.
  public func split(
    _ excess: Fraction, over share: Fraction = .one
  ) throws(NotDerivable) -> [PricedQuantity] {
    var parts: [PricedQuantity] = []
    var reached = Fraction.zero
    for tier in tiers {
      let end = tier.upTo.map { Fraction($0) * share }
      let isLast = end.map { excess <= $0 } ?? true
      let upper = isLast ? excess : end ?? excess
      switch mode {
      case .graduated:
        parts.append(PricedQuantity(quantity: upper - reached, price: tier.price))
        if isLast { return parts }
      case .volume:
        if isLast { return [PricedQuantity(quantity: excess, price: tier.price)] }
      }
      reached = upper
    }
    throw NotDerivable(why: "usage passes the last of the overage tiers")
  }
}
