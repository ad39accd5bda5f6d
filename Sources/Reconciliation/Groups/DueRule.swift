import Accounting
import Billing

/// Works out what groups owe.
struct DueRule {
  let policies: PolicyBook?
  let periodCharges: PeriodChargeBook
  let planned: PlannedCharges?
  let terms: Terms

  init(policies: PolicyBook?, pooling: Pooling, earlier: EarlierUsage, terms: Terms) {
    self.policies = policies
    periodCharges = pooling.periodCharges
    self.terms = terms
    planned = policies.map { PlannedCharges(policies: $0, pooling: pooling, earlier: earlier) }
  }

  /// What a group owes, and how its plans come to it.
  func due(
    for group: GroupKey, _ totals: GroupTotals, isWholePeriod: Bool
  ) throws -> (due: Due, charge: PolicyMonthCharge?) {
    let month = planned?.month(of: group)
    let plans = month?.plans ?? []
    var due = Due(
      basis: .usage, policy: month?.kind, amount: .zero,
      roundedUsage: try totals.usage.charge.rounded(to: group.currency, terms.rounding),
      countsPlanFees: plans.contains(where: \.baseFeeInUsage))
    due.amount = due.roundedUsage
    guard isWholePeriod else {
      if !plans.isEmpty {
        due.basis = .unknownPlan(why: "\(group.period) is judged only in part")
      }
      return (due, nil)
    }
    due.periodCharge = periodCharges[group]
    due.contradiction = periodCharges.contradiction(toldAt: group)
    let contradiction = periodCharges.contradiction(about: group)
    let given = try due.periodCharge?.amount.rounded(to: group.currency, terms.rounding)
    guard let planned, let month, !plans.isEmpty else {
      due.derived = due.roundedUsage
      let whyUnknown = contradiction ?? whyNotWithoutTenant(group)
      if policies == nil, given != nil || whyUnknown != nil {
        due.derived = nil
        due.takePlan(charging: given, orUnknownAs: whyUnknown)
      }
      return (due, nil)
    }
    var charge: PolicyMonthCharge?
    do throws(NotDerivable) {
      let found = try planned.charge(for: group, month, totals)
      due.derived = try found.amount.derived(group.currency, terms.rounding)
      due.arithmetic = found.arithmetic(in: group.currency)
      charge = found
    } catch {
      due.whyNotDerived = error.why
    }
    due.takePlan(
      charging: contradiction == nil ? given ?? due.derived : nil,
      orUnknownAs: contradiction ?? due.whyNotDerived)
    return (due, charge)
  }

  /// Why a deployment that is not in its tenant's pool is not to be judged without it.
  private func whyNotWithoutTenant(_ group: GroupKey) -> String? {
    guard policies == nil, group.deployment != nil, periodCharges[group] == nil,
      periodCharges.isOfTenant(group)
    else { return nil }
    return "the gateway's charge is for the whole tenant, and this is one deployment"
  }

  /// What the true-up of a running month looks like; `nil` for a group without a plan.
  /// - Throws: `NotDerivable` where policies and usage do not tell.
  func projection(
    for group: GroupKey, _ totals: GroupTotals, through: Instant
  ) throws -> Projection? {
    guard let planned else { return nil }
    let month = planned.month(of: group)
    guard !month.plans.isEmpty, month.range.lowerBound < through else { return nil }
    return try month.projection(
      totals.usage(in: month), through: through, carried: planned.carried(to: group, month),
      terms.rounding)
  }

  /// Whether a group is billed by the period: under a plan, or by a gateway that keeps no policies.
  func isPlanned(_ group: GroupKey) -> Bool {
    planned.map { !$0.month(of: group).plans.isEmpty } ?? true
  }
}

extension Fraction {
  func derived(
    _ currency: Currency, _ rule: RoundingRule
  ) throws(NotDerivable) -> Money {
    do throws(MoneyError) {
      return try rounded(to: currency, rule)
    } catch {
      throw NotDerivable(why: error.description)
    }
  }
}

extension PolicyMonth {
  /// The word for the kind of policy; `mixed` for several, `nil` for none.
  var kind: String? {
    let kinds = Set(segments.flatMap { $0.policies.map(\.kind.text) })
    return kinds.count > 1 ? "mixed" : kinds.first
  }
}
