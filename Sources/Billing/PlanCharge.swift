import Accounting

/// What a plan costs over a stretch of a period, exact and not yet rounded, with all that it is
/// made of.
public struct PlanCharge: Sendable {
  /// 1 for a whole period.
  public let share: Fraction
  /// The base fee of the stretch, where it is billed with the usage.
  public let fee: Fraction?
  /// In the plan's unit; `nil` where everything is included.
  public let quantities: Quantities?
  public let overage: [PricedQuantity]
  /// What the minimum charge adds.
  public let topUp: Fraction
  public let amount: Fraction

  public struct Quantities: Sendable {
    public let used: Fraction
    /// Of the stretch's own.
    public let included: Fraction
    /// Left of the period before.
    public let carried: Fraction
  }
}

extension Plan {
  /// What a stretch of a period costs under this plan:
  /// base fee (if billed with the usage) + what is used past the allowance × overage price, and the
  /// minimum charge at least. Fee, allowance, bounds of tiers and minimum are the period's times
  /// `share`; what is carried over is not shortened, for it was earned already.
  ///
  /// Example: base fee 20 billed in usage, 1,000,000 tokens included, 0.000002 each beyond:
  /// 1,500,000 tokens cost 20 + 500,000 × 0.000002 = 21.00. No usage costs 20.
  ///
  /// Example: the same from the 17th of a month of 30 days, 14/30 of it, with 700,000 tokens:
  /// 9.333… + (700,000 − 466,666.666…) × 0.000002 = 9.80.
  ///
  /// Example: with a minimum charge of 25, no usage costs 25, and so do 3,500,000 tokens.
  ///
  /// Example: with 300,000 tokens carried over, 1,500,000 tokens cost 20 + 200,000 × 0.000002 = 20.40.
  ///
  /// - Parameters:
  ///   - usage: of the stretch alone.
  ///   - share: of the period.
  ///   - carried: from the period before, in the plan's unit.
  /// - Throws: `NotDerivable` when the plan lacks a term it needs.
  public func charge(
    for usage: PeriodUsage, over share: Fraction, carried: Fraction = .zero
  ) throws(NotDerivable) -> PlanCharge {
    let fee = baseFeeInUsage ? baseFee.map { Fraction($0) * share } : nil
    var quantities: PlanCharge.Quantities?
    var overage: [PricedQuantity] = []
    if let includedQuantity {
      guard let used = usage.quantity(in: includedUnit) else {
        throw NotDerivable(why: "the included unit '\(includedUnit ?? "NULL")' is not known")
      }
      let included = Fraction(includedQuantity) * share
      quantities = PlanCharge.Quantities(used: used, included: included, carried: carried)
      let excess = used - included - carried
      if excess > .zero { overage = try priced(excess, over: share) }
    }
    let charge = Fraction.sum([fee ?? .zero] + overage.map(\.amount))
    let amount = max(charge, minimumCharge.map { Fraction($0) * share } ?? charge)
    return PlanCharge(
      share: share, fee: fee, quantities: quantities, overage: overage, topUp: amount - charge,
      amount: amount)
  }

  private func priced(
    _ excess: Fraction, over share: Fraction
  ) throws(NotDerivable) -> [PricedQuantity] {
    if let overageTiers { return try overageTiers.split(excess, over: share) }
    guard let overagePrice else {
      throw NotDerivable(why: "usage passes the included quantity and there is no overage price")
    }
    return [PricedQuantity(quantity: excess, price: overagePrice)]
  }

  /// What of a stretch's allowance was not used and is carried to the next period. The allowance is
  /// used before what was carried to it, so that what is carried lasts one period and no longer.
  ///
  /// Example: 1,000 included, 700 used, at most 200 carried: 200.
  public func rollover(for usage: PeriodUsage, over share: Fraction) -> Fraction {
    guard let rolloverCap, let includedQuantity, let used = usage.quantity(in: includedUnit) else {
      return .zero
    }
    return max(.zero, min(Fraction(rolloverCap), Fraction(includedQuantity) * share - used))
  }

  /// What a whole period costs, exact.
  /// - Throws: `NotDerivable` also where that needs more than 18 decimals.
  public func charge(for usage: PeriodUsage) throws(NotDerivable) -> Money {
    let charge = try charge(for: usage, over: .one)
    do throws(MoneyError) {
      return try charge.amount.exactMoney()
    } catch {
      throw NotDerivable(why: error.description)
    }
  }
}
