import Accounting

/// The rules in the catalogue's order. A new rule is one file and one line here.
package struct Register: Sendable {
  package static let rules: [BreakRule] = [
    .completenessFailure,
    .overCorrected,
    .invalidEvent,
    .duplicateEvent,
    .conflictingEvent,
    .suspectedDuplicate,
    .doubleBilled,
    .unbilled,
    .inTransit,
    .unsupportedCharge,
    .nonbillableCharge,
    .amountMismatch,
    .misposted,
    .currencyMismatch,
    .cutOffError,
    .lateEvent,
    .roundingDrift,
    .driftBeyondRounding,
    .subcentLeak,
    .trueUpDue,
    .periodChargeDisagreement,
    .policyGap,
    .policyOverlap,
    .priceVariance,
    .unpricedUsage,
    .invoiceUntied,
    .meterMisallocation,
    .tierGap,
    .budgetOverrun,
    .missedDowngrade,
    .signalMisbilled,
    .counterDrift,
    .rollupDrift,
    .providerGap,
  ]

  private let dispositions: [BreakCode: Disposition]

  package init(dispositions: [BreakCode: Disposition]) { self.dispositions = dispositions }

  /// The job's word on a rule, else the rule's own.
  package func disposition(of rule: BreakRule) -> Disposition {
    dispositions[rule.code] ?? rule.disposition
  }

  /// Some rules cannot be switched off.
  package func examines(_ code: BreakCode) -> Bool {
    guard let rule = Register.rules.first(where: { $0.code == code }) else { return false }
    return rule.whyNeverOff != nil || disposition(of: rule) != .off
  }
}
