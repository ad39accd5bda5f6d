/// A whole number of any size: what the parts of exact fractions grow to. Slow beside `Int128`, and
/// used for a handful of amounts of a group, never for a row.
struct WideInteger: Sendable {
  /// Zero is not negative.
  private(set) var isNegative: Bool
  /// Least significant first, without leading zeros; zero has none.
  private var limbs: [UInt64]

  private init(isNegative: Bool, limbs: [UInt64]) {
    var limbs = limbs
    while limbs.last == 0 { limbs.removeLast() }
    self.limbs = limbs
    self.isNegative = isNegative && !limbs.isEmpty
  }

  init(_ value: Int128) {
    let magnitude = value.magnitude
    self.init(
      isNegative: value < 0,
      limbs: [UInt64(truncatingIfNeeded: magnitude), UInt64(truncatingIfNeeded: magnitude >> 64)])
  }

  var isZero: Bool { limbs.isEmpty }
  /// −1, 0 or 1.
  var sign: Int { isZero ? 0 : isNegative ? -1 : 1 }
  var magnitude: WideInteger { WideInteger(isNegative: false, limbs: limbs) }
  var isOdd: Bool { (limbs.first ?? 0) & 1 == 1 }

  /// The same number, where it fits.
  var int128: Int128? {
    guard limbs.count <= 2 else { return nil }
    let low = UInt128(limbs.first ?? 0)
    let magnitude = limbs.count == 2 ? UInt128(limbs[1]) << 64 | low : low
    guard let value = Int128(exactly: magnitude) else { return nil }
    return isNegative ? -value : value
  }

  static prefix func - (value: WideInteger) -> WideInteger {
    WideInteger(isNegative: !value.isNegative, limbs: value.limbs)
  }

  static func + (left: WideInteger, right: WideInteger) -> WideInteger {
    if left.isNegative == right.isNegative {
      return WideInteger(isNegative: left.isNegative, limbs: sum(left.limbs, right.limbs))
    }
    return precedes(left.limbs, right.limbs)
      ? WideInteger(isNegative: right.isNegative, limbs: difference(right.limbs, left.limbs))
      : WideInteger(isNegative: left.isNegative, limbs: difference(left.limbs, right.limbs))
  }

  static func - (left: WideInteger, right: WideInteger) -> WideInteger { left + -right }

  static func * (left: WideInteger, right: WideInteger) -> WideInteger {
    var product = [UInt64](repeating: 0, count: left.limbs.count + right.limbs.count)
    for (place, limb) in left.limbs.enumerated() {
      var carry: UInt128 = 0
      for (further, other) in right.limbs.enumerated() {
        let total = UInt128(limb) * UInt128(other) + UInt128(product[place + further]) + carry
        product[place + further] = UInt64(truncatingIfNeeded: total)
        carry = total >> 64
      }
      product[place + right.limbs.count] = UInt64(truncatingIfNeeded: carry)
    }
    return WideInteger(isNegative: left.isNegative != right.isNegative, limbs: product)
  }

  /// The quotient rounded towards zero, and what is left, with the sign of the dividend.
  func quotientAndRemainder(
    dividingBy divisor: WideInteger
  ) -> (quotient: WideInteger, remainder: WideInteger) {
    precondition(!divisor.isZero, "division by zero")
    if let small = int128, let other = divisor.int128 {
      let (quotient, remainder) = small.quotientAndRemainder(dividingBy: other)
      return (WideInteger(quotient), WideInteger(remainder))
    }
    var quotient = [UInt64](repeating: 0, count: limbs.count)
    var rest: [UInt64] = []
    for bit in stride(from: limbs.count * 64 - 1, through: 0, by: -1) {
      WideInteger.double(&rest, adding: limbs[bit / 64] >> UInt64(bit % 64) & 1)
      guard !WideInteger.precedes(rest, divisor.limbs) else { continue }
      rest = WideInteger.difference(rest, divisor.limbs)
      while rest.last == 0 { rest.removeLast() }
      quotient[bit / 64] |= 1 << UInt64(bit % 64)
    }
    return (
      WideInteger(isNegative: isNegative != divisor.isNegative, limbs: quotient),
      WideInteger(isNegative: isNegative, limbs: rest)
    )
  }

  // MARK: Magnitudes

  private static func precedes(_ left: [UInt64], _ right: [UInt64]) -> Bool {
    if left.count != right.count { return left.count < right.count }
    return left.reversed().lexicographicallyPrecedes(right.reversed())
  }

  private static func sum(_ left: [UInt64], _ right: [UInt64]) -> [UInt64] {
    var total: [UInt64] = []
    var carry: UInt128 = 0
    for place in 0..<max(left.count, right.count) {
      carry += UInt128(place < left.count ? left[place] : 0)
      carry += UInt128(place < right.count ? right[place] : 0)
      total.append(UInt64(truncatingIfNeeded: carry))
      carry >>= 64
    }
    total.append(UInt64(carry))
    return total
  }

  /// - Parameter right: no larger than `left`.
  private static func difference(_ left: [UInt64], _ right: [UInt64]) -> [UInt64] {
    var rest = left
    var borrow = false
    for place in rest.indices {
      let taken = place < right.count ? right[place] : 0
      let (part, first) = rest[place].subtractingReportingOverflow(taken)
      let (whole, second) = part.subtractingReportingOverflow(borrow ? 1 : 0)
      rest[place] = whole
      borrow = first || second
    }
    return rest
  }

  private static func double(_ limbs: inout [UInt64], adding bit: UInt64) {
    var carry = bit
    for place in limbs.indices {
      let next = limbs[place] >> 63
      limbs[place] = limbs[place] << 1 | carry
      carry = next
    }
    if carry != 0 { limbs.append(carry) }
  }
}

extension WideInteger: Comparable {
  static func == (left: WideInteger, right: WideInteger) -> Bool {
    left.isNegative == right.isNegative && left.limbs == right.limbs
  }

  static func < (left: WideInteger, right: WideInteger) -> Bool { (left - right).isNegative }
}
