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
  public var plan: Plan
  public var currency: Currency
  public var effectiveFrom: Instant
  /// Exclusive; `nil` = open.
  public var effectiveTo: Instant?

  public init(
    policyID: String, tenant: String, deployment: String? = nil, kind: Kind, plan: Plan = Plan(),
    currency: Currency, effectiveFrom: Instant, effectiveTo: Instant? = nil
  ) {
    self.policyID = policyID
    self.tenant = tenant
    self.deployment = deployment
    self.kind = kind
    self.plan = plan
    self.currency = currency
    self.effectiveFrom = effectiveFrom
    self.effectiveTo = effectiveTo
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

/// The terms of a `plan_inclusive` policy. Amounts are major units of the policy's currency.
public struct Plan: Hashable, Sendable {
  public var baseFee: Money?
  /// Whether the base fee is part of the usage bill, not of another invoice.
  public var baseFeeInUsage: Bool
  /// What the base fee pays for, in `includedUnit`; `nil` = unlimited.
  public var includedQuantity: Money?
  /// `token`, `request` or `charge`.
  public var includedUnit: String?
  /// Per one included unit.
  public var overagePrice: Money?
  /// Terms this plan has that `Plan.charge(for:)` does not cover, by their column names.
  public var furtherTerms: [String]

  public init(
    baseFee: Money? = nil, baseFeeInUsage: Bool = false, includedQuantity: Money? = nil,
    includedUnit: String? = nil, overagePrice: Money? = nil, furtherTerms: [String] = []
  ) {
    self.baseFee = baseFee
    self.baseFeeInUsage = baseFeeInUsage
    self.includedQuantity = includedQuantity
    self.includedUnit = includedUnit
    self.overagePrice = overagePrice
    self.furtherTerms = furtherTerms
  }
}

/// What was used in a period: the sums over its chargeable events.
public struct PeriodUsage: Hashable, Sendable {
  public var requests: Int
  public var tokens: Int128
  /// Exact sum of the events' marginal charges.
  public var charge: Money

  public init(requests: Int = 0, tokens: Int128 = 0, charge: Money = .zero) {
    self.requests = requests
    self.tokens = tokens
    self.charge = charge
  }
}

/// The charge of a whole period cannot be derived from a plan; the text says why.
public struct NotDerivable: Error, Hashable, Sendable {
  public let why: String

  public init(why: String) { self.why = why }
}

extension Plan {
  /// What a whole period costs under this plan, exact and not yet rounded:
  /// base fee (if billed with the usage) + max(0, used − included) × overage price.
  ///
  /// Example: base fee 20 billed in usage, 1,000,000 tokens included, 0.000002 each beyond:
  /// 1,500,000 tokens cost 20 + 500,000 × 0.000002 = 21.00. No usage costs 20.
  ///
  /// - Throws: `NotDerivable` when the plan has terms beyond these, or lacks one it needs.
  public func charge(for usage: PeriodUsage) throws(NotDerivable) -> Money {
    guard furtherTerms.isEmpty else {
      throw NotDerivable(why: "the plan also has \(furtherTerms.joined(separator: ", "))")
    }
    let fee = baseFeeInUsage ? baseFee ?? .zero : .zero
    guard let included = includedQuantity else { return fee }
    do {
      let excess = try used(of: usage) - included
      guard excess > .zero else { return fee }
      guard let overagePrice else {
        throw NotDerivable(why: "usage passes the included quantity and there is no overage price")
      }
      return try fee + excess.times(overagePrice)
    } catch let error as MoneyError {
      throw NotDerivable(why: error.description)
    } catch let error as NotDerivable {
      throw error
    } catch {
      throw NotDerivable(why: "\(error)")
    }
  }

  private func used(of usage: PeriodUsage) throws -> Money {
    switch includedUnit {
    case "token": try Money(units: Money.unitsPerMajor).times(usage.tokens)
    case "request": try Money(units: Money.unitsPerMajor).times(Int128(usage.requests))
    case "charge": usage.charge
    default:
      throw NotDerivable(why: "the included unit '\(includedUnit ?? "NULL")' is not known")
    }
  }
}

/// The gateway's own figure for a period, which stands above any derived one.
///
/// Source: relation `gateway.period_charge`.
public struct PeriodCharge: Hashable, Sendable {
  public var tenant: String
  public var deployment: String?
  public var period: AccountingPeriod
  /// Major units of `currency`.
  public var amount: Money
  public var currency: Currency
  /// The highest revision stands.
  public var revision: Int

  public init(
    tenant: String, deployment: String? = nil, period: AccountingPeriod, amount: Money,
    currency: Currency, revision: Int = 1
  ) {
    self.tenant = tenant
    self.deployment = deployment
    self.period = period
    self.amount = amount
    self.currency = currency
    self.revision = revision
  }
}
