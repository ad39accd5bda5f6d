import Accounting

/// PostgreSQL's binary `numeric`: four 16-bit words (number of digits, weight of the first, sign,
/// decimals shown), then digits of base 10,000. Source: `numeric_send` in the server.
package enum PostgresNumeric {
  /// Amounts from here on count as overflow, so that the server's control totals can leave out the
  /// same ones with a plain comparison. `Money` itself would reach 1.7 times as far.
  package static let limit = "1e20"

  private static let negative: UInt16 = 0x4000
  private static let notFinite: [UInt16: String] = [
    0xC000: "NaN", 0xD000: "Infinity", 0xF000: "-Infinity",
  ]

  /// - Throws: `notFinite` for NaN and infinities, `overflow` from 10²⁰ on, `lostDigits` for a 19th
  ///   decimal that is not zero, `notADecimal` for bytes that are no numeric.
  package static func decode(_ bytes: UnsafeRawBufferPointer) throws(MoneyError) -> Money {
    if let start = bytes.baseAddress, let money = decodeSmall(start, bytes.count) { return money }
    let number = try Words(bytes)
    if let name = notFinite[number.sign] { throw .notFinite(name) }
    // A digit's worth in Money's steps is 10^exponent; digits of base 10,000 are four apart.
    var exponent = 4 * number.weight + Money.scale
    var units: Int128 = 0
    for index in 0..<number.count {
      let digit = Int128(number.digit(index))
      guard digit == 0 || exponent < 38 else { throw .overflow(number.text) }
      switch exponent {
      case 0...:
        guard digit != 0 else { break }
        let (worth, over) = digit.multipliedReportingOverflow(by: powersOfTen[exponent])
        let (sum, carry) = units.addingReportingOverflow(worth)
        guard !over, !carry else { throw .overflow(number.text) }
        units = sum
      case -3..<0:
        let (quotient, rest) = digit.quotientAndRemainder(dividingBy: powersOfTen[-exponent])
        guard rest == 0 else { throw .lostDigits(number.text) }
        units += quotient
      default:
        guard digit == 0 else { throw .lostDigits(number.text) }
      }
      exponent -= 4
    }
    guard units < powersOfTen[38] else { throw .overflow(number.text) }
    return try Money(units: number.sign == negative ? -units : units)
  }

  /// Almost every amount: four digits of base 10,000 at most, and nothing to complain of.
  /// - Returns: `nil` for any other.
  @inline(__always)
  static func decodeSmall(_ bytes: UnsafeRawPointer, _ length: Int) -> Money? {
    guard length >= 8, length <= 16 else { return nil }
    // Number of digits, weight of the first, sign, decimals shown.
    let words = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
    let count = Int(words >> 48)
    let sign = UInt16(truncatingIfNeeded: words >> 16)
    guard length == 8 + 2 * count, sign & ~negative == 0 else { return nil }
    guard count > 0 else { return sign == 0 ? .zero : nil }
    guard let worth = worth(Int(Int16(truncatingIfNeeded: words >> 32)) - count + 1) else {
      return nil
    }
    var digits: UInt64 = 0
    for index in 0..<count {
      let digit = UInt16(
        bigEndian: bytes.loadUnaligned(fromByteOffset: 8 + 2 * index, as: UInt16.self))
      guard digit <= 9999 else { return nil }
      digits = digits &* 10_000 &+ UInt64(digit)
    }
    // Below 10¹⁶ × 10¹⁸.
    let units = digits.multipliedFullWidth(by: worth)
    let magnitude = Int128(truncatingIfNeeded: units.high) << 64 | Int128(units.low)
    return try? Money(units: sign == 0 ? magnitude : 0 &- magnitude)
  }

  /// What one stands for in steps of `Money`, that many digits of base 10,000 up; where it is whole
  /// and fits a machine word.
  @inline(__always)
  private static func worth(_ exponent: Int) -> UInt64? {
    switch exponent {
    case 0: 1_000_000_000_000_000_000
    case -1: 100_000_000_000_000
    case -2: 10_000_000_000
    case -3: 1_000_000
    case -4: 100
    default: nil
    }
  }

  private static let powersOfTen: [Int128] = (0...38).map { exponent in
    (0..<exponent).reduce(Int128(1)) { power, _ in power * 10 }
  }

  /// The four leading words, checked against the length.
  private struct Words {
    let bytes: UnsafeRawBufferPointer
    let count: Int
    let weight: Int
    let sign: UInt16
    let decimals: Int

    init(_ bytes: UnsafeRawBufferPointer) throws(MoneyError) {
      func word(_ index: Int) -> UInt16 {
        UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
      }
      guard bytes.count >= 8, bytes.count == 8 + 2 * Int(word(0)) else {
        throw .notADecimal("numeric of \(bytes.count) bytes")
      }
      self.bytes = bytes
      count = Int(word(0))
      weight = Int(Int16(bitPattern: word(1)))
      sign = word(2)
      decimals = Int(word(3))
      guard sign == 0 || sign == negative || notFinite[sign] != nil else {
        throw .notADecimal("numeric of sign \(sign)")
      }
      for index in 0..<count where digit(index) > 9999 {
        throw .notADecimal("numeric with the digit \(digit(index))")
      }
    }

    func digit(_ index: Int) -> UInt16 {
      UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 8 + 2 * index, as: UInt16.self))
    }

    /// As the server prints it, cut where it gets longer than anyone reads.
    var text: String {
      let longest = 60
      var text = sign == negative ? "-" : ""
      if weight < 0 { text += "0" }
      for position in 0..<max(weight + 1, 0) where text.utf8.count <= longest {
        let digits = String(position < count ? digit(position) : 0)
        text += position == 0 ? digits : padded(digits)
      }
      if decimals > 0, text.utf8.count <= longest {
        var fraction = ""
        var position = weight + 1
        while fraction.utf8.count < min(decimals, longest) {
          let isHeld = position >= 0 && position < count
          fraction += padded(String(isHeld ? digit(position) : 0))
          position += 1
        }
        text += "." + fraction.prefix(decimals)
      }
      return text.utf8.count > longest ? text.prefix(longest) + "…" : text
    }

    private func padded(_ digits: String) -> String {
      String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }
  }
}
