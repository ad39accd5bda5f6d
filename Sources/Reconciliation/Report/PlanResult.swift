import Accounting
import Billing

/// What the month of a group under a plan costs, by everyone who tells it: policy and usage, the
/// gateway, and what the ledger holds. Amounts are major units of `key.currency`.
package struct PlanResult: Hashable, Sendable {
  package var key: GroupKey
  /// What policy and usage come to, rounded; `nil` where that cannot be derived.
  package var derived: Money?
  /// How they come to it, in words.
  package var arithmetic: String?
  /// The gateway's own figure, rounded, and its revision.
  package var periodCharge: Money?
  package var revision: Int?
  /// True-ups posted so far, with the plan fees that count beside them; `nil` for a month that is
  /// judged in part.
  package var trueUps: Money?
  /// What falls to each deployment of a pool, in order; empty for a group that is none.
  package var deployments: [DeploymentShare]
  /// Of a month that is not over.
  package var projection: Projection?

  package init(
    key: GroupKey, derived: Money? = nil, arithmetic: String? = nil, periodCharge: Money? = nil,
    revision: Int? = nil, trueUps: Money? = nil, deployments: [DeploymentShare] = [],
    projection: Projection? = nil
  ) {
    self.key = key
    self.derived = derived
    self.arithmetic = arithmetic
    self.periodCharge = periodCharge
    self.revision = revision
    self.trueUps = trueUps
    self.deployments = deployments
    self.projection = projection
  }
}

extension PlanResult {
  /// Whether there is anything beside that there is a plan.
  var isWorthTelling: Bool { derived != nil || periodCharge != nil || projection != nil }
}

/// A deployment's part of a pool, in proportion to what it used.
package struct DeploymentShare: Hashable, Sendable {
  /// `nil` for usage of no deployment.
  package var deployment: String?
  package var requests: Int
  package var tokens: Int
  /// Exact sum of the charges.
  package var recorded: Money
  /// Of what is included, in the plan's unit; `nil` where everything is, or units differ.
  package var allowance: Money?
  /// Of what the group owes, in whole minor units; the parts come to the whole.
  package var due: Money

  package init(
    deployment: String?, requests: Int, tokens: Int, recorded: Money, allowance: Money?, due: Money
  ) {
    self.deployment = deployment
    self.requests = requests
    self.tokens = tokens
    self.recorded = recorded
    self.allowance = allowance
    self.due = due
  }
}

/// What the true-up of a running month looks like: an estimate, from which nothing is posted.
package struct Projection: Hashable, Sendable {
  /// Up to when usage is known.
  package var through: Instant
  /// Sum of the charges so far, rounded.
  package var usage: Money
  /// What the month costs if nothing more is used, and the true-up that this comes to.
  package var charge: Money
  package var accruedTrueUp: Money
  /// The same if usage goes on as it has since the month began.
  package var forecastUsage: Money
  package var forecastCharge: Money
  package var forecastTrueUp: Money

  package init(
    through: Instant, usage: Money, charge: Money, accruedTrueUp: Money, forecastUsage: Money,
    forecastCharge: Money, forecastTrueUp: Money
  ) {
    self.through = through
    self.usage = usage
    self.charge = charge
    self.accruedTrueUp = accruedTrueUp
    self.forecastUsage = forecastUsage
    self.forecastCharge = forecastCharge
    self.forecastTrueUp = forecastTrueUp
  }
}
