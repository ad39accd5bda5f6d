import Accounting
import Billing

/// Amounts and quantities of one month as whole numbers: of the 10⁻⁹ of a quantity or price, or the
/// 10⁻¹⁸ of an amount, times the seconds of the month and of the month before it. So fee, allowance and what
/// is carried over are whole, however the months are split.
struct PlanSums {
  private static let scale: Int128 = 1_000_000_000

  /// Seconds.
  let month: Int128
  let before: Int128
  private var carried: Int128 = 0

  init(month: Int128, before: Int128) {
    self.month = month
    self.before = before
  }

  private func billionths(_ amount: Money) -> Int128 {
    let step = Money.unitsPerMajor / Self.scale
    precondition(amount.units % step == 0, "\(amount) has more than 9 decimals")
    return amount.units / step
  }

  func money(_ amount: Money) -> Int128 { billionths(amount) * Self.scale * month * before }

  private func used(_ events: [UsageEvent], _ unit: String?) -> Int128? {
    var used: Int128 = 0
    for event in events {
      switch unit {
      case "token": used += event.tokens.total * Self.scale
      case "request": used += Self.scale
      case "charge": used += billionths(event.charge ?? .zero)
      default: return nil
      }
    }
    if let unit, ["token", "request", "charge"].contains(unit) { return used * month * before }
    return nil
  }

  mutating func carry(_ plan: Plan, _ seconds: Int128, _ events: [UsageEvent]) {
    guard let used = used(events, plan.includedUnit) else { return }
    let included = billionths(plan.includedQuantity ?? .zero) * seconds * month
    let cap = billionths(plan.rolloverCap ?? .zero) * month * before
    carried = included - used
    if carried > cap { carried = cap }
    if carried < 0 { carried = 0 }
  }

  func charge(
    _ plan: Plan, _ seconds: Int128, _ events: [UsageEvent], isFirst: Bool
  ) -> Int128? {
    func money(_ amount: Money?) -> Int128 {
      billionths(amount ?? .zero) * Self.scale * seconds * before
    }
    var total = plan.baseFeeInUsage ? money(plan.baseFee) : 0
    if let included = plan.includedQuantity {
      guard let used = used(events, plan.includedUnit) else { return nil }
      let free = billionths(included) * seconds * before + (isFirst ? carried : 0)
      if used > free {
        guard let overage = overage(plan, used - free, seconds) else { return nil }
        total += overage
      }
    }
    guard let minimum = plan.minimumCharge else { return total }
    return total < money(minimum) ? money(minimum) : total
  }

  private func overage(_ plan: Plan, _ excess: Int128, _ seconds: Int128) -> Int128? {
    guard let tiers = plan.overageTiers else {
      return plan.overagePrice.map { excess * billionths($0) }
    }
    var total: Int128 = 0
    var below: Int128 = 0
    for tier in tiers.tiers {
      let price = billionths(tier.price)
      let bound = tier.upTo.map { billionths($0) * seconds * before }
      if bound == nil || excess <= bound! {
        return tiers.mode == .volume ? excess * price : total + (excess - below) * price
      }
      total += (bound! - below) * price
      below = bound!
    }
    return nil
  }

  func rounded(
    _ total: Int128, to currency: Currency, _ rule: RoundingRule
  ) throws -> Money {
    var scale: Int128 = Self.scale * Self.scale * month * before
    for _ in 0..<currency.minorUnits { scale /= 10 }
    let size = total < 0 ? -total : total
    var minor = size / scale
    let twice = size % scale * 2
    if twice > scale || (twice == scale && (rule == .halfUp || minor % 2 == 1)) { minor += 1 }
    return Money(minorUnits: Int64(total < 0 ? -minor : minor), of: currency)
  }
}
