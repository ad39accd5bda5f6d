import Accounting

/// How many tokens a user may use in a day, counted in UTC.
public struct DailyBudget: Hashable, Sendable {
  /// Tokens; `nil` = unlimited, 0 = none.
  public var limit: Money?
  /// The share of the limit from which on the model steps down; `nil` = never.
  public var threshold: Money?

  public init(limit: Money?, threshold: Money? = nil) {
    self.limit = limit
    self.threshold = threshold
  }

  /// Whether a call may not start any more. One that started before may end past the limit.
  ///
  /// Example: of 1,000 tokens a day, a call starts at 999 used and not at 1,000.
  public func isSpent(by used: Int128) -> Bool {
    switch UsageLimit(limit) {
    case .unlimited: false
    case .upTo(let limit): Fraction(used, over: 1) >= Fraction(limit)
    }
  }

  /// Whether a call is made with a model one rung down. A limit of 0 refuses before it steps down.
  ///
  /// Example: at 0.8 of 1,000 tokens, from 800 used on.
  public func stepsDown(at used: Int128) -> Bool {
    guard let threshold, case .upTo(let limit) = UsageLimit(limit) else { return false }
    return Fraction(used, over: 1) >= Fraction(limit) * Fraction(threshold)
  }
}

/// What a budget says of a call before it is made.
public enum BudgetDecision: Hashable, Sendable {
  /// To be made with this model.
  case proceed(model: String)
  /// To be made with `model`, one rung down.
  case stepDown(model: String)
  /// Not to be made: so many tokens are used of so many.
  case refuse(used: Int128, limit: Money)

  /// `nil` where the call is refused.
  public var model: String? {
    switch self {
    case .proceed(let model), .stepDown(let model): model
    case .refuse: nil
    }
  }
}

/// A call as a budget sees it.
public struct BudgetedCall: Hashable, Sendable {
  public var tenant: String
  /// `nil`: nobody's budget.
  public var user: String?
  /// `embed` passes every budget and counts in none.
  public var operation: String
  /// The one that would be used.
  public var model: String
  /// Whether the request named the model itself: it is then used, however little is left.
  public var namesModel: Bool

  public init(
    tenant: String, user: String?, operation: String = "chat", model: String,
    namesModel: Bool = false
  ) {
    self.tenant = tenant
    self.user = user
    self.operation = operation
    self.model = model
    self.namesModel = namesModel
  }

  /// Whether it counts and can be refused.
  public var isBudgeted: Bool { user != nil && operation != "embed" }
}
