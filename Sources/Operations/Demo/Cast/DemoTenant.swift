import Accounting

/// A tenant of the demo.
struct DemoTenant {
  /// What is peculiar about a tenant.
  enum Trait {
    /// Nothing.
    case none
    // Faults of its last deployment, which nothing else goes wrong with.
    case policyGap, policyOverlap, invalidEvents, subcentLeak
    // Peculiar, and right.
    /// A new price in the middle of the month.
    case policyChange
    /// One policy for the whole tenant and another for its first deployment.
    case ownPolicy
    /// Users without sessions, or neither.
    case withoutSessions, anonymous
    /// Charges of zero make no ledger entry.
    case noZeroEntries
    /// A plan, and no usage at all.
    case dormant
  }

  let name: String
  let currency: Currency
  let terms: DemoTerms
  /// `nil` where the gateway knows the tenant alone.
  let deployments: [String?]
  let trait: Trait

  /// - Parameter deployments: their names, separated by blanks; `-` for a tenant without.
  init(
    _ name: String, _ currency: Currency, _ terms: DemoTerms, _ deployments: String,
    _ trait: Trait = .none
  ) {
    self.name = name
    self.currency = currency
    self.terms = terms
    self.deployments = deployments.split(separator: ",").map { $0 == "-" ? nil : String($0) }
    self.trait = trait
  }
}

/// One deployment of a tenant: where usage happens and is billed.
struct DemoPlace {
  let tenant: DemoTenant
  let deployment: String?
  let position: Int
  let terms: DemoTerms
  /// From this instant on, other terms.
  let change: (at: Instant, terms: DemoTerms)?
  let policyID: String
  let workload: DemoWorkload
  let models: [DemoModel]
  /// Its share of the traffic, as against the others'.
  let weight: Int
  /// What its trait does to this deployment.
  let trait: DemoTenant.Trait

  func terms(at instant: Instant) -> DemoTerms {
    if let change, change.at <= instant { return change.terms }
    return terms
  }

  func policyID(at instant: Instant) -> String {
    if let change, change.at <= instant { return "\(policyID)-2" }
    return policyID
  }

  var isPlan: Bool { terms.plan != nil }
  var isPooled: Bool { terms.plan?.pooled ?? false }
  /// Where the money is settled: pooled plans know no deployment.
  var settledDeployment: String? { isPooled ? nil : deployment }
  /// Whether single requests may go wrong here.
  var isOrdinary: Bool {
    switch trait {
    case .policyGap, .policyOverlap, .invalidEvents, .subcentLeak, .dormant: false
    default: true
    }
  }
  var isOrdinaryUsage: Bool { isOrdinary && !isPlan }

  /// What befalls the month of this place's plan.
  var ill: DemoPlanTerms.Ill {
    guard let ills = terms.plan?.ills, !ills.isEmpty else { return .none }
    return ills[isPooled ? 0 : position % ills.count]
  }
}
