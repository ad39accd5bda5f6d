import Accounting
import Billing

/// What a group owes, and on what grounds.
package struct Due: Hashable, Sendable {
  package enum Basis: Hashable, Sendable {
    /// The events' charges are the bill.
    case usage
    /// A plan: the gateway's own charge, or the derived one, or both.
    case plan
    /// A plan whose charge is not known; the bill stands at the events' charges until it is.
    case unknownPlan(why: String)
  }

  package var basis: Basis
  /// The word for the kind of policy; `nil` where none is kept.
  package var policy: String?
  package var amount: Money
  /// The sum of the charges, rounded once.
  package var roundedUsage: Money
  package var periodCharge: PeriodCharge?
  /// What keeps the gateway's own charges from telling what is owed, where it is told of this group.
  package var contradiction: String?
  /// What policy and usage come to, rounded; `nil` where that cannot be derived.
  package var derived: Money?
  /// How policy and usage come to `derived`, in words; `nil` where they do not.
  package var arithmetic: String?
  /// Why policy and usage do not tell what the month costs.
  package var whyNotDerived: String?
  /// Whether `plan_fee` entries are part of what was posted.
  package var countsPlanFees: Bool

  package var isPlan: Bool { basis != .usage }

  /// Takes what a plan comes to; where that is not known, the bill stands at the events' charges.
  mutating func takePlan(charging charge: Money?, orUnknownAs why: String?) {
    guard let charge else {
      basis = .unknownPlan(why: why ?? "the plan's charge is not known")
      return
    }
    basis = .plan
    amount = charge
  }

  /// Whether entries of a kind are part of what was posted.
  package func counts(_ kind: EntryKind) -> Bool {
    switch kind {
    case .usage, .adjustment, .reversal, .rounding, .trueUp, .accrual: true
    case .planFee: countsPlanFees
    case .creditMemo, .debitMemo, .priceAdjustment, .other: false
    }
  }
}
