import Accounting
import Billing
import Reconciliation

extension Oracle {
  func instants(of period: AccountingPeriod) -> Range<Instant> {
    months[period] ?? DayRange(period).instants(in: terms.zone)
  }

  /// The policies that reach a place, its own before those of the whole tenant.
  func policies(
    tenant: String, deployment: String?, where isInForce: (ChargePolicy) -> Bool
  ) -> [ChargePolicy] {
    let ofTenant = policies.filter { $0.tenant == tenant && isInForce($0) }
    let own = ofTenant.filter { $0.deployment != nil && $0.deployment == deployment }
    return own.isEmpty ? ofTenant.filter { $0.deployment == nil } : own
  }

  func policiesInForce(at event: UsageEvent) -> [ChargePolicy] {
    policies(tenant: event.tenant, deployment: event.deployment) {
      $0.effectiveFrom <= event.occurredAt
        && ($0.effectiveTo == nil || event.occurredAt < $0.effectiveTo!)
    }
  }

  func policiesInForce(
    tenant: String, deployment: String?, during period: AccountingPeriod
  ) -> [ChargePolicy] {
    let month = instants(of: period)
    return policies(tenant: tenant, deployment: deployment) {
      $0.effectiveFrom < month.upperBound
        && ($0.effectiveTo == nil || month.lowerBound < $0.effectiveTo!)
    }
  }

  /// The group a place is judged in: that of the whole tenant under a plan that pools it.
  func pooled(_ key: GroupKey) -> GroupKey {
    guard isPooled(key) else { return key }
    return GroupKey(
      tenant: key.tenant, deployment: nil, currency: key.currency, period: key.period)
  }

  /// A run limited to deployments sees too little of a pool to judge it.
  private func isPooled(_ key: GroupKey) -> Bool {
    guard terms.places.deployments.isEmpty, !isChargedByDeployment(key) else { return false }
    if !arePoliciesProvisioned { return isChargedAsTenant(key) }
    return isUnderPlanOfTenant(key)
  }

  private func isUnderPlanOfTenant(_ key: GroupKey) -> Bool {
    let inForce = policiesInForce(
      tenant: key.tenant, deployment: key.deployment, during: key.period)
    return inForce.contains { $0.kind == .planInclusive }
      && inForce.allSatisfy { $0.deployment == nil && $0.currency == key.currency }
  }

  /// Whether the gateway gives a period charge of the whole tenant.
  private func isChargedAsTenant(_ key: GroupKey) -> Bool {
    var tenant = key
    tenant.deployment = nil
    return !latestCharges(of: tenant).isEmpty
  }

  /// Whether the gateway gives the tenant's period charges deployment by deployment; those of
  /// deployments with terms of their own are no word about the others.
  func isChargedByDeployment(_ key: GroupKey) -> Bool {
    periodCharges.contains { charge in
      guard charge.deployment != nil, charge.tenant == key.tenant, charge.period == key.period,
        charge.currency == key.currency
      else { return false }
      var place = key
      place.deployment = charge.deployment
      return !arePoliciesProvisioned || isUnderPlanOfTenant(place)
    }
  }

  /// Whether the range covers all that the group is made of, and nothing more can occur.
  func isWhole(_ key: GroupKey) -> Bool {
    terms.range.covers(key.period) && instants(of: key.period).upperBound <= terms.asOf
  }

  /// Whether the month's bill is that of a plan, not the sum of the events.
  func isUnderPlan(_ key: GroupKey) -> Bool {
    if !plans(of: key).isEmpty { return true }
    if arePoliciesProvisioned { return false }
    return !latestCharges(of: key).isEmpty || isChargedAsTenant(key)
  }

  func countsPlanFees(_ key: GroupKey) -> Bool {
    plans(of: key).contains(where: \.plan.baseFeeInUsage)
  }

  /// The gateway's latest figure; `nil` also where it gives several.
  func periodCharge(of key: GroupKey) -> Money? {
    isChargeUnclear(key) ? nil : latestCharges(of: key).first
  }

  /// Whether the gateway's figures contradict each other, or say the same thing twice over.
  func isChargeUnclear(_ key: GroupKey) -> Bool {
    latestCharges(of: key).count > 1 || (isChargedAsTenant(key) && isChargedByDeployment(key))
  }

  /// Whether that is told of this group: of several deployments beside their tenant, at the tenant.
  func isChargeContradictory(_ key: GroupKey) -> Bool {
    latestCharges(of: key).count > 1 || (key.deployment == nil && isChargeUnclear(key))
  }

  private func latestCharges(of key: GroupKey) -> Set<Money> {
    let given = periodCharges.filter {
      $0.tenant == key.tenant && $0.deployment == key.deployment && $0.period == key.period
        && $0.currency == key.currency
    }
    return Set(given.filter { $0.revision == given.map(\.revision).max() }.map(\.amount))
  }
}
