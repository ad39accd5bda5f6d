import Accounting
import Billing

extension PolicyMonth {
  /// What a running month comes to by what was used so far, and if that goes on.
  ///
  /// Example: 20 a month billed with the usage, 1,000,000 tokens included, 0.000002 each beyond and
  /// as much for every call; 600,000 tokens for 1.20 in the first 10 of 30 days. So far the month
  /// costs 20.00, a true-up of 18.80. At this rate it is 1,800,000 tokens for 3.60 and costs 21.60, a
  /// true-up of 18.00.
  ///
  /// - Parameters:
  ///   - usage: of each segment up to `through`, in order.
  ///   - through: after the month's start.
  func projection(
    _ usage: [PeriodUsage], through: Instant, carried: Fraction, _ rule: RoundingRule
  ) throws -> Projection {
    func figures(_ usage: [PeriodUsage]) throws -> (usage: Money, charge: Money) {
      let total = try Money.sum(usage.map(\.charge)).rounded(to: currency, rule)
      return (total, try charge(for: usage, carried: carried).amount.rounded(to: currency, rule))
    }
    let now = try figures(usage)
    let later = try figures(forecast(usage, through: through))
    return Projection(
      through: through, usage: now.usage, charge: now.charge,
      accruedTrueUp: try now.charge - now.usage, forecastUsage: later.usage,
      forecastCharge: later.charge, forecastTrueUp: try later.charge - later.usage)
  }

  /// The usage of each segment when the rate since the month's start goes on; tokens and requests
  /// are rounded down to whole ones.
  private func forecast(_ usage: [PeriodUsage], through: Instant) throws -> [PeriodUsage] {
    var total = PeriodUsage()
    for part in usage { total = try total + part }
    let elapsed = Int128(through.microseconds - range.lowerBound.microseconds)
    return try segments.enumerated().map { index, segment in
      let so = index < usage.count ? usage[index] : PeriodUsage()
      let start = max(segment.range.lowerBound, through)
      guard start < segment.range.upperBound else { return so }
      let rest = Int128(segment.range.upperBound.microseconds - start.microseconds)
      let rate = Fraction(rest, over: elapsed)
      func times(_ count: Int128) throws -> Int128 {
        try (Fraction(count, over: 1) * rate).roundedDown(to: .none).units / Money.unitsPerMajor
      }
      let more = PeriodUsage(
        requests: Int(clamping: try times(Int128(total.requests))),
        tokens: try times(total.tokens),
        charge: try (Fraction(total.charge) * rate).rounded(to: currency))
      return try so + more
    }
  }
}
