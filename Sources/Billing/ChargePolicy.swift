import Accounting

/// How a tenant's usage is charged, from one instant to another.
///
/// Source: relation `gateway.charge_policy`.
public struct ChargePolicy: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case passThrough, flatPercent, fixedPerToken, planInclusive
    /// A word the contract does not know; the bill is then the sum of the events.
    case other(String)

    public init(_ text: String) {
      self = Kind.known.first { $0.text == text } ?? .other(text)
    }

    private static let known: [Kind] = [.passThrough, .flatPercent, .fixedPerToken, .planInclusive]

    public var text: String {
      switch self {
      case .passThrough: "pass_through"
      case .flatPercent: "flat_percent"
      case .fixedPerToken: "fixed_per_token"
      case .planInclusive: "plan_inclusive"
      case .other(let text): text
      }
    }
  }

  public var policyID: String
  public var tenant: String
  /// `nil` = the whole tenant, pooled over its deployments.
  public var deployment: String?
  public var kind: Kind
  /// Of `plan_inclusive`.
  public var plan: Plan
  /// Of `flat_percent`: the markup over cost, 20 = cost × 1.20.
  public var percent: Money?
  /// Of `fixed_per_token`.
  public var tokenPrices: TokenPrices?
  public var currency: Currency
  public var effectiveFrom: Instant
  /// Exclusive; `nil` = open.
  public var effectiveTo: Instant?

  public init(
    policyID: String, tenant: String, deployment: String? = nil, kind: Kind, plan: Plan = Plan(),
    percent: Money? = nil, tokenPrices: TokenPrices? = nil, currency: Currency,
    effectiveFrom: Instant, effectiveTo: Instant? = nil
  ) {
    self.policyID = policyID
    self.tenant = tenant
    self.deployment = deployment
    self.kind = kind
    self.plan = plan
    self.percent = percent
    self.tokenPrices = tokenPrices
    self.currency = currency
    self.effectiveFrom = effectiveFrom
    self.effectiveTo = effectiveTo
  }

  /// Whether another policy charges the same for the same, whatever it is called and whenever it is
  /// in force: one that takes over from it changes nothing.
  public func hasSameTerms(as other: ChargePolicy) -> Bool {
    kind == other.kind && plan == other.plan && percent == other.percent
      && tokenPrices == other.tokenPrices && currency == other.currency
      && deployment == other.deployment
  }

  public func isEffective(at instant: Instant) -> Bool {
    effectiveFrom <= instant && effectiveTo.map { instant < $0 } ?? true
  }

  public func isEffective(during range: Range<Instant>) -> Bool {
    effectiveFrom < range.upperBound && effectiveTo.map { range.lowerBound < $0 } ?? true
  }

  public func isEffective(throughout range: Range<Instant>) -> Bool {
    effectiveFrom <= range.lowerBound && effectiveTo.map { range.upperBound <= $0 } ?? true
  }
}
