import Accounting

/// The prices of a `fixed_per_token` policy, in major units of its currency.
public struct TokenPrices: Hashable, Sendable {
  /// What is done about tokens that are read from a cache or written to one.
  public enum CachedTokens: String, Hashable, Sendable {
    /// They are input like any other.
    case asInput = "as_input"
    /// They cost nothing.
    case free
  }

  /// Per `unitSize` tokens.
  public var input: Money
  public var output: Money
  /// Above zero.
  public var unitSize: Int64
  public var cachedTokens: CachedTokens

  public init(
    input: Money, output: Money, unitSize: Int64 = 1_000_000, cachedTokens: CachedTokens = .asInput
  ) {
    self.input = input
    self.output = output
    self.unitSize = unitSize
    self.cachedTokens = cachedTokens
  }

  /// What a call costs, exact.
  ///
  /// Example: 3 and 15 per million: 12,000 input, 1,000 cached and 500 output tokens cost
  /// (13,000 × 3 + 500 × 15) ÷ 1,000,000 = 0.0465, and 0.0435 where cached tokens are free.
  public func charge(for tokens: TokenVector) -> Fraction {
    var inputs = Int128(tokens.input)
    if cachedTokens == .asInput {
      inputs += Int128(tokens.cacheRead) + Int128(tokens.cacheWrite5m)
      inputs += Int128(tokens.cacheWrite1h)
    }
    let input = Fraction(inputs, over: Int128(unitSize)) * Fraction(input)
    return input + Fraction(Int128(tokens.output), over: Int128(unitSize)) * Fraction(output)
  }
}

extension ChargePolicy {
  /// What one call is charged under this policy, exact and not yet rounded.
  ///
  /// - `pass_through`: what it costs. Example: 0.0125 costs 0.0125.
  /// - `flat_percent`: the cost and a markup. Example: 0.0125 at 20 percent costs 0.015.
  /// - `fixed_per_token`: see `TokenPrices.charge(for:)`.
  ///
  /// - Parameter cost: what the provider charges, in the policy's currency; `nil` = not recorded.
  /// - Throws: `NotDerivable` for a plan, which charges a period and not a call, and where a term
  ///   or the cost is missing.
  public func charge(forCall tokens: TokenVector, cost: Money?) throws(NotDerivable) -> Fraction {
    switch kind {
    case .passThrough: return Fraction(try known(cost, "cost"))
    case .flatPercent:
      let markup = Fraction(try known(percent, "percent")) * Fraction(1, over: 100)
      return Fraction(try known(cost, "cost")) * (.one + markup)
    case .fixedPerToken: return try known(tokenPrices, "token prices").charge(for: tokens)
    case .planInclusive, .other:
      throw NotDerivable(why: "a policy of kind \(kind.text) does not charge call by call")
    }
  }

  private func known<Term>(_ term: Term?, _ name: String) throws(NotDerivable) -> Term {
    guard let term else { throw NotDerivable(why: "policy \(policyID) knows no \(name)") }
    return term
  }
}
