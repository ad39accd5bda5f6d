import Accounting
import Billing
import Reconciliation

/// What a month would have come to, rounded otherwise: straight from the events, with a rounding of
/// its own.
extension Oracle {
  func roundingFindings(
    _ groups: [GroupFinding], _ outcomes: [RequestOutcome]
  ) throws -> [RoundingFinding] {
    let moved = groups.filter { $0.isWholePeriod && ($0.requests > 0 || !$0.posted.isZero) }
    var findings: [RoundingFinding] = []
    for first in moved where !isUnderPlan(first.key) {
      let month = moved.filter {
        $0.key.currency == first.key.currency && $0.key.period == first.key.period
      }
      let billed = month.filter { !isUnderPlan($0.key) }
      for tenant in [nil, first.key.tenant] {
        let shown = billed.filter { tenant == nil || $0.key.tenant == tenant }
        var finding = RoundingFinding(
          tenant: tenant, currency: first.key.currency, period: first.key.period,
          plannedGroups: month.count - billed.count)
        finding.exact = try Money.sum(shown.map(\.recorded))
        finding.posted = try Money.sum(shown.map(\.posted))
        finding.requests = shown.reduce(0) { $0 + $1.requests }
        finding.halfUp = try figures(of: shown, outcomes, isEven: false)
        finding.halfEven = try figures(of: shown, outcomes, isEven: true)
        findings.append(finding)
      }
    }
    return Array(Set(findings))
  }

  /// Per entry, per line, per invoice.
  private func figures(
    of groups: [GroupFinding], _ outcomes: [RequestOutcome], isEven: Bool
  ) throws -> [Money] {
    var sums = [Money.zero, .zero, .zero]
    for group in groups {
      let charges = charged(in: group.key, outcomes).map { $0.charged?.charge ?? .zero }
      for charge in charges {
        try sums[0] += Oracle.nearest(to: charge, in: group.key.currency, isEven)
      }
      try sums[1] += Oracle.nearest(to: Money.sum(charges), in: group.key.currency, isEven)
    }
    for tenant in Set(groups.map(\.key.tenant)) {
      let recorded = try Money.sum(groups.filter { $0.key.tenant == tenant }.map(\.recorded))
      if let currency = groups.first?.key.currency {
        try sums[2] += Oracle.nearest(to: recorded, in: currency, isEven)
      }
    }
    return sums
  }

  /// Of the two whole minor units around an amount the nearer; of two as near, the even one or the
  /// larger in magnitude.
  static func nearest(to amount: Money, in currency: Currency, _ isEven: Bool) throws -> Money {
    let step = currency.minorUnit.units
    var below = amount.units / step
    if below * step > amount.units { below -= 1 }
    let down = amount.units - below * step
    let up = (below + 1) * step - amount.units
    if amount.units == below * step { return amount }
    if down != up { return try Money(units: (down < up ? below : below + 1) * step) }
    if isEven { return try Money(units: (below % 2 == 0 ? below : below + 1) * step) }
    return try Money(units: (amount.isNegative ? below : below + 1) * step)
  }
}
