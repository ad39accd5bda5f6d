import Accounting

/// What a period of a place costs, exact and not yet rounded.
public struct PolicyMonthCharge: Sendable {
  public struct Part: Sendable {
    public let segment: PolicySegment
    public let usage: PeriodUsage
    /// `nil` where the events' charges are the bill.
    public let charge: PlanCharge?

    public var amount: Fraction { charge?.amount ?? Fraction(usage.charge) }
  }

  public let parts: [Part]
  public var amount: Fraction { Fraction.sum(parts.map(\.amount)) }

  /// The parts in whole minor units that come to `total`, what the period costs, rounded.
  public func shares(of total: Money, in currency: Currency) throws(MoneyError) -> [Money] {
    try Money.apportioned(parts.map(\.amount), to: total, in: currency)
  }
}

extension PolicyMonth {
  /// What the period costs: each plan charges its own stretch, for the part of the period that it
  /// takes and the usage in it; where no plan is in force, the events' charges are the bill. The sum
  /// is exact, so that a fee that is split comes to the whole fee again.
  ///
  /// Example: 20 a month up to the 10th, 50 a month for the remaining 21 of 31 days, no usage:
  /// 20 × 10/31 + 50 × 21/31 = 40.322580…, which is 40.32.
  ///
  /// - Parameters:
  ///   - usage: of each segment, in order.
  ///   - carried: what the period before has left, in the unit of the first segment's plan.
  /// - Throws: `NotDerivable` where several policies are in force at once, or a plan lacks a term.
  public func charge(
    for usage: [PeriodUsage], carried: Fraction = .zero
  ) throws(NotDerivable) -> PolicyMonthCharge {
    var parts: [PolicyMonthCharge.Part] = []
    for (index, segment) in segments.enumerated() {
      let used = index < usage.count ? usage[index] : PeriodUsage()
      guard segment.policies.count < 2 else {
        throw NotDerivable(why: "several policies are in force at once")
      }
      let charge = try segment.plan(in: currency)?.charge(
        for: used, over: share(of: segment), carried: index == 0 ? carried : .zero)
      parts.append(PolicyMonthCharge.Part(segment: segment, usage: used, charge: charge))
    }
    return PolicyMonthCharge(parts: parts)
  }

  /// Whether this month's first plan goes on with what the last plan of the month before may have
  /// left: both of one reach, and counting in one unit.
  public func takesRollover(from earlier: PolicyMonth) -> Bool {
    guard let last = earlier.segments.last, let first = segments.first,
      let giving = last.plan(in: currency), let taking = first.plan(in: currency)
    else { return false }
    return giving.rollsOver && taking.includedQuantity != nil
      && giving.includedUnit == taking.includedUnit
      && last.policy?.deployment == first.policy?.deployment
  }

  /// What this month leaves to the next.
  /// - Parameter usage: of each segment, in order.
  public func rollover(for usage: [PeriodUsage]) -> Fraction {
    guard let last = segments.last, let plan = last.plan(in: currency) else { return .zero }
    let used = segments.count <= usage.count ? usage[segments.count - 1] : PeriodUsage()
    return plan.rollover(for: used, over: share(of: last))
  }
}
