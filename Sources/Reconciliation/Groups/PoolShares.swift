import Accounting
import Billing

/// Shares a pool's allowance and what it owes out to its deployments, in proportion to what each
/// used in the plan's own unit, by largest remainder.
///
/// Example: 1,000,000 tokens included and 0.40 owed, of 900,000 and 300,000 tokens used: 750,000 and
/// 250,000 of the allowance, 0.30 and 0.10 of the charge.
struct PoolShares {
  private let key: GroupKey
  /// What is included in the month, what was carried to it with it; `nil` where that is no one
  /// number.
  private let allowance: Fraction?
  private let unit: String?

  init(_ key: GroupKey, _ charge: PolicyMonthCharge?) {
    self.key = key
    let plans = charge?.parts.filter { $0.charge != nil } ?? []
    let units = Set(plans.map { $0.segment.plan(in: key.currency)?.includedUnit })
    let quantities = plans.compactMap { $0.charge?.quantities }
    let isOneNumber = units.count == 1 && quantities.count == plans.count
    unit = isOneNumber ? units.first ?? nil : nil
    allowance = isOneNumber ? Fraction.sum(quantities.map { $0.included + $0.carried }) : nil
  }

  /// - Parameter members: what was used by place.
  func shares(
    of due: Money, over members: [GroupKey: PeriodUsage]
  ) throws(MoneyError) -> [DeploymentShare] {
    let places = members.keys.sorted()
    guard !places.isEmpty else { return [] }
    let used = places.map { place in
      let usage = members[place] ?? PeriodUsage()
      return max(.zero, usage.quantity(in: unit) ?? Fraction(usage.charge))
    }
    let dues = try Self.parts(of: due, by: used, in: key.currency)
    // Tokens and requests are whole; charges are money.
    let step = unit == "charge" ? key.currency : Currency.none
    var allowances: [Money]?
    if let allowance {
      allowances = try Self.parts(of: allowance.rounded(to: step), by: used, in: step)
    }
    return places.enumerated().map { index, place in
      let usage = members[place] ?? PeriodUsage()
      return DeploymentShare(
        deployment: place.deployment, requests: usage.requests,
        tokens: Int(clamping: usage.tokens), recorded: usage.charge,
        allowance: allowances?[index], due: dues[index])
    }
  }

  private static func parts(
    of total: Money, by weights: [Fraction], in currency: Currency
  ) throws(MoneyError) -> [Money] {
    let sum = Fraction.sum(weights)
    let fair = Fraction(1, over: Int128(weights.count))
    let parts = weights.map { Fraction(total) * (sum.isZero ? fair : $0 / sum) }
    return try Money.apportioned(parts, to: total, in: currency)
  }
}
