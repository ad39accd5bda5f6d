extension Money {
  /// Shares this amount out in proportion to `weights`, in whole minor units of `currency`, by
  /// largest remainder: every share is its exact part rounded down or up, the shares come to the
  /// amount again, and of equal remainders the earlier share gets the unit.
  ///
  /// - Parameters:
  ///   - weights: none negative; where all are zero the shares are equal.
  ///   - currency: whose minor unit is the step. The amount must be whole in it.
  /// - Throws: `lostDigits` when the amount is not whole, `notADecimal` when there is no weight or
  ///   a negative one, `overflow`.
  ///
  /// Example: 1.00 USD over 1 : 1 : 1 is 0.34, 0.33, 0.33.
  public func allocated(
    over weights: [Int64], in currency: Currency
  ) throws(MoneyError) -> [Money] {
    guard isWhole(in: currency) else { throw .lostDigits("\(self) in \(currency)") }
    guard !weights.isEmpty, weights.allSatisfy({ $0 >= 0 }) else {
      throw .notADecimal("weights \(weights)")
    }
    let parts = weights.allSatisfy { $0 == 0 } ? weights.map { _ in 1 } : weights
    let total = parts.reduce(Int128(0)) { $0 + Int128($1) }
    let steps = units.magnitude / currency.unitsPerMinor.magnitude

    var shares: [UInt128] = []
    var remainders: [UInt128] = []
    for part in parts {
      let wide = steps.multipliedFullWidth(by: UInt128(part))
      let (quotient, remainder) = UInt128(total).dividingFullWidth(wide)
      shares.append(quotient)
      remainders.append(remainder)
    }
    let left = Int(steps - shares.reduce(0, +))
    let order = parts.indices.sorted {
      remainders[$0] != remainders[$1] ? remainders[$0] > remainders[$1] : $0 < $1
    }
    for index in order.prefix(left) { shares[index] += 1 }

    var allocated: [Money] = []
    for share in shares {
      let amount = try Money(units: Int128(share) * currency.unitsPerMinor)
      allocated.append(isNegative ? -amount : amount)
    }
    return allocated
  }
}
