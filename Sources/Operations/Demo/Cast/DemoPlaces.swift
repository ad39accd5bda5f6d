import Accounting

extension DemoCast {
  /// Every deployment of every tenant, in order.
  func places(_ plan: DemoPlan) throws -> [DemoPlace] {
    let byName = Dictionary(uniqueKeysWithValues: models.map { ($0.name, $0) })
    var random = DemoRandom(seed: plan.seed, stream: "places")
    return tenants.enumerated().flatMap { rank, tenant in
      tenant.deployments.indices.map { position in
        place(tenant, rank: rank, position: position, plan, byName, &random)
      }
    }
  }

  private func place(
    _ tenant: DemoTenant, rank: Int, position: Int, _ plan: DemoPlan,
    _ byName: [String: DemoModel], _ random: inout DemoRandom
  ) -> DemoPlace {
    let deployment = tenant.deployments[position]
    let workload = DemoWorkload(deployment)
    let suited = workload.models.compactMap { byName[$0] }
    let first = random.below(suited.count)
    let models = suited.count == 1 ? suited : [suited[first], suited[(first + 1) % suited.count]]
    let isLast = position == tenant.deployments.count - 1
    let isWhole: Bool =
      switch tenant.trait {
      case .policyGap, .policyOverlap, .invalidEvents, .subcentLeak: false
      default: true
      }
    return DemoPlace(
      tenant: tenant, deployment: deployment, position: position,
      terms: terms(tenant, position: position), change: change(tenant, plan),
      policyID: policyID(tenant, position: position), workload: workload, models: models,
      weight: 60_000 / (rank + 1) / (position + 1),
      trait: isWhole || isLast ? tenant.trait : .none)
  }

  private func terms(_ tenant: DemoTenant, position: Int) -> DemoTerms {
    tenant.trait == .ownPolicy && position == 0 ? .flatPercent(12) : tenant.terms
  }

  private func policyID(_ tenant: DemoTenant, position: Int) -> String {
    let isWholeTenant =
      tenant.terms.plan?.pooled ?? (tenant.trait == .ownPolicy && position > 0)
    guard !isWholeTenant, let deployment = tenant.deployments[position] else {
      return "pol-\(tenant.name)"
    }
    return "pol-\(tenant.name)-\(deployment)"
  }

  private func change(_ tenant: DemoTenant, _ plan: DemoPlan) -> (at: Instant, terms: DemoTerms)? {
    guard tenant.trait == .policyChange else { return nil }
    let middle = plan.period.firstDay.adding(days: 14)
    return (plan.zone.start(of: middle), .flatPercent(18))
  }
}
