import Accounting
import Billing

/// Which places are billed as one group: a tenant-wide plan pools the deployments that have no
/// policy of their own.
package struct Pooling: Sendable {
  private struct Account: Hashable {
    let tenant: String
    let currency: Currency
    let period: AccountingPeriod
  }

  private let policies: PolicyBook?
  private let months: BillingMonths
  /// Accounts whose period charges the gateway gives by deployment.
  private let chargedByDeployment: Set<Account>
  private let isLimitedToDeployments: Bool

  package init(policies: PolicyBook?, periodCharges: [PeriodCharge], terms: Terms) {
    self.policies = policies
    months = BillingMonths(terms.zone)
    isLimitedToDeployments = !terms.places.deployments.isEmpty
    chargedByDeployment = Set(
      periodCharges.filter { $0.deployment != nil }.map {
        Account(tenant: $0.tenant, currency: $0.currency, period: $0.period)
      })
  }

  /// The group in which `place` is billed: itself, or the tenant's pool.
  package func group(of place: GroupKey) -> GroupKey {
    guard place.deployment != nil, let policies, !isLimitedToDeployments,
      !isChargedByDeployment(place)
    else { return place }
    let inForce = policies.inForce(
      tenant: place.tenant, deployment: place.deployment, during: instants(of: place.period))
    guard isPool(inForce, in: place.currency) else { return place }
    return GroupKey(
      tenant: place.tenant, deployment: nil, currency: place.currency, period: place.period)
  }

  /// Policies of the whole tenant in one currency, a plan among them: they bill all deployments
  /// together.
  private func isPool(_ policies: [ChargePolicy], in currency: Currency) -> Bool {
    policies.contains { $0.kind == .planInclusive }
      && policies.allSatisfy { $0.deployment == nil && $0.currency == currency }
  }

  /// Whether the deployments of a group's tenant, those with terms of their own aside, are billed
  /// as this group.
  func pools(_ group: GroupKey) -> Bool {
    guard group.deployment == nil, let policies else { return false }
    let inForce = policies.inForce(
      tenant: group.tenant, deployment: nil, during: instants(of: group.period))
    return isPool(inForce, in: group.currency)
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

  package func instants(of period: AccountingPeriod) -> Range<Instant> {
    months.instants(of: period)
  }

  /// Whether the gateway gives this account's period charges by deployment, so that it has no pool.
  package func isChargedByDeployment(_ place: GroupKey) -> Bool {
    chargedByDeployment.contains(
      Account(tenant: place.tenant, currency: place.currency, period: place.period))
  }

  /// Shares by billed group, in order; what comes to zero is left out.
  package func pooled(_ shares: [GroupShare]) throws(MoneyError) -> [GroupShare] {
    var amounts: [GroupKey: Money] = [:]
    for share in shares { try amounts[group(of: share.group), default: .zero] += share.amount }
    return amounts.filter { !$0.value.isZero }.sorted { $0.key < $1.key }
      .map { GroupShare(group: $0.key, amount: $0.value) }
  }
}
