/// How an amount between two minor units is settled.
public enum RoundingRule: String, Sendable, CaseIterable {
  /// Halves go away from zero: 0.125 → 0.13, −0.125 → −0.13.
  case halfUp = "half-up"
  /// Halves go to the even minor unit: 0.125 → 0.12, 0.135 → 0.14.
  case halfEven = "half-even"
}

extension Money {
  /// This amount in whole minor units of `currency`.
  public func rounded(
    to currency: Currency, _ rule: RoundingRule = .halfUp
  ) throws(MoneyError) -> Money {
    let step = currency.unitsPerMinor
    let (quotient, remainder) = units.quotientAndRemainder(dividingBy: step)
    let twice = remainder.magnitude * 2
    let half = step.magnitude
    let away: Bool =
      switch rule {
      case .halfUp: twice >= half
      case .halfEven: twice > half || (twice == half && !quotient.isMultiple(of: 2))
      }
    let whole = away ? quotient + (units < 0 ? -1 : 1) : quotient
    let (rounded, overflow) = whole.multipliedReportingOverflow(by: step)
    guard !overflow else { throw .overflow("\(self) rounded") }
    return try Money(units: rounded)
  }

  /// Whether this is a whole number of `currency`'s minor units.
  public func isWhole(in currency: Currency) -> Bool {
    units.isMultiple(of: currency.unitsPerMinor)
  }

  /// The number of minor units, where the amount is whole and fits.
  public func minorUnits(of currency: Currency) -> Int64? {
    isWhole(in: currency) ? Int64(exactly: units / currency.unitsPerMinor) : nil
  }
}
