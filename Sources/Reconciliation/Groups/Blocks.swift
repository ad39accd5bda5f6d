import Accounting
import Billing

/// Why a group may not be corrected: a row of it cannot be judged, or its policy is not known.
struct Blocks {
  let setAside: SetAsidePlaces
  let pooling: Pooling
  let register: Register

  func codes(for group: GroupKey, _ totals: GroupTotals) -> [BreakCode] {
    var codes: [BreakCode] = []
    if setAside.concern(group, pooling) { codes.append(.invalidEvent) }
    if totals.withoutPolicy.count > 0 { codes.append(.policyGap) }
    if totals.underSeveralPolicies.count > 0 { codes.append(.policyOverlap) }
    return codes.filter(register.examines)
  }

  /// Where breaks are shown that are measured in units: a call that is set aside may be what an entry
  /// of its tenant's meters, or of its users', is for.
  func ofMeters(in months: [AccountingPeriod]) -> [GroupKey: [BreakCode]] {
    var blocked: [GroupKey: [BreakCode]] = [:]
    for month in months {
      for tenant in setAside.tenants(in: month) {
        let place = GroupKey(tenant: tenant, deployment: nil, currency: .none, period: month)
        blocked[place] = [.invalidEvent]
      }
    }
    return blocked
  }
}

/// The places of rows that were set aside, each once, however many rows there are. What a row does
/// not tell, it may be.
struct SetAsidePlaces {
  /// `nil` = any.
  private struct Span: Hashable {
    let currency: Currency?
    let period: AccountingPeriod?
  }

  private var spans: [String: [String?: Set<Span>]] = [:]
  /// Of policies that cover a whole tenant.
  private var tenantSpans: [String: Set<Span>] = [:]
  /// The billed groups of requests with a row set aside.
  private var homes: Set<GroupKey> = []
  /// Places of rows that tell all of it, policies left out.
  private(set) var known: Set<GroupKey> = []

  mutating func note(home group: GroupKey) { homes.insert(group) }

  mutating func note(_ row: SetAsideRow) {
    let span = Span(currency: row.currency, period: row.period)
    if row.relation == .chargePolicy, row.deployment == nil {
      tenantSpans[row.tenant, default: []].insert(span)
    } else {
      spans[row.tenant, default: [:]][row.deployment, default: []].insert(span)
    }
    guard row.relation != .chargePolicy, let currency = row.currency, let period = row.period else {
      return
    }
    known.insert(
      GroupKey(
        tenant: row.tenant, deployment: row.deployment, currency: currency, period: period))
  }

  /// Those of rows that may be of a month.
  func tenants(in month: AccountingPeriod) -> [String] {
    spans.filter { _, places in
      places.values.contains { $0.contains { $0.period.map { $0 == month } ?? true } }
    }.map(\.key)
  }

  /// Whether a row may belong to a billed group.
  func concern(_ group: GroupKey, _ pooling: Pooling) -> Bool {
    if homes.contains(group) || meet(tenantSpans[group.tenant], group) { return true }
    guard let places = spans[group.tenant] else { return false }
    // A group with a deployment is billed where it stands; one without may be a pool.
    if group.deployment != nil {
      return meet(places[group.deployment], group) && pooling.group(of: group) == group
    }
    return places.contains { deployment, spans in
      let place = GroupKey(
        tenant: group.tenant, deployment: deployment, currency: group.currency,
        period: group.period)
      return meet(spans, group) && pooling.group(of: place) == group
    }
  }

  private func meet(_ spans: Set<Span>?, _ group: GroupKey) -> Bool {
    guard let spans else { return false }
    return [group.currency, nil].contains { currency in
      [group.period, nil].contains { spans.contains(Span(currency: currency, period: $0)) }
    }
  }
}
