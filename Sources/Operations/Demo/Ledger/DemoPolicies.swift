import Accounting
import Billing
import Reconciliation

/// A charge policy with the columns that `ChargePolicy` leaves out.
package struct DemoPolicy {
  package var policy: ChargePolicy
  var percent: Int?
  var inputPrice: Money?
  var outputPrice: Money?
  /// JSON.
  var overageTiers: String?
}

extension DemoDraft {
  /// Writes every place's policy, and where the place is kept for it, the fault in it.
  mutating func writePolicies(_ months: [DemoGroup: DemoMonth]) throws {
    var written: Set<String> = []
    for (index, place) in places.enumerated() where written.insert(place.policyID).inserted {
      var policy = try policy(place, place.terms, months)
      var further: DemoPolicy?
      if let change = place.change {
        policy.policy.effectiveTo = change.at
        further = try self.policy(place, change.terms, months, suffix: "-2", from: change.at)
      } else if place.trait == .policyGap || place.trait == .policyOverlap {
        let (midnight, event) = try middle(of: index)
        if place.trait == .policyGap {
          policy.policy.effectiveTo = midnight
          plant(.policyGap, in: group(of: event))
        } else {
          further = try self.policy(
            place, .flatPercent(30), months, suffix: "-new", from: midnight)
          plant(.policyOverlap, in: group(of: event))
        }
      }
      policies.append(policy)
      if let further { policies.append(further) }
    }
  }

  private func policy(
    _ place: DemoPlace, _ terms: DemoTerms, _ months: [DemoGroup: DemoMonth], suffix: String = "",
    from: Instant = Instant(utc: "2025-12-31T23:00:00Z")
  ) throws -> DemoPolicy {
    let isWhole = place.policyID == "pol-\(place.tenant.name)"
    var row = DemoPolicy(
      policy: ChargePolicy(
        policyID: place.policyID + suffix, tenant: place.tenant.name,
        deployment: isWhole ? nil : place.deployment, kind: terms.kind,
        currency: place.tenant.currency, effectiveFrom: from))
    switch terms {
    case .passThrough: break
    case .flatPercent(let percent): row.percent = percent
    case .perToken(let input, let output):
      row.inputPrice = try Money(input)
      row.outputPrice = try Money(output)
    case .plan(let terms): try fill(&row, terms, place, months)
    }
    return row
  }

  private func fill(
    _ row: inout DemoPolicy, _ terms: DemoPlanTerms, _ place: DemoPlace,
    _ months: [DemoGroup: DemoMonth]
  ) throws {
    let group = DemoGroup(
      tenant: place.tenant.name, deployment: place.settledDeployment,
      currency: place.tenant.currency, period: plan.period)
    // Where usage comes after the true-up, it has to cost something: nothing is used up.
    let percent = place.ill == .laterUsage ? 150 : terms.includedPercent
    let used = try (months[group] ?? DemoMonth()).all.used(terms.unit)
    let included = percent.map { self.included(used, percent: $0) }
    row.policy.plan = Plan(
      baseFee: try Money(terms.fee), baseFeeInUsage: terms.feeInUsage, includedQuantity: included,
      includedUnit: included == nil ? nil : terms.unit.rawValue,
      overagePrice: try Money(terms.overage))
    if terms.source == .tiered, let included {
      let half = try Money(terms.overage).divided(exactlyBy: 2)
      let bound = try Self.firstTier(included)
      row.overageTiers = """
        [{"up_to": \(bound), "price": "\(terms.overage)"}, {"up_to": null, "price": "\(half)"}]
        """
      row.policy.plan.overageTiers = OverageTiers([
        OverageTiers.Tier(upTo: bound, price: try Money(terms.overage)),
        OverageTiers.Tier(upTo: nil, price: half),
      ])
    }
  }

  /// A local midnight with two fifths of the month's events after it, and one of these.
  private func middle(of place: Int) throws -> (midnight: Instant, event: Int) {
    let byTime = events.indices.filter {
      events[$0].isCharged && events[$0].place == place && events[$0].period == plan.period
    }.sorted { events[$0].event.occurredAt < events[$1].event.occurredAt }
    guard !byTime.isEmpty else { throw DemoTooSmall(what: "a policy's fault") }
    let event = byTime[byTime.count * 3 / 5]
    let day = plan.zone.day(of: events[event].event.occurredAt)
    return (plan.zone.start(of: day), event)
  }
}
