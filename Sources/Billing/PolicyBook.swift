import Accounting

/// The charge policies of all tenants, to look up by place and time.
///
/// A policy of a deployment stands before one of its whole tenant; two of the same reach at one
/// instant overlap.
public struct PolicyBook: Sendable {
  private let byTenant: [String: [ChargePolicy]]
  /// The same by tenant and deployment, `nil` = the whole tenant.
  private let byPlace: [String: [String?: [ChargePolicy]]]

  public init(_ policies: [ChargePolicy]) {
    byTenant = Dictionary(grouping: policies, by: \.tenant).mapValues {
      $0.sorted { ($0.effectiveFrom, $0.policyID) < ($1.effectiveFrom, $1.policyID) }
    }
    byPlace = byTenant.mapValues { Dictionary(grouping: $0, by: \.deployment) }
  }

  public var isEmpty: Bool { byTenant.isEmpty }
  public var tenants: [String] { byTenant.keys.sorted() }

  public func policies(of tenant: String) -> [ChargePolicy] { byTenant[tenant] ?? [] }

  /// The policies in force: none is a gap, more than one an overlap.
  public func inForce(
    tenant: String, deployment: String?, at instant: Instant
  ) -> [ChargePolicy] {
    inForce(tenant, deployment) { $0.isEffective(at: instant) }
  }

  /// The policies that reach a deployment (or, with `nil`, the tenant as a whole) at any time of
  /// `range`, with the same precedence.
  public func inForce(
    tenant: String, deployment: String?, during range: Range<Instant>
  ) -> [ChargePolicy] {
    inForce(tenant, deployment) { $0.isEffective(during: range) }
  }

  /// Whether a policy that reaches a deployment begins or ends within `range`. Where none does, one
  /// instant tells for all.
  public func changes(tenant: String, deployment: String?, during range: Range<Instant>) -> Bool {
    policies(of: tenant).contains {
      ($0.deployment == nil || $0.deployment == deployment) && $0.isEffective(during: range)
        && !$0.isEffective(throughout: range)
    }
  }

  private func inForce(
    _ tenant: String, _ deployment: String?, where isEffective: (ChargePolicy) -> Bool
  ) -> [ChargePolicy] {
    guard let places = byPlace[tenant] else { return [] }
    if let deployment {
      let own = places[deployment]?.filter(isEffective) ?? []
      if !own.isEmpty { return own }
    }
    return places[nil]?.filter(isEffective) ?? []
  }
}
