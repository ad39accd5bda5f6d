/// An exact amount in major units of a currency that its owner names: 10⁻¹⁸ steps held in an
/// `Int128`, so ±1.7 × 10²⁰ major units. Nothing rounds, wraps or loses a digit without being told
/// to: what does not fit is thrown.
public struct Money: Hashable, Sendable, BitwiseCopyable {
  /// Number of decimal places that are kept.
  public static let scale = 18
  /// Steps in one major unit: 10¹⁸.
  public static let unitsPerMajor: Int128 = 1_000_000_000_000_000_000
  public static let zero = Money(validUnits: 0)

  /// The amount in steps of 10⁻¹⁸ major units. Never `Int128.min`, so that negation is total.
  public let units: Int128

  init(validUnits: Int128) { units = validUnits }

  /// - Parameter units: steps of 10⁻¹⁸ major units.
  /// - Throws: `MoneyError.overflow` for `Int128.min`, the one value without a negative.
  public init(units: Int128) throws(MoneyError) {
    guard units != .min else { throw .overflow("10^-18 steps") }
    self.units = units
  }

  /// A whole number of minor units (cents, fils, yen) of `currency`.
  public init(minorUnits: Int64, of currency: Currency) {
    units = Int128(minorUnits) * currency.unitsPerMinor
  }

  public var isZero: Bool { units == 0 }
  public var isNegative: Bool { units < 0 }
  /// −1, 0 or 1.
  public var sign: Int { units.signum() == 0 ? 0 : (units < 0 ? -1 : 1) }
  public var magnitude: Money { units < 0 ? -self : self }

  public static func + (left: Money, right: Money) throws(MoneyError) -> Money {
    let (sum, overflow) = left.units.addingReportingOverflow(right.units)
    guard !overflow, sum != .min else { throw .overflow("\(left) + \(right)") }
    return Money(validUnits: sum)
  }

  public static func - (left: Money, right: Money) throws(MoneyError) -> Money {
    try left + -right
  }

  public static func += (left: inout Money, right: Money) throws(MoneyError) {
    left = try left + right
  }

  public static func -= (left: inout Money, right: Money) throws(MoneyError) {
    left = try left - right
  }

  public static prefix func - (money: Money) -> Money { Money(validUnits: -money.units) }

  /// The exact sum; the order of the terms does not matter unless a partial sum overflows.
  public static func sum(_ terms: some Sequence<Money>) throws(MoneyError) -> Money {
    var total = Money.zero
    for term in terms { try total += term }
    return total
  }

  /// This amount `count` times.
  public func times(_ count: Int128) throws(MoneyError) -> Money {
    let (product, overflow) = units.multipliedReportingOverflow(by: count)
    guard !overflow, product != .min else { throw .overflow("\(self) × \(count)") }
    return Money(validUnits: product)
  }

  /// The exact product of two decimals (a price and a quantity, say).
  /// - Throws: `lostDigits` when the product needs more than 18 decimals, `overflow` when it is
  ///   too large.
  public func times(_ factor: Money) throws(MoneyError) -> Money {
    let wide = units.magnitude.multipliedFullWidth(by: factor.units.magnitude)
    let steps = UInt128(Money.unitsPerMajor)
    guard wide.high < steps else { throw .overflow("\(self) × \(factor)") }
    let (quotient, remainder) = steps.dividingFullWidth(wide)
    guard remainder == 0 else { throw .lostDigits("\(self) × \(factor)") }
    guard let magnitude = Int128(exactly: quotient) else {
      throw .overflow("\(self) × \(factor)")
    }
    return Money(validUnits: sign * factor.sign < 0 ? -magnitude : magnitude)
  }

  /// This amount shared by `divisor`, where that comes out even.
  /// - Throws: `lostDigits` when the quotient needs more than 18 decimals, or `divisor` is 0.
  public func divided(exactlyBy divisor: Int128) throws(MoneyError) -> Money {
    guard divisor != 0 else { throw .lostDigits("\(self) ÷ 0") }
    let (quotient, remainder) = units.quotientAndRemainder(dividingBy: divisor)
    guard remainder == 0 else { throw .lostDigits("\(self) ÷ \(divisor)") }
    return Money(validUnits: quotient)
  }
}

extension Money: Comparable {
  public static func < (left: Money, right: Money) -> Bool { left.units < right.units }
}

/// Why an amount could not be had exactly. The text names the value or the sum at fault.
public enum MoneyError: Error, Hashable, Sendable {
  /// Outside ±1.7 × 10²⁰ major units.
  case overflow(String)
  /// More than 18 decimals would be needed.
  case lostDigits(String)
  /// NaN, +∞ or −∞, as PostgreSQL's `numeric` can hold them; the text says which.
  case notFinite(String)
  /// Text that is no plain decimal number.
  case notADecimal(String)
}

extension MoneyError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .overflow(let what): "\(what) is larger than ±170,141,183,460,469,231,731 major units"
    case .lostDigits(let what): "\(what) needs more than \(Money.scale) decimals"
    case .notFinite(let what): "\(what) is not a finite number"
    case .notADecimal(let what): "'\(what)' is not a decimal number"
    }
  }
}
