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
    guard terms.places.deployments.isEmpty else { return false }
    let inForce = policiesInForce(
      tenant: key.tenant, deployment: key.deployment, during: key.period)
    return !inForce.isEmpty
      && inForce.allSatisfy { $0.deployment == nil && $0.kind == .planInclusive }
      && inForce.allSatisfy { $0.currency == key.currency } && !isChargedByDeployment(key)
  }

  /// Whether the gateway gives the tenant's period charges deployment by deployment.
  func isChargedByDeployment(_ key: GroupKey) -> Bool {
    periodCharges.contains {
      $0.deployment != nil && $0.tenant == key.tenant && $0.period == key.period
        && $0.currency == key.currency
    }
  }

  /// Whether the range covers all that the group is made of.
  func isWhole(_ key: GroupKey) -> Bool {
    terms.range.covers(key.period)
  }

  /// The policies of the group's currency that are in force for it at any time of its month.
  func policies(of key: GroupKey) -> [ChargePolicy] {
    policiesInForce(tenant: key.tenant, deployment: key.deployment, during: key.period)
      .filter { $0.currency == key.currency }
  }

  /// Whether the month's bill is that of a plan, not the sum of the events.
  func isUnderPlan(_ key: GroupKey) -> Bool {
    if policies(of: key).contains(where: { $0.kind == .planInclusive }) { return true }
    return !arePoliciesProvisioned && periodCharge(of: key) != nil
  }

  func countsPlanFees(_ key: GroupKey) -> Bool {
    policies(of: key).contains { $0.kind == .planInclusive && $0.plan.baseFeeInUsage }
  }

  /// The gateway's latest figure.
  func periodCharge(of key: GroupKey) -> Money? {
    periodCharges
      .filter {
        $0.tenant == key.tenant && $0.deployment == key.deployment && $0.period == key.period
          && $0.currency == key.currency
      }
      .max { $0.revision < $1.revision }?
      .amount
  }

  /// The plan's charge, where one plan alone governs the whole month and its terms suffice.
  func derivedCharge(of key: GroupKey, for charged: [UsageEvent]) throws -> Money? {
    let inForce = policiesInForce(
      tenant: key.tenant, deployment: key.deployment, during: key.period)
    guard inForce.count == 1, let policy = inForce.first, policy.kind == .planInclusive,
      policy.currency == key.currency
    else { return nil }
    let month = instants(of: key.period)
    guard policy.effectiveFrom <= month.lowerBound else { return nil }
    if let end = policy.effectiveTo, end < month.upperBound { return nil }
    let isPoolSplit = isChargedByDeployment(key) || !terms.places.deployments.isEmpty
    if policy.deployment == nil, isPoolSplit { return nil }

    let plan = policy.plan
    guard plan.furtherTerms.isEmpty else { return nil }
    let fee = plan.baseFeeInUsage ? plan.baseFee ?? .zero : .zero
    guard let included = plan.includedQuantity else { return fee }
    var used = Money.zero
    switch plan.includedUnit {
    case "token": for event in charged { try used += whole(event.tokens.total) }
    case "request": used = try whole(Int128(charged.count))
    case "charge": for event in charged { try used += event.charge ?? .zero }
    default: return nil
    }
    if used <= included { return fee }
    guard let price = plan.overagePrice else { return nil }
    guard let overage = try? (used - included).times(price) else { return nil }
    return try fee + overage
  }

  private func whole(_ number: Int128) throws -> Money {
    try Money(units: Money.unitsPerMajor).times(number)
  }
}
