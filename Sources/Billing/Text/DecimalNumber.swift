import Accounting

/// A decimal number as someone wrote it, with all its digits and its exponent: `1.2500e-06` is 125 at
/// 10⁻⁸. Prices of one token have up to 24 decimals, more than `Money` keeps; multiplied by the size
/// of the unit that they are quoted for, they are exact money.
package struct DecimalNumber: Hashable, Sendable {
  package let isNegative: Bool
  /// The digits from the first to the last that is not zero; zero has none.
  package let digits: String
  /// The power of ten of the last digit.
  package let exponent: Int

  /// An exponent beyond is no number of a book, and would make a text of that many zeros.
  private static let largestExponent = 9_999

  /// Reads `-12.5`, `.5`, `1e-06`; `nil` for what is no decimal number.
  package init?(_ text: some StringProtocol) {
    var isNegative = false
    var digits: [UInt8] = []
    var decimals: Int?
    var hasDigit = false
    var power: Int?
    scan: for (index, byte) in text.utf8.enumerated() {
      switch byte {
      case UInt8(ascii: "-") where index == 0: isNegative = true
      case UInt8(ascii: "+") where index == 0: break
      case UInt8(ascii: ".") where decimals == nil: decimals = 0
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        hasDigit = true
        if let places = decimals { decimals = places + 1 }
        if !digits.isEmpty || byte != UInt8(ascii: "0") { digits.append(byte) }
      case UInt8(ascii: "e"), UInt8(ascii: "E"):
        power = Int(String(decoding: text.utf8.dropFirst(index + 1), as: UTF8.self))
        guard let power, abs(power) <= DecimalNumber.largestExponent else { return nil }
        break scan
      default: return nil
      }
    }
    guard hasDigit else { return nil }
    var exponent = (power ?? 0) - (decimals ?? 0)
    while digits.last == UInt8(ascii: "0") {
      digits.removeLast()
      exponent += 1
    }
    self.isNegative = isNegative && !digits.isEmpty
    self.digits = String(decoding: digits, as: UTF8.self)
    self.exponent = digits.isEmpty ? 0 : exponent
  }

  package var isZero: Bool { digits.isEmpty }

  /// How many decimals it takes to write it out.
  package var decimals: Int { max(0, -exponent) }

  /// This number as money, times 10 to a power.
  ///
  /// - Parameter power: 6 makes the price of a million out of the price of one.
  /// - Throws: `lostDigits` where more than 18 decimals are left, `overflow`.
  package func money(timesTenTo power: Int = 0) throws(MoneyError) -> Money {
    try Money(text(timesTenTo: power))
  }

  /// This number times 10 to a power; `nil` beyond any number of a book.
  package func scaled(byTenTo power: Int) -> DecimalNumber? {
    DecimalNumber((isNegative ? "-" : "") + "0" + digits + "e\(exponent + power)")
  }

  /// The whole number it is, if it is one and fits: `2.56e5` is 256,000.
  package var integer: Int64? {
    exponent < 0 || exponent > 18 ? nil : Int64(text(timesTenTo: 0))
  }

  private func text(timesTenTo power: Int) -> String {
    guard !isZero else { return "0" }
    let sign = isNegative ? "-" : ""
    let exponent = exponent + power
    guard exponent < 0 else { return sign + digits + String(repeating: "0", count: exponent) }
    let missing = max(0, 1 - exponent - digits.utf8.count)
    let padded = String(repeating: "0", count: missing) + digits
    let split = padded.index(padded.endIndex, offsetBy: exponent)
    return sign + padded[..<split] + "." + padded[split...]
  }
}

extension DecimalNumber: CustomStringConvertible {
  /// Written out, without exponent.
  package var description: String { text(timesTenTo: 0) }
}
