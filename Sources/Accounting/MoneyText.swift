extension Money {
  /// Reads a plain decimal such as `-12.3456`: digits, an optional sign and one optional point.
  /// - Throws: `notADecimal`, `lostDigits` (a 19th decimal that is not zero) or `overflow`.
  public init(_ text: some StringProtocol) throws(MoneyError) {
    var units: Int128 = 0
    var decimals: Int?
    var digits = 0
    var negative = false
    for (index, byte) in text.utf8.enumerated() {
      switch byte {
      case UInt8(ascii: "-") where index == 0: negative = true
      case UInt8(ascii: "+") where index == 0: break
      case UInt8(ascii: ".") where decimals == nil: decimals = 0
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        digits += 1
        let digit = Int128(byte - UInt8(ascii: "0"))
        if let places = decimals {
          if places == Money.scale {
            guard digit == 0 else { throw .lostDigits(String(text)) }
            continue
          }
          decimals = places + 1
        }
        units = try Money.append(digit, to: units, of: text)
      default: throw .notADecimal(String(text))
      }
    }
    guard digits > 0 else { throw .notADecimal(String(text)) }
    for _ in (decimals ?? 0)..<Money.scale { units = try Money.append(0, to: units, of: text) }
    try self.init(units: negative ? -units : units)
  }

  private static func append(
    _ digit: Int128, to units: Int128, of text: some StringProtocol
  ) throws(MoneyError) -> Int128 {
    let (shifted, overflow) = units.multipliedReportingOverflow(by: 10)
    let (sum, carry) = shifted.addingReportingOverflow(digit)
    guard !overflow, !carry else { throw .overflow(String(text)) }
    return sum
  }

  /// The decimal text with at least `places` decimals, and as many more as the amount has.
  public func text(places: Int) -> String {
    let (whole, fraction) = units.magnitude.quotientAndRemainder(
      dividingBy: UInt128(Money.unitsPerMajor))
    // Less than 10¹⁸, which fits.
    var decimals = UInt64(fraction)
    var count = Money.scale
    while count > places, decimals.isMultiple(of: 10) {
      decimals /= 10
      count -= 1
    }
    let text = (isNegative ? "-" : "") + String(whole)
    guard count > 0 else { return text }
    let digits = String(decimals)
    return text + "." + String(repeating: "0", count: count - digits.utf8.count) + digits
  }

  /// The decimal text as `currency` writes it: `12.40` dollars, `12` yen; more places only where
  /// the amount has them.
  public func text(in currency: Currency) -> String { text(places: currency.minorUnits) }
}

extension Money: CustomStringConvertible {
  /// The shortest exact decimal text.
  public var description: String { text(places: 0) }
}
