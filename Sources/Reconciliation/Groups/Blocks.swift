import Accounting
import Billing

/// Why a group may not be corrected: a row of it cannot be judged, or its policy is not known.
struct Blocks {
  let setAside: [SetAsideRow]
  /// The requests with a row set aside block their home as well.
  let requests: [RequestMatch]
  let pooling: Pooling
  let register: Register

  func codes(for group: GroupKey, _ totals: GroupTotals) -> [BreakCode] {
    var codes: [BreakCode] = []
    if setAside.contains(where: { concerns($0, group) })
      || requests.contains(where: { !$0.setAside.isEmpty && touches($0, group) })
    {
      codes.append(.invalidEvent)
    }
    if totals.withoutPolicy.count > 0 { codes.append(.policyGap) }
    if totals.underSeveralPolicies.count > 0 { codes.append(.policyOverlap) }
    return codes.filter(register.examines)
  }

  /// What a row does not tell, it may be.
  private func concerns(_ row: SetAsideRow, _ group: GroupKey) -> Bool {
    guard row.tenant == group.tenant, row.currency ?? group.currency == group.currency,
      row.period ?? group.period == group.period
    else { return false }
    if row.relation == .chargePolicy, row.deployment == nil { return true }
    let place = GroupKey(
      tenant: row.tenant, deployment: row.deployment, currency: group.currency,
      period: group.period)
    return pooling.group(of: place) == group
  }

  private func touches(_ request: RequestMatch, _ group: GroupKey) -> Bool {
    request.home.map { pooling.group(of: $0) == group } ?? false
  }
}
