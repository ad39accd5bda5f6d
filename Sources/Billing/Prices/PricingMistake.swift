import Accounting

/// What may have gone wrong when a call was rated. A mistake *explains* an amount when the call, rated
/// with it, comes to exactly that.
public enum PricingMistake: Hashable, Sendable {
  /// At the prices of another version of the book.
  case version(String)
  case tier(ServiceTier)
  case batchIgnored
  case takenForBatch
  /// The book has no batch price, and half of the usual one was taken.
  case halvedForBatch
  case longContextIgnored
  /// At the price of a longer prompt, with the length it is for.
  case longContextTooEarly(Int64)
  case cacheReadsAtInputPrice
  case cacheReadsTwice
  case cacheWritesTwice
  /// Reads and writes, once more as input.
  case cacheTwice
  case cacheAtInputPrice
  case cacheWritesAtInputPrice
  case hourWritesAtShortPrice
  case cacheReadsLeftOut
  case cacheWritesLeftOut
  case cacheLeftOut
  case reasoningTwice
  case reasoningLeftOut
  case reasoningAtOutputPrice
  case outputLeftOut
  case inputLeftOut
  case swapped
  /// Ten to this power times what it comes to.
  case magnitude(Int)
  case times(Int)
  case part(Int)
  /// The tenant is charged the cost alone.
  case markupLeftOut

  /// In words, to follow "explained exactly by:".
  public var text: String {
    switch self {
    case .version(let version): "the prices of version \(version)"
    case .tier(let tier): "the prices of tier \(tier)"
    case .batchIgnored: "a batch at the price of other calls"
    case .takenForBatch: "the price of a batch, which it was not"
    case .halvedForBatch: "half the price for a batch, of which the book knows none"
    case .longContextIgnored: "the price of a shorter prompt"
    case .longContextTooEarly(let limit): "the price of a prompt longer than \(limit) tokens"
    case .cacheReadsAtInputPrice: "cached tokens at the full input price"
    case .cacheReadsTwice: "cached tokens counted twice, as input and as cached"
    case .cacheWritesTwice: "cache writes counted twice"
    case .cacheTwice: "cache reads and writes counted twice, as input too"
    case .cacheAtInputPrice: "cache reads and writes at the input price"
    case .cacheWritesAtInputPrice: "cache writes at the input price"
    case .hourWritesAtShortPrice: "cache writes of an hour at the price of five minutes"
    case .cacheReadsLeftOut: "cached tokens left out"
    case .cacheWritesLeftOut: "cache writes left out"
    case .cacheLeftOut: "cache reads and writes left out"
    case .reasoningTwice: "reasoning counted twice, apart and in the output"
    case .reasoningLeftOut: "reasoning left out"
    case .reasoningAtOutputPrice: "reasoning at the output price"
    case .outputLeftOut: "output left out"
    case .inputLeftOut: "input left out"
    case .swapped: "input and output prices exchanged"
    case .magnitude(let power): "a factor of 10^\(power)"
    case .times(let factor): "\(factor) times the price"
    case .part(let divisor): "1/\(divisor) of the price"
    case .markupLeftOut: "the markup left out"
    }
  }
}

extension ExactAmount {
  /// Whether a recorded amount is this one, as far as it was recorded: exactly, rounded to as many
  /// decimals as it has (six at least), or through floating point, which is good for twelve digits.
  public func agrees(with recorded: Money) -> Bool {
    let (scaled, overflow) = recorded.units.multipliedReportingOverflow(by: denominator)
    guard !overflow else { return false }
    let (difference, isTooLarge) = scaled.subtractingReportingOverflow(numerator)
    guard !isTooLarge else { return false }
    if difference == 0 || difference.magnitude <= numerator.magnitude / ExactAmount.floatDigits {
      return true
    }
    let (twice, isOver) = difference.magnitude.multipliedReportingOverflow(by: 2)
    let (step, isWide) = denominator.multipliedReportingOverflow(by: recorded.lastDecimal)
    return !isOver && !isWide && twice <= step.magnitude
  }

  private static let floatDigits: UInt128 = 1_000_000_000_000
}

extension Money {
  /// One in the last decimal that is not zero, or in the sixth, in steps of 10⁻¹⁸.
  fileprivate var lastDecimal: Int128 {
    var step = ExactAmount.step(6)
    while step > 1, !units.isMultiple(of: step) { step /= 10 }
    return step
  }
}

extension PriceBook {
  /// The mistake that explains an amount which a call does not come to; `nil` where none does. Of
  /// several the first stands, the more particular before the more general.
  ///
  /// - Parameters:
  ///   - recorded: what somebody made of the call.
  ///   - rating: what it comes to.
  ///   - version: the version that the call is said to be rated by.
  ///   - charge: what becomes of a cost, where it is not the cost that was recorded.
  public func mistake(
    explaining recorded: Money, for usage: RatedUsage, _ rating: Rating, version: String? = nil,
    charge: (ExactAmount) -> ExactAmount? = { $0 }
  ) -> PricingMistake? {
    let table = rating.table
    func explains(_ cost: ExactAmount?) -> Bool {
      cost.flatMap(charge)?.agrees(with: recorded) ?? false
    }
    let others = history(of: table).filter { $0.version != table.version }
    func rated(by other: PriceTable) -> Bool { explains(try? other.rate(usage).get().cost) }
    if let version, others.contains(where: { $0.version == version && rated(by: $0) }) {
      return .version(version)
    }
    let suspects = MistakenRating(usage, rating)
    if let found = suspects.particular.first(where: { explains($0.cost()) }) {
      return found.mistake
    }
    // The newest first: history is re-priced at today's rates more often than by old ones.
    if let other = others.last(where: rated) { return .version(other.version) }
    return suspects.general.first { explains($0.cost()) }?.mistake
  }
}
