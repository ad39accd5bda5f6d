/// How an amount between two minor units is settled.
public enum RoundingRule: String, Sendable, CaseIterable {
  /// Halves go away from zero: 0.125 → 0.13, −0.125 → −0.13.
  case halfUp = "half-up"
  /// Halves go to the even minor unit: 0.125 → 0.12, 0.135 → 0.14.
  case halfEven = "half-even"
}

extension RoundingRule {
  func roundsAway(_ isMoreThanHalf: Bool, isHalf: Bool, isOdd: Bool) -> Bool {
    switch self {
    case .halfUp: isMoreThanHalf || isHalf
    case .halfEven: isMoreThanHalf || (isHalf && isOdd)
    }
  }
}

extension Money {
  /// This amount in whole minor units of `currency`.
  public func rounded(
    to currency: Currency, _ rule: RoundingRule = .halfUp
  ) throws(MoneyError) -> Money {
    try rounded(toMultiplesOf: currency.unitsPerMinor, rule)
  }

  /// - Parameter step: one minor unit in steps of 10⁻¹⁸, as `Currency.unitsPerMinor` gives it.
  /// - Throws: `overflow` at the edge of the range.
  public func rounded(
    toMultiplesOf step: Int128, _ rule: RoundingRule
  ) throws(MoneyError) -> Money {
    if let rounded = roundedInOneWord(step, rule) { return rounded }
    let (quotient, remainder) = units.quotientAndRemainder(dividingBy: step)
    let twice = remainder.magnitude * 2
    let away = rule.roundsAway(
      twice > step.magnitude, isHalf: twice == step.magnitude, isOdd: !quotient.isMultiple(of: 2))
    let whole = away ? quotient + (units < 0 ? -1 : 1) : quotient
    let (rounded, overflow) = whole.multipliedReportingOverflow(by: step)
    guard !overflow else { throw .overflow("\(self) rounded") }
    return try Money(units: rounded)
  }

  /// Almost every amount: below nine major units, so that one machine word holds it.
  private func roundedInOneWord(_ step: Int128, _ rule: RoundingRule) -> Money? {
    guard let magnitude = UInt64(exactly: units.magnitude), let step = UInt64(exactly: step),
      magnitude < 1 << 63
    else { return nil }
    let (quotient, remainder) = magnitude.quotientAndRemainder(dividingBy: step)
    let away = rule.roundsAway(
      remainder > step - remainder, isHalf: remainder == step - remainder,
      isOdd: quotient & 1 == 1)
    let rounded = Int128((quotient + (away ? 1 : 0)) * step)
    return Money(validUnits: units < 0 ? -rounded : rounded)
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
