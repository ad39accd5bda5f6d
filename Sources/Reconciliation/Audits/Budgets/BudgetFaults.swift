import Accounting
import Billing

/// Calls of a user that started on a day of which no tokens were left.
package struct BudgetOverrun: AuditItem {
  package struct Key: Hashable, Sendable, Comparable {
    package let tenant: String
    package let user: String
    /// In UTC.
    package let day: CivilDate

    package static func < (left: Key, right: Key) -> Bool {
      (left.tenant, left.user, left.day) < (right.tenant, right.user, right.day)
    }
  }

  package let key: Key
  package let limit: Money
  /// When the first of them started.
  package let usedBefore: Int128
  package let first: Instant
  package private(set) var calls = Calls()

  init(_ event: UsageEvent, _ user: String, of budget: DailyBudget, used: Int128) {
    key = Key(
      tenant: event.tenant, user: user, day: BillingZone.utc.day(of: event.occurredAt))
    limit = budget.limit ?? .zero
    usedBefore = used
    first = event.occurredAt
  }

  mutating func add(_ event: UsageEvent) { calls.add(event) }
}

/// Calls of a deployment on a day that were made with its usual model past the threshold.
package struct MissedDowngrade: AuditItem {
  package struct Key: Hashable, Sendable, Comparable {
    package let tenant: String
    package let deployment: String
    package let model: String
    /// In UTC.
    package let day: CivilDate

    package static func < (left: Key, right: Key) -> Bool {
      (left.tenant, left.deployment, left.model, left.day)
        < (right.tenant, right.deployment, right.model, right.day)
    }
  }

  package let key: Key
  /// The model that they should have been made with.
  package let lower: String
  /// Of the first of them: its user's budget, and what was used of it before.
  package let user: String
  package let limit: Money
  package let threshold: Money
  package let usedBefore: Int128
  package let first: Instant
  package private(set) var calls = Calls()

  init(
    _ event: UsageEvent, _ user: String, at deployment: String, of budget: DailyBudget,
    used: Int128, lower: String
  ) {
    key = Key(
      tenant: event.tenant, deployment: deployment, model: event.model,
      day: BillingZone.utc.day(of: event.occurredAt))
    self.lower = lower
    self.user = user
    limit = budget.limit ?? .zero
    threshold = budget.threshold ?? .zero
    usedBefore = used
    first = event.occurredAt
  }

  mutating func add(_ event: UsageEvent) { calls.add(event) }
}

/// Calls that have something in common.
package struct Calls: Sendable {
  package private(set) var count = 0
  package private(set) var tokens: Int128 = 0
  private var ids: [String] = []

  mutating func add(_ event: UsageEvent) {
    count += 1
    tokens += event.tokens.total
    if ids.count < Evidence.idsListed { ids.append(event.eventID) }
  }

  package var evidence: Evidence { Evidence(firstIDs: ids, count: count) }

  /// What they come to, to be measured by.
  package func measure() throws(MoneyError) -> Measure {
    Measure(try Fraction(tokens, over: 1).exactMoney(), "token")
  }
}
