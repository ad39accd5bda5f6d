import Accounting
import Billing

/// Which places are billed as one group: a tenant-wide plan pools the deployments that have no
/// policy of their own; where no policies are kept, the gateway's charge of a whole tenant does.
package struct Pooling: Sendable {
  private let policies: PolicyBook?
  private let months: BillingMonths
  let periodCharges: PeriodChargeBook
  private let isLimitedToDeployments: Bool

  init(policies: PolicyBook?, periodCharges: [PeriodCharge], terms: Terms) {
    let months = BillingMonths(terms.zone)
    self.policies = policies
    self.months = months
    self.periodCharges = PeriodChargeBook(periodCharges) { place in
      policies?.pools(place, during: months.instants(of: place.period)) ?? true
    }
    isLimitedToDeployments = !terms.places.deployments.isEmpty
  }

  /// The group in which `place` is billed: itself, or the tenant's pool.
  func group(of place: GroupKey) -> GroupKey {
    guard place.deployment != nil, !isLimitedToDeployments, !isChargedByDeployment(place),
      isPooled(place)
    else { return place }
    return GroupKey(
      tenant: place.tenant, deployment: nil, currency: place.currency, period: place.period)
  }

  private func isPooled(_ place: GroupKey) -> Bool {
    guard let policies else { return periodCharges.isOfTenant(place) }
    return policies.pools(place, during: instants(of: place.period))
  }

  /// Whether the deployments of a group's tenant, those with terms of their own aside, are billed
  /// as this group.
  func pools(_ group: GroupKey) -> Bool {
    group.deployment == nil && isPooled(group)
  }

  /// A deployment that is in a tenant's pool by its terms for a part of the month only: as a group
  /// it stands apart, and the pool lacks a part of its usage.
  func partlyPooled(_ group: GroupKey) -> String? {
    guard let policies else { return nil }
    let days = instants(of: group.period)
    let own = policies.policies(of: group.tenant).filter { $0.isEffective(during: days) }
    return Set(own.compactMap(\.deployment)).sorted().first { name in
      PolicyMonth(
        of: policies, tenant: group.tenant, deployment: name, currency: group.currency,
        during: days
      ).segments.contains { segment in
        segment.plan(in: group.currency) != nil && segment.policy?.deployment == nil
      }
    }
  }

  func instants(of period: AccountingPeriod) -> Range<Instant> {
    months.instants(of: period)
  }

  /// Whether the gateway gives this account's period charges by deployment, so that it has no pool.
  func isChargedByDeployment(_ place: GroupKey) -> Bool {
    periodCharges.isByDeployment(place)
  }

  /// Shares by billed group, in order; what comes to zero is left out.
  func pooled(_ shares: [GroupShare]) throws(MoneyError) -> [GroupShare] {
    var amounts: [GroupKey: Money] = [:]
    for share in shares { try amounts[group(of: share.group), default: .zero] += share.amount }
    return amounts.filter { !$0.value.isZero }.sorted { $0.key < $1.key }
      .map { GroupShare(group: $0.key, amount: $0.value) }
  }
}

extension PolicyBook {
  /// Whether a place is under policies of its whole tenant in one currency, a plan among them: they
  /// bill all deployments together.
  fileprivate func pools(_ place: GroupKey, during month: Range<Instant>) -> Bool {
    let inForce = inForce(tenant: place.tenant, deployment: place.deployment, during: month)
    return inForce.contains { $0.kind == .planInclusive }
      && inForce.allSatisfy { $0.deployment == nil && $0.currency == place.currency }
  }
}
