import Billing

/// Finds the first events, by their ids, that no policy covers, or more than one. The first pass
/// has counted them; their ids are read only where there are any.
struct PolicyFaults {
  /// More tenants than these are read together.
  private static let fewTenants = 8

  private let pass: FirstPass
  private let books: any BookSource

  init(_ pass: FirstPass, _ books: any BookSource) {
    self.pass = pass
    self.books = books
  }

  /// - Parameter isJudged: whether a request was counted elsewhere.
  func find(
    in totals: inout [GroupKey: GroupTotals], isJudged: (RequestDigest) -> Bool
  ) throws {
    var faulty: Set<GroupKey> = []
    for index in pass.places.groups.indices {
      let sums = pass.places.sums[index]
      if sums.withoutPolicy > 0 || sums.underSeveralPolicies > 0 {
        faulty.insert(pass.places.groups[index])
      }
    }
    guard !faulty.isEmpty else { return }
    for selection in selections(for: faulty) {
      try books.usage(selection) { row in
        guard case .row(let event) = row, pass.counts(event) else { return }
        let group = GroupKey(of: event, in: pass.terms.zone)
        guard faulty.contains(group), !isJudged(pass.digest(request: event.requestID)) else {
          return
        }
        switch pass.policiesInForce(for: event) {
        case 0: totals[group]?.withoutPolicy.add(event.eventID)
        case 1: break
        default: totals[group]?.underSeveralPolicies.add(event.eventID)
        }
      }
    }
  }

  private func selections(for groups: Set<GroupKey>) -> [UsageSelection] {
    guard case .occurred(let window, let places) = pass.scope.usage else { return [] }
    let tenants = Set(groups.map(\.tenant)).sorted()
    guard tenants.count <= PolicyFaults.fewTenants else { return [pass.scope.usage] }
    return [
      .occurred(window, PlaceFilter(tenants: tenants, deployments: places.deployments))
    ]
  }
}
