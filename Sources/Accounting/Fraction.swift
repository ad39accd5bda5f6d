/// An exact fraction: what an amount is between proration and the one rounding at the end. Nothing
/// is lost and nothing overflows, so sums of parts are the whole again.
///
/// Example: 20.00 for 10 of 31 days and for the other 21 are 200/31 and 420/31, together 20.
public struct Fraction: Sendable {
  private let numerator: WideInteger
  /// Above zero.
  private let denominator: WideInteger

  public static let zero = Fraction(0, over: 1)
  public static let one = Fraction(1, over: 1)

  /// - Parameter denominator: not zero.
  public init(_ numerator: Int128, over denominator: Int128) {
    self.init(WideInteger(numerator), WideInteger(denominator))
  }

  public init(_ money: Money) { self.init(money.units, over: Money.unitsPerMajor) }

  /// Brings down to lowest terms what a machine can hold; the rest may stay as it is.
  private init(_ numerator: WideInteger, _ denominator: WideInteger) {
    precondition(!denominator.isZero, "a fraction of nothing")
    let top = denominator.isNegative ? -numerator : numerator
    let bottom = denominator.magnitude
    guard let first = top.int128, let second = bottom.int128 else {
      self.numerator = top
      self.denominator = bottom
      return
    }
    var divisor = second
    var rest = first == .min ? 1 : abs(first)
    while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
    self.numerator = WideInteger(first / divisor)
    self.denominator = WideInteger(second / divisor)
  }

  public var isZero: Bool { numerator.isZero }
  /// −1, 0 or 1.
  public var sign: Int { numerator.sign }

  public static prefix func - (value: Fraction) -> Fraction {
    Fraction(-value.numerator, value.denominator)
  }

  public static func + (left: Fraction, right: Fraction) -> Fraction {
    left.denominator == right.denominator
      ? Fraction(left.numerator + right.numerator, left.denominator)
      : Fraction(
        left.numerator * right.denominator + right.numerator * left.denominator,
        left.denominator * right.denominator)
  }

  public static func - (left: Fraction, right: Fraction) -> Fraction { left + -right }

  public static func * (left: Fraction, right: Fraction) -> Fraction {
    Fraction(left.numerator * right.numerator, left.denominator * right.denominator)
  }

  /// - Parameter right: not zero.
  public static func / (left: Fraction, right: Fraction) -> Fraction {
    Fraction(left.numerator * right.denominator, left.denominator * right.numerator)
  }

  public static func sum(_ terms: some Sequence<Fraction>) -> Fraction { terms.reduce(.zero, +) }
}

extension Fraction: Comparable {
  public static func == (left: Fraction, right: Fraction) -> Bool {
    left.numerator * right.denominator == right.numerator * left.denominator
  }

  public static func < (left: Fraction, right: Fraction) -> Bool {
    left.numerator * right.denominator < right.numerator * left.denominator
  }
}

extension Fraction {
  /// This amount of major units in whole minor units of `currency`, rounded once.
  public func rounded(
    to currency: Currency, _ rule: RoundingRule = .halfUp
  ) throws(MoneyError) -> Money {
    let (whole, rest) = parts(of: currency.unitsPerMinor)
    let twice = rest.magnitude + rest.magnitude
    let away = rule.roundsAway(
      twice > denominator, isHalf: twice == denominator, isOdd: whole.isOdd)
    return try money(away ? whole + WideInteger(Int128(sign)) : whole, currency.unitsPerMinor)
  }

  /// The next whole number of minor units below, or this amount itself.
  public func roundedDown(to currency: Currency) throws(MoneyError) -> Money {
    let (whole, rest) = parts(of: currency.unitsPerMinor)
    return try money(rest.isNegative ? whole - WideInteger(1) : whole, currency.unitsPerMinor)
  }

  /// - Throws: `lostDigits` when more than 18 decimals are needed, `overflow`.
  public func exactMoney() throws(MoneyError) -> Money {
    let (whole, rest) = parts(of: 1)
    guard rest.isZero else { throw .lostDigits(text) }
    return try money(whole, 1)
  }

  /// How many whole `step`s of 10⁻¹⁸ there are, and what is left of the numerator beside them.
  private func parts(of step: Int128) -> (WideInteger, WideInteger) {
    (numerator * WideInteger(Money.unitsPerMajor / step))
      .quotientAndRemainder(dividingBy: denominator)
  }

  private func money(_ steps: WideInteger, _ step: Int128) throws(MoneyError) -> Money {
    guard let units = (steps * WideInteger(step)).int128 else { throw .overflow("an amount") }
    return try Money(units: units)
  }
}

extension Fraction: CustomStringConvertible {
  /// The exact decimal where 18 decimals hold it, else six of them and an ellipsis: `6.451612…`.
  public var text: String {
    let (whole, rest) = parts(of: 1)
    if rest.isZero, let money = try? money(whole, 1) { return money.description }
    let cut = parts(of: Money.unitsPerMajor / 1_000_000).0
    guard let money = try? money(cut, Money.unitsPerMajor / 1_000_000) else {
      return "a number beyond ±10^20"
    }
    return (sign < 0 && money.isZero ? "-" : "") + money.text(places: 6) + "…"
  }

  /// `10/31`, or a whole number; large ones as a decimal.
  public var ratio: String {
    guard let top = numerator.int128, let bottom = denominator.int128 else { return text }
    return bottom == 1 ? "\(top)" : "\(top)/\(bottom)"
  }

  public var description: String { text }
}

extension Money {
  /// The amounts in whole minor units that come to `total`, each its exact part rounded down or up,
  /// by largest remainder; of equal remainders the earlier part gets the unit.
  ///
  /// - Parameters:
  ///   - parts: at least one; their sum rounds to `total`, by whatever rule.
  ///   - total: whole in `currency`.
  ///
  /// Example: 20.00 USD for 10 and 21 of 31 days is 6.45 and 13.55.
  public static func apportioned(
    _ parts: [Fraction], to total: Money, in currency: Currency
  ) throws(MoneyError) -> [Money] {
    var shares: [Money] = []
    for part in parts { shares.append(try part.roundedDown(to: currency)) }
    let left = try (total - Money.sum(shares)).minorUnits(of: currency) ?? -1
    guard left >= 0, left <= shares.count else { throw .lostDigits("\(total) over its parts") }
    let remainders = zip(parts, shares).map { $0 - Fraction($1) }
    let order = parts.indices.sorted {
      remainders[$0] == remainders[$1] ? $0 < $1 : remainders[$0] > remainders[$1]
    }
    for index in order.prefix(Int(left)) { try shares[index] += currency.minorUnit }
    return shares
  }
}
