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
  /// What policy and usage come to, rounded; `nil` where that cannot be derived.
  package var derived: Money?
  /// Whether `plan_fee` entries are part of what was posted.
  package var countsPlanFees: Bool

  package var isPlan: Bool { basis != .usage }

  /// Whether entries of a kind are part of what was posted.
  package func counts(_ kind: EntryKind) -> Bool {
    switch kind {
    case .usage, .adjustment, .reversal, .rounding, .trueUp, .accrual: true
    case .planFee: countsPlanFees
    case .creditMemo, .debitMemo, .other: false
    }
  }
}

/// Works out what groups owe.
struct DueRule {
  let policies: PolicyBook?
  /// The gateway's own charges, each of the highest revision.
  let periodCharges: [GroupKey: PeriodCharge]
  let pooling: Pooling
  let terms: Terms

  init(policies: PolicyBook?, periodCharges: [PeriodCharge], pooling: Pooling, terms: Terms) {
    self.policies = policies
    self.pooling = pooling
    self.terms = terms
    let charges = periodCharges.map { charge in
      let key = GroupKey(
        tenant: charge.tenant, deployment: charge.deployment, currency: charge.currency,
        period: charge.period)
      return (key, charge)
    }
    self.periodCharges = Dictionary(charges) { $1.revision > $0.revision ? $1 : $0 }
  }

  func due(
    for group: GroupKey, usage: PeriodUsage, isWholePeriod: Bool
  ) throws(MoneyError) -> Due {
    let inForce = inForce(for: group)
    let kinds = Set(inForce.map(\.kind.text)).sorted()
    let plans = plans(for: group)
    var due = Due(
      basis: .usage, policy: kinds.count > 1 ? "mixed" : kinds.first, amount: .zero,
      roundedUsage: try usage.charge.rounded(to: group.currency, terms.rounding),
      countsPlanFees: plans.contains(where: \.plan.baseFeeInUsage))
    due.amount = due.roundedUsage
    guard isWholePeriod else {
      if !plans.isEmpty {
        due.basis = .unknownPlan(why: "\(group.period) is covered only in part")
      }
      return due
    }
    due.periodCharge = periodCharges[group]
    if plans.isEmpty {
      due.derived = due.roundedUsage
      if policies == nil, let given = due.periodCharge {
        due.basis = .plan
        due.derived = nil
        due.amount = try given.amount.rounded(to: group.currency, terms.rounding)
      }
      return due
    }
    return try planned(due, by: inForce, for: group, usage: usage)
  }

  /// Whether a group is billed by the period: under a plan, or by a gateway that keeps no policies.
  func isPlanned(_ group: GroupKey) -> Bool { policies == nil || !plans(for: group).isEmpty }

  private func plans(for group: GroupKey) -> [ChargePolicy] {
    inForce(for: group).filter { $0.kind == .planInclusive && $0.currency == group.currency }
  }

  private func planned(
    _ usageDue: Due, by inForce: [ChargePolicy], for group: GroupKey, usage: PeriodUsage
  ) throws(MoneyError) -> Due {
    var due = usageDue
    var why: String?
    switch charge(by: inForce, for: group, usage: usage) {
    case .success(let charge):
      due.derived = try charge.rounded(to: group.currency, terms.rounding)
    case .failure(let reason): why = reason.why
    }
    if let given = due.periodCharge {
      due.basis = .plan
      due.amount = try given.amount.rounded(to: group.currency, terms.rounding)
    } else if let derived = due.derived {
      due.basis = .plan
      due.amount = derived
    } else {
      due.basis = .unknownPlan(why: why ?? "the plan's charge is not known")
    }
    return due
  }

  private func charge(
    by inForce: [ChargePolicy], for group: GroupKey, usage: PeriodUsage
  ) -> Result<Money, NotDerivable> {
    func not(_ why: String) -> Result<Money, NotDerivable> { .failure(NotDerivable(why: why)) }
    guard inForce.count == 1, let policy = inForce.first else {
      return not("several policies are in force during \(group.period)")
    }
    guard policy.isEffective(throughout: period(of: group)) else {
      return not("policy \(policy.policyID) covers only a part of \(group.period)")
    }
    guard policy.deployment != nil || !pooling.isChargedByDeployment(group) else {
      return not("the gateway gives period charges by deployment, and none for this group")
    }
    guard policy.deployment == group.deployment else {
      return not("policy \(policy.policyID) covers the whole tenant, and this is one deployment")
    }
    return Result { () throws(NotDerivable) in try policy.plan.charge(for: usage) }
  }

  private func inForce(for group: GroupKey) -> [ChargePolicy] {
    policies?.inForce(
      tenant: group.tenant, deployment: group.deployment, during: period(of: group)) ?? []
  }

  private func period(of group: GroupKey) -> Range<Instant> {
    pooling.instants(of: group.period)
  }
}
