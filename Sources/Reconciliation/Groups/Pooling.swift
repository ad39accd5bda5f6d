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
      tenant: place.tenant, deployment: place.deployment,
      during: instants(of: place.period))
    let pools = inForce.allSatisfy {
      $0.deployment == nil && $0.kind == .planInclusive && $0.currency == place.currency
    }
    guard !inForce.isEmpty, pools else { return place }
    return GroupKey(
      tenant: place.tenant, deployment: nil, currency: place.currency, period: place.period)
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
