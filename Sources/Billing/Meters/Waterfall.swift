import Accounting

/// Which accounts a quantity falls through: the meter itself, the pool of its category, the universal
/// credits. It is booked whole to the first that has room for all of it, and never split.
public struct Waterfall: Sendable {
  /// What a quantity comes to in one of the accounts.
  public struct Step: Sendable, Equatable {
    public let meter: Meter
    public let amount: Fraction

    public var account: MeterAccount { meter.account }
  }

  private let meters: [String: Meter]
  private let universal: Meter
  /// Whether universal credits are paid through both costs, the meter's and its pool's, or through the
  /// pool's alone.
  public let chainsCosts: Bool

  /// - Parameter meters: of one slug, the first stands.
  public init(_ meters: [Meter], chainsCosts: Bool = true) {
    self.meters = Dictionary(meters.map { ($0.slug, $0) }) { first, _ in first }
    universal =
      meters.filter { $0.kind == .creditPool }.min { $0.slug < $1.slug }
      ?? Meter(slug: "credits", kind: .creditPool)
    self.chainsCosts = chainsCosts
  }

  public func meter(_ slug: String) -> Meter? { meters[slug] }

  /// The meter that an account belongs to.
  public func meter(of account: MeterAccount) -> Meter? {
    switch account {
    case .meter(let slug), .pool(let slug):
      meters[slug].flatMap { $0.account == account ? $0 : nil }
    case .credits: universal
    }
  }

  /// The accounts in order, with what the quantity comes to in each.
  ///
  /// Example: 1,500 tokens of a model at 0.01 pool units each, of a pool at 2 credits each: 1,500 on the
  /// model's meter, else 15 in the pool, else 30 credits; and 3,000 credits where costs are not chained.
  ///
  /// - Returns: none where there is no such meter, or it is not active.
  public func steps(for quantity: Fraction, on slug: String) -> [Step] {
    guard let meter = meters[slug], meter.isActive else { return [] }
    var steps = [Step(meter: meter, amount: quantity)]
    guard meter.kind != .boolean, let cost = meter.creditCost, let category = meter.category,
      category != slug, let pool = meters[category], pool.isActive
    else { return steps }
    let pooled = quantity * Fraction(cost)
    steps.append(Step(meter: pool, amount: pooled))
    if pool.kind != .creditPool, let cost = pool.creditCost, universal.isActive {
      let amount = (chainsCosts ? pooled : quantity) * Fraction(cost)
      steps.append(Step(meter: universal, amount: amount))
    }
    return steps
  }
}

/// What became of a quantity, or would become of it.
public enum Allotment: Sendable, Equatable {
  /// Booked whole to this account, with what it comes to there.
  case taken(MeterAccount, amount: Fraction)
  /// No account has room for all of it.
  case refused
  /// There is no such meter: nothing to count, nothing to refuse.
  case notMetered

  public var isRefused: Bool { self == .refused }
}
