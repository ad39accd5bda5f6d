import Accounting

/// So much money for so many.
public struct Rate: Hashable, Sendable {
  public var unitPrice: Money
  /// Above zero.
  public var unitSize: Int64

  public init(unitPrice: Money, unitSize: Int64) {
    self.unitPrice = unitPrice
    self.unitSize = unitSize
  }

  public var isFree: Bool { unitPrice.isZero }

  /// `nil` beyond the range.
  public func amount(of quantity: Int128) -> ExactAmount? {
    ExactAmount(quantity, at: unitPrice, per: unitSize)
  }

  /// The same of a quantity that need not be whole.
  func amount(of quantity: ExactAmount) -> ExactAmount? {
    quantity.times(unitPrice.units, over: Money.unitsPerMajor)?.times(1, over: Int128(unitSize))
  }
}

/// What each token of a call costs. `nil` = no price is known.
public struct TokenRates: Hashable, Sendable {
  public var input: Rate?
  public var cacheRead: Rate?
  public var cacheWrite5m: Rate?
  public var cacheWrite1h: Rate?
  public var output: Rate?
  /// Of the part of the output that was reasoning.
  public var reasoning: Rate?

  /// A part of a call's tokens that is priced apart.
  struct Part {
    let component: PriceComponent
    let quantity: Int128
    let rate: Rate?
  }

  /// The tokens in disjoint parts, each with its rate.
  /// - Returns: `nil` where more of the output is said to be reasoning than there is of it, and the
  ///   two are not of one price.
  func parts(of tokens: TokenVector) -> [Part]? {
    var parts = [
      Part(component: .input, quantity: Int128(tokens.input), rate: input),
      Part(component: .cacheRead, quantity: Int128(tokens.cacheRead), rate: cacheRead),
      Part(component: .cacheWrite5m, quantity: Int128(tokens.cacheWrite5m), rate: cacheWrite5m),
      Part(component: .cacheWrite1h, quantity: Int128(tokens.cacheWrite1h), rate: cacheWrite1h),
    ]
    if reasoning == output {
      parts.append(Part(component: .output, quantity: Int128(tokens.output), rate: output))
    } else {
      guard tokens.reasoning <= tokens.output else { return nil }
      let rest = Int128(tokens.output) - Int128(tokens.reasoning)
      parts.append(Part(component: .output, quantity: rest, rate: output))
      parts.append(
        Part(component: .reasoning, quantity: Int128(tokens.reasoning), rate: reasoning))
    }
    return parts.filter { $0.quantity != 0 }
  }

  /// What the tokens cost, exact; `nil` where a price is missing, or beyond the range.
  public func amount(of tokens: TokenVector) -> ExactAmount? {
    guard let parts = parts(of: tokens) else { return nil }
    var sum = ExactAmount.zero
    for part in parts {
      guard let amount = part.rate?.amount(of: part.quantity), let next = sum + amount else {
        return nil
      }
      sum = next
    }
    return sum
  }
}

extension TokenVector {
  /// All that was put in, cached or not: what long-context prices look at.
  public var prompt: Int128 {
    Int128(input) + Int128(cacheRead) + Int128(cacheWrite5m) + Int128(cacheWrite1h)
  }
}
