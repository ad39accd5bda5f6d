import Accounting
import Billing

/// Everything known of a group when its rules look at it. Amounts are major units of
/// `key.currency`.
package struct GroupFacts: Sendable {
  package let key: GroupKey
  package let isWholePeriod: Bool
  package let totals: GroupTotals
  package let due: Due
  /// The lines that are not zero, in the report's order.
  package let bridge: [BridgeStep]
  package let posted: Money
  package let blockedBy: [BreakCode]
  /// Of a group under a plan.
  package var plan: PlanResult? {
    get { ownPlan.first }
    set { ownPlan = newValue.map { [$0] } ?? [] }
  }
  /// Why a running month could not be projected.
  package var notProjected: String?
  /// One or none: a plan's result is larger than all the rest, and few groups have one.
  var ownPlan: [PlanResult] = []

  package var recorded: Money { totals.usage.charge }

  /// Entries of some kind that belong to the group as a whole.
  package func entries(_ kind: EntryKind) -> EntryCensus {
    totals.groupEntries[kind] ?? EntryCensus()
  }

  /// Half a minor unit for each request: the most that rounding alone explains.
  package func roundingBound() throws(MoneyError) -> Money {
    try key.currency.minorUnit.times(Int128(totals.usage.requests)).divided(exactlyBy: 2)
  }

  /// Whether there is anything to tell of the group.
  package var isEmpty: Bool {
    totals.usage.requests == 0 && due.amount.isZero && posted.isZero && entryCount == 0
      && blockedBy.isEmpty && due.contradiction == nil && !(due.isPlan && due.periodCharge != nil)
  }

  private var entryCount: Int {
    totals.groupEntries.reduce(totals.entries.rows) { rows, ofKind in
      rows - (due.counts(ofKind.key) ? 0 : ofKind.value.count)
    }
  }

  package func result(_ rounding: LedgerRounding) throws(MoneyError) -> GroupResult {
    let sumOfRounded = rounding == .entry ? totals.sumOfRounded : totals.sumOfGatewayRounded
    return GroupResult(
      key: key, policy: due.policy, isWholePeriod: isWholePeriod,
      requests: totals.usage.requests, recorded: recorded, due: due.amount, posted: posted,
      variance: try posted - due.amount, sumOfRounded: sumOfRounded,
      roundedSum: due.roundedUsage, roundingDrift: try sumOfRounded - due.roundedUsage,
      roundingBound: try roundingBound(), bridge: bridge, blockedBy: blockedBy)
  }
}
