import Accounting

/// What every user may use on a day and has used: what a gateway asks before a call and tells after
/// it, and what a log of calls is replayed with.
///
/// Nothing in it throws or traps, whatever it is asked, so that a budget can never make a call fail by
/// itself. A value: whoever shares it between tasks keeps it in an actor.
///
/// ```swift
/// guard let model = book.check(call, at: now).model else { return refusal }
/// let reply = try await provider.complete(prompt, model)
/// book.record(reply.tokens, of: call, at: now)
/// ```
public struct BudgetBook: Sendable {
  private struct Holder: Hashable {
    let tenant: String
    let user: String?
  }

  private struct Day: Hashable {
    let tenant: String
    let user: String
    let day: CivilDate
  }

  public let ladder: ModelLadder
  private let budgets: [Holder: [Allowance]]
  private var used: [Day: Int128] = [:]

  /// - Parameter allowances: those that are no daily budgets are left aside.
  public init(_ allowances: [Allowance], ladder: ModelLadder = .claude) {
    self.ladder = ladder
    budgets = Dictionary(grouping: allowances.filter { $0.kind == .dailyBudget }) {
      Holder(tenant: $0.tenant, user: $0.user)
    }
  }

  /// A user's own budget stands before the one for each user of the tenant.
  /// - Returns: `nil` where none is in force: anything goes.
  public func budget(tenant: String, user: String, at now: Instant) -> DailyBudget? {
    for holder in [Holder(tenant: tenant, user: user), Holder(tenant: tenant, user: nil)] {
      if let allowance = Allowance.latest(of: budgets[holder] ?? [], at: now) {
        return DailyBudget(limit: allowance.amount, threshold: allowance.threshold)
      }
    }
    return nil
  }

  /// Tokens of the day, in UTC, that `now` falls in.
  public func used(tenant: String, user: String, at now: Instant) -> Int128 {
    used[Day(tenant: tenant, user: user, day: BillingZone.utc.day(of: now))] ?? 0
  }

  /// What to do about a call that is to start at `now`: refuse it where the day's tokens are used up,
  /// and step down where they soon are. The limit is held against what is used before the call, so that
  /// one call may pass it.
  public func check(_ call: BudgetedCall, at now: Instant) -> BudgetDecision {
    guard call.isBudgeted, let user = call.user,
      let budget = budget(tenant: call.tenant, user: user, at: now)
    else { return .proceed(model: call.model) }
    let used = used(tenant: call.tenant, user: user, at: now)
    if budget.isSpent(by: used) { return .refuse(used: used, limit: budget.limit ?? .zero) }
    guard !call.namesModel, budget.stepsDown(at: used) else { return .proceed(model: call.model) }
    let lower = ladder.stepDown(from: call.model)
    return lower == call.model ? .proceed(model: lower) : .stepDown(model: lower)
  }

  /// Counts what a call has used.
  public mutating func record(_ tokens: TokenVector, of call: BudgetedCall, at now: Instant) {
    guard call.isBudgeted, let user = call.user, tokens.total > 0 else { return }
    let day = Day(tenant: call.tenant, user: user, day: BillingZone.utc.day(of: now))
    used[day, default: 0] += tokens.total
  }

  /// Forgets the days before one: they decide nothing any more.
  public mutating func forget(before day: CivilDate) { used = used.filter { $0.key.day >= day } }
}
