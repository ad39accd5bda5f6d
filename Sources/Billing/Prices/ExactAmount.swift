import Accounting

/// An exact amount in major units that may need more decimals than `Money` has, such as one token at
/// 0.08142857142857142 a million. A fraction like `Fraction`, but one machine number over another:
/// made to rate calls by the million.
///
/// Nothing is rounded. What leaves the range of `Int128` is `nil`, and so a reason not to price the
/// call; real prices and calls stay ten orders of magnitude below it.
public struct ExactAmount: Sendable {
  /// In `Money`'s steps of 10⁻¹⁸, times `denominator`.
  let numerator: Int128
  /// Above zero.
  let denominator: Int128

  public static let zero = ExactAmount(numerator: 0, denominator: 1)

  private init(numerator: Int128, denominator: Int128) {
    self.numerator = numerator
    self.denominator = denominator
  }

  public init(_ money: Money) { self.init(numerator: money.units, denominator: 1) }

  /// `quantity` units at `price` for each `size` of them.
  /// - Parameter size: above zero.
  init?(_ quantity: Int128, at price: Money, per size: Int64) {
    let (product, overflow) = quantity.multipliedReportingOverflow(by: price.units)
    guard !overflow, product != .min, size > 0 else { return nil }
    self.init(numerator: product, denominator: Int128(size))
  }

  /// `nil` beyond the range.
  public static func + (left: ExactAmount, right: ExactAmount) -> ExactAmount? {
    guard left.denominator != right.denominator else {
      let (sum, overflow) = left.numerator.addingReportingOverflow(right.numerator)
      return overflow || sum == .min
        ? nil : ExactAmount(numerator: sum, denominator: left.denominator)
    }
    let common = greatestCommonDivisor(left.denominator, right.denominator)
    guard let first = left.expanded(by: right.denominator / common),
      let second = right.expanded(by: left.denominator / common)
    else { return nil }
    return first + second
  }

  public static prefix func - (amount: ExactAmount) -> ExactAmount {
    ExactAmount(numerator: -amount.numerator, denominator: amount.denominator)
  }

  private func expanded(by factor: Int128) -> ExactAmount? {
    let (top, overflow) = numerator.multipliedReportingOverflow(by: factor)
    let (bottom, tooLarge) = denominator.multipliedReportingOverflow(by: factor)
    return overflow || tooLarge || top == .min
      ? nil : ExactAmount(numerator: top, denominator: bottom)
  }

  /// `nil` beyond the range.
  /// - Parameters:
  ///   - factor: any.
  ///   - divisor: above zero.
  public func times(_ factor: Int128, over divisor: Int128 = 1) -> ExactAmount? {
    let common = greatestCommonDivisor(factor, divisor)
    let shared = greatestCommonDivisor(numerator, divisor / common)
    let (top, overflow) = (numerator / shared).multipliedReportingOverflow(by: factor / common)
    let (bottom, tooLarge) = denominator.multipliedReportingOverflow(by: divisor / common / shared)
    return overflow || tooLarge || top == .min
      ? nil : ExactAmount(numerator: top, denominator: bottom)
  }

  public var isZero: Bool { numerator == 0 }

  /// - Throws: `lostDigits` where 18 decimals do not hold it, `overflow`.
  public func money() throws(MoneyError) -> Money { try fraction.exactMoney() }

  public var fraction: Fraction {
    Fraction(numerator, over: denominator) * Fraction(1, over: Money.unitsPerMajor)
  }

  /// This amount at so many decimals.
  ///
  /// learnpro records its costs like this, at six decimals and halves up.
  /// - Parameter decimals: 0 to 18.
  /// - Throws: `overflow`.
  public func rounded(
    toDecimals decimals: Int, _ rule: RoundingRule = .halfUp
  ) throws(MoneyError) -> Money {
    let (whole, rest) = numerator.quotientAndRemainder(dividingBy: denominator)
    guard rest != 0 else {
      return try Money(units: whole).rounded(toMultiplesOf: ExactAmount.step(decimals), rule)
    }
    // What lies beyond 18 decimals only tells on which side of a half the amount is.
    let step = ExactAmount.step(decimals)
    let (multiple, remainder) = whole.quotientAndRemainder(dividingBy: step)
    let isMore: Bool
    if step == 1 {
      let twice = rest.magnitude * 2
      isMore =
        twice > denominator.magnitude
        || (twice == denominator.magnitude && (rule == .halfUp || !multiple.isMultiple(of: 2)))
    } else {
      isMore = remainder.magnitude * 2 >= step.magnitude
    }
    let away: Int128 = numerator < 0 ? -1 : 1
    return try Money(units: (multiple + (isMore ? away : 0)) * step)
  }

  static func step(_ decimals: Int) -> Int128 {
    (min(max(decimals, 0), Money.scale)..<Money.scale).reduce(1) { step, _ in step * 10 }
  }
}

extension ExactAmount: Comparable {
  public static func == (left: ExactAmount, right: ExactAmount) -> Bool {
    left.denominator == right.denominator
      ? left.numerator == right.numerator : left.fraction == right.fraction
  }

  public static func < (left: ExactAmount, right: ExactAmount) -> Bool {
    left.denominator == right.denominator
      ? left.numerator < right.numerator : left.fraction < right.fraction
  }
}

extension ExactAmount: CustomStringConvertible {
  public var description: String { fraction.text }
}

/// Of the absolute values; one of the two is not zero.
private func greatestCommonDivisor(_ left: Int128, _ right: Int128) -> Int128 {
  var (divisor, rest) = (left.magnitude, right.magnitude)
  while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
  return Int128(divisor)
}
