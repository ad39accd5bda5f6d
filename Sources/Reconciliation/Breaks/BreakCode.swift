/// The catalogue's codes, in its order. What a code means, how severe it is and what rights it
/// stands in its rule.
package enum BreakCode: String, Hashable, Sendable, CaseIterable {
  case completenessFailure = "completeness-failure"
  case overCorrected = "over-corrected"
  case invalidEvent = "invalid-event"
  case duplicateEvent = "duplicate-event"
  case conflictingEvent = "conflicting-event"
  case suspectedDuplicate = "suspected-duplicate"
  case doubleBilled = "double-billed"
  case unbilled = "unbilled"
  case inTransit = "in-transit"
  case unsupportedCharge = "unsupported-charge"
  case nonbillableCharge = "nonbillable-charge"
  case amountMismatch = "amount-mismatch"
  case misposted = "misposted"
  case currencyMismatch = "currency-mismatch"
  case cutOffError = "cut-off-error"
  case lateEvent = "late-event"
  case roundingDrift = "rounding-drift"
  case driftBeyondRounding = "drift-beyond-rounding"
  case subcentLeak = "subcent-leak"
  case trueUpDue = "true-up-due"
  case periodChargeDisagreement = "period-charge-disagreement"
  case policyGap = "policy-gap"
  case policyOverlap = "policy-overlap"
  case priceVariance = "price-variance"
  case unpricedUsage = "unpriced-usage"
  case invoiceUntied = "invoice-untied"
  case meterMisallocation = "meter-misallocation"
  case tierGap = "tier-gap"
  case budgetOverrun = "budget-overrun"
  case missedDowngrade = "missed-downgrade"
  case signalMisbilled = "signal-misbilled"
  case counterDrift = "counter-drift"
  case rollupDrift = "rollup-drift"
  case providerGap = "provider-gap"
}

extension BreakCode: Comparable {
  package static func < (left: BreakCode, right: BreakCode) -> Bool {
    left.rawValue < right.rawValue
  }
}

package enum Severity: String, Hashable, Sendable, CaseIterable {
  /// The run writes nothing.
  case stop
  /// The books are wrong.
  case error
  /// A person decides.
  case warning
  case info
}

/// What is done about a break.
package enum Disposition: String, Hashable, Sendable, CaseIterable {
  /// The rule is not run; the report lists it as not examined.
  case off
  /// Reported; no entry is proposed.
  case report
  /// An entry is proposed and waits for approval.
  case review
  /// The entry is posted by a run that posts.
  case post
  /// A person has said no: nothing is proposed until its amount changes.
  case rejected

  /// What a job may say of a rule.
  package static let ofRules: [Disposition] = [.off, .report, .review, .post]
}
