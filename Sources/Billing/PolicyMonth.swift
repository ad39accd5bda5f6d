import Accounting

/// A stretch of a billing period in which the same terms are in force.
public struct PolicySegment: Hashable, Sendable {
  public var range: Range<Instant>
  /// None is a gap, more than one an overlap.
  public var policies: [ChargePolicy]
  /// Ids of later policies that carry on with the same terms.
  public var carriedOnBy: [String] = []

  public var policy: ChargePolicy? { policies.count == 1 ? policies[0] : nil }

  /// The plan in force, where it charges a currency.
  public func plan(in currency: Currency) -> Plan? {
    guard let policy, policy.kind == .planInclusive, policy.currency == currency else { return nil }
    return policy.plan
  }
}

/// A billing period of one place and currency, split where its terms change.
///
/// A policy that takes over without a gap and with the same terms is no change: a plan that is
/// renewed within the month costs what it costs, wherever the renewal falls.
public struct PolicyMonth: Hashable, Sendable {
  public let range: Range<Instant>
  public let currency: Currency
  /// At least one; they cover the period without a gap.
  public let segments: [PolicySegment]

  /// - Parameter deployment: `nil` for usage of the tenant as a whole, and for a pool.
  public init(
    of policies: PolicyBook, tenant: String, deployment: String?, currency: Currency,
    during range: Range<Instant>
  ) {
    self.range = range
    self.currency = currency
    let reaching = policies.policies(of: tenant).filter {
      ($0.deployment == nil || $0.deployment == deployment) && $0.isEffective(during: range)
    }
    let changes = reaching.flatMap { [$0.effectiveFrom, $0.effectiveTo].compactMap(\.self) }
    let starts = Set(changes.filter { range.lowerBound < $0 && $0 < range.upperBound })
    var segments: [PolicySegment] = []
    var start = range.lowerBound
    for end in starts.sorted() + [range.upperBound] {
      let policies = policies.inForce(tenant: tenant, deployment: deployment, at: start)
      segments.append(PolicySegment(range: start..<end, policies: policies))
      start = end
    }
    self.segments = PolicyMonth.merged(segments)
  }

  private static func merged(_ segments: [PolicySegment]) -> [PolicySegment] {
    var merged: [PolicySegment] = []
    for segment in segments {
      guard let last = merged.last, isContinued(last, by: segment) else {
        merged.append(segment)
        continue
      }
      let ids = segment.policies.map(\.policyID).filter { id in
        !last.policies.contains { $0.policyID == id } && !last.carriedOnBy.contains(id)
      }
      merged[merged.count - 1].range = last.range.lowerBound..<segment.range.upperBound
      merged[merged.count - 1].carriedOnBy += ids
    }
    return merged
  }

  private static func isContinued(_ segment: PolicySegment, by next: PolicySegment) -> Bool {
    if segment.policies == next.policies { return true }
    guard let policy = segment.policy, let other = next.policy else { return false }
    return policy.hasSameTerms(as: other)
  }

  /// The plans in force at any time of the period, in the period's currency.
  public var plans: [Plan] {
    segments.flatMap(\.policies).filter {
      $0.kind == .planInclusive && $0.currency == currency
    }.map(\.plan)
  }

  /// Where usage has to be summed apart; none in a month without a plan, or under one alone.
  public var cuts: [Instant] {
    plans.isEmpty ? [] : segments.dropFirst().map(\.range.lowerBound)
  }

  /// The exact part of the period that a segment takes.
  public func share(of segment: PolicySegment) -> Fraction {
    Fraction(
      Int128(segment.range.upperBound.microseconds - segment.range.lowerBound.microseconds),
      over: Int128(range.upperBound.microseconds - range.lowerBound.microseconds))
  }
}

extension [Instant] {
  /// Which of the stretches between cuts an instant lies in, counted from 0.
  public func stretch(at instant: Instant) -> Int {
    firstIndex { instant < $0 } ?? count
  }
}
