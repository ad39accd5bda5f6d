import Accounting

/// Whose usage a call is: the platform's customer, and the one who acts within it.
public struct MeteredEntities: Hashable, Sendable {
  /// Metered always.
  public let platform: String
  /// Metered where allowances are provisioned for it.
  public let tenant: String?

  public init(platform: String, tenant: String?) {
    self.platform = platform
    self.tenant = tenant
  }
}

/// What became of one quantity in both tiers.
public struct TierAllotments: Sendable, Equatable {
  public let platform: Allotment
  /// `nil` where the tier is not provisioned.
  public let tenant: Allotment?

  /// Refused by either.
  public var isRefused: Bool { platform.isRefused || tenant?.isRefused ?? false }
}

extension MeterBook {
  public func check(
    _ quantity: Fraction, on slug: String, of entities: MeteredEntities, at now: Instant
  ) -> TierAllotments {
    TierAllotments(
      platform: check(quantity, on: slug, of: entities.platform, at: now),
      tenant: provisioned(entities).map { check(quantity, on: slug, of: $0, at: now) })
  }

  /// Records one usage in both tiers. Each goes down its own waterfall: both tell the same usage, though
  /// not in the same account.
  @discardableResult
  public mutating func record(
    _ quantity: Fraction, on slug: String, of entities: MeteredEntities, at now: Instant
  ) -> TierAllotments {
    let platform = record(quantity, on: slug, of: entities.platform, at: now)
    var tenant: Allotment?
    if let entity = provisioned(entities) {
      tenant = record(quantity, on: slug, of: entity, at: now)
    }
    return TierAllotments(platform: platform, tenant: tenant)
  }

  /// One entity is not metered twice, though it act for itself.
  private func provisioned(_ entities: MeteredEntities) -> String? {
    entities.tenant.flatMap { $0 != entities.platform && isProvisioned($0) ? $0 : nil }
  }
}
