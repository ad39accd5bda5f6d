import Accounting

/// A group, judged. Amounts are major units of `key.currency`.
package struct GroupResult: Hashable, Sendable {
  package var key: GroupKey
  /// The kind of charge policy in force; `mixed` for several, `nil` where none is kept or known.
  package var policy: String?
  /// Whether the group's month is judged whole. Only then are rounding, true-ups and
  /// invoices judged.
  package var isWholePeriod: Bool
  /// Chargeable requests.
  package var requests: Int
  /// Exact sum of the charges.
  package var recorded: Money
  /// What the tenant owes.
  package var due: Money
  package var posted: Money
  package var variance: Money
  /// Sum of the charges rounded one by one.
  package var sumOfRounded: Money
  /// The sum rounded once.
  package var roundedSum: Money
  /// `sumOfRounded` − `roundedSum`.
  package var roundingDrift: Money
  /// The most that rounding alone can explain: half a minor unit for each request.
  package var roundingBound: Money
  /// The lines that are not zero, in order; they come to `variance`.
  package var bridge: [BridgeStep]
  /// Why no correction may be posted to it; empty where it may.
  package var blockedBy: [BreakCode]

  package init(
    key: GroupKey, policy: String?, isWholePeriod: Bool, requests: Int, recorded: Money,
    due: Money, posted: Money, variance: Money, sumOfRounded: Money, roundedSum: Money,
    roundingDrift: Money, roundingBound: Money, bridge: [BridgeStep], blockedBy: [BreakCode]
  ) {
    self.key = key
    self.policy = policy
    self.isWholePeriod = isWholePeriod
    self.requests = requests
    self.recorded = recorded
    self.due = due
    self.posted = posted
    self.variance = variance
    self.sumOfRounded = sumOfRounded
    self.roundedSum = roundedSum
    self.roundingDrift = roundingDrift
    self.roundingBound = roundingBound
    self.bridge = bridge
    self.blockedBy = blockedBy
  }
}
