import Accounting

/// What a tenant, or one of its users, may use: a limit of a plan, credits granted or bought, or a
/// daily budget of tokens.
///
/// Source: relation `gateway.allowance`.
public struct Allowance: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable {
    case limit, credit
    case dailyBudget = "daily_budget"
  }

  public var allowanceID: String
  public var tenant: String
  /// `nil` = the tenant itself; of a daily budget, each of its users by himself.
  public var user: String?
  /// `meter:<slug>`, `pool:<slug>` or `credits`; of a daily budget, whatever its system calls it.
  public var account: String
  public var unit: String
  public var kind: Kind
  /// In `unit`; `nil` = unlimited, 0 = none.
  public var amount: Money?
  /// Of a daily budget: the share of it from which on the model steps down; `nil` = never.
  public var threshold: Money?
  /// `nil` = since ever.
  public var startsAt: Instant?
  /// Exclusive; `nil` = for ever.
  public var endsAt: Instant?

  public init(
    allowanceID: String, tenant: String, user: String? = nil, account: String,
    unit: String = "token", kind: Kind = .limit, amount: Money?, threshold: Money? = nil,
    startsAt: Instant? = nil, endsAt: Instant? = nil
  ) {
    self.allowanceID = allowanceID
    self.tenant = tenant
    self.user = user
    self.account = account
    self.unit = unit
    self.kind = kind
    self.amount = amount
    self.threshold = threshold
    self.startsAt = startsAt
    self.endsAt = endsAt
  }

  public func isInForce(at instant: Instant) -> Bool {
    startsAt.map { $0 <= instant } ?? true && endsAt.map { instant < $0 } ?? true
  }

  /// Of several in force, the one that began last stands, then the last by id.
  static func latest(of allowances: [Allowance], at instant: Instant) -> Allowance? {
    allowances.filter { $0.isInForce(at: instant) }.max {
      ($0.startsAt?.microseconds ?? .min, $0.allowanceID)
        < ($1.startsAt?.microseconds ?? .min, $1.allowanceID)
    }
  }
}

/// How far an account may be used.
public enum UsageLimit: Hashable, Sendable {
  case unlimited
  case upTo(Money)

  /// - Parameter amount: `nil` and negative amounts are unlimited, 0 is none.
  public init(_ amount: Money?) {
    if let amount, !amount.isNegative { self = .upTo(amount) } else { self = .unlimited }
  }

  public static let nothing = UsageLimit.upTo(.zero)
}
