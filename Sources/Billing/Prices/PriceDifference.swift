import Accounting

/// What two versions of a price book say differently of one price.
public struct PriceDifference: Sendable {
  /// `nil` = it is new.
  public let before: Price?
  /// `nil` = it is no longer there.
  public let after: Price?

  /// The one of the two that is there, the later before the earlier.
  public var price: Price? { after ?? before }

  /// The later price by the earlier one, where both are above zero.
  public var ratio: Fraction? {
    guard let before, let after, before.unitPrice.sign > 0 else { return nil }
    return after.each / before.each
  }

  /// The differences of two versions, in the order of a price list. Prices that are quoted for
  /// another number of units, and come to the same for one, do not differ.
  public static func between(_ before: [Price], _ after: [Price]) -> [PriceDifference] {
    let earlier = Dictionary(before.map { (PriceID($0), $0) }) { first, _ in first }
    let later = Dictionary(after.map { (PriceID($0), $0) }) { first, _ in first }
    let changed = after.compactMap { price -> PriceDifference? in
      guard let old = earlier[PriceID(price)] else {
        return PriceDifference(before: nil, after: price)
      }
      let isSame =
        old.each == price.each && old.currency == price.currency
        && old.isOverInclusive == price.isOverInclusive
      return isSame ? nil : PriceDifference(before: old, after: price)
    }
    let gone = before.filter { later[PriceID($0)] == nil }
      .map { PriceDifference(before: $0, after: nil) }
    return (changed + gone).sorted { left, right in
      guard let first = left.price, let second = right.price else { return false }
      return Price.inListOrder(first, second)
    }
  }
}

extension Price {
  /// What one unit costs.
  fileprivate var each: Fraction {
    Fraction(unitPrice) / Fraction(Int128(unitSize), over: 1)
  }
}
