import Billing

/// Finds the first events, by their ids, that no policy covers, or more than one. The first pass
/// has counted them; their ids are read only where there are any.
struct PolicyFaults {
  /// More tenants than these are read together.
  private static let fewTenants = 8

  private let pass: FirstPass
  private let books: any BookSource
  /// Requests that were counted elsewhere.
  private let judged: JudgedRequests
  private let scratch: Scratch

  init(_ pass: FirstPass, _ books: any BookSource, _ judged: JudgedRequests, in scratch: Scratch) {
    self.pass = pass
    self.books = books
    self.judged = judged
    self.scratch = scratch
  }

  func find(in totals: inout [GroupKey: GroupTotals]) throws {
    let faulty = faultyGroups
    guard !faulty.isEmpty else { return }
    let events = PartitionedList<FaultyEvent>(in: scratch)
    for selection in selections(for: faulty.keys) {
      try books.usage(selection) { row in
        guard case .row(let event) = row, pass.counts(event) else { return }
        guard let group = faulty[GroupKey(of: event, in: pass.terms.zone)] else { return }
        let policies = pass.policiesInForce(for: event)
        guard policies != 1 else { return }
        try events.append(
          FaultyEvent(id: event.eventID, group: group, isUncovered: policies == 0),
          of: pass.digest(request: event.requestID))
      }
    }
    try judged.forEach(of: events) { event, verdict in
      guard verdict == nil else { return }
      let group = pass.places.groups[event.group]
      if event.isUncovered {
        totals[group]?.withoutPolicy.add(event.id)
      } else {
        totals[group]?.underSeveralPolicies.add(event.id)
      }
    }
  }

  /// By their indices.
  private var faultyGroups: [GroupKey: Int] {
    var faulty: [GroupKey: Int] = [:]
    for index in pass.places.groups.indices {
      let sums = pass.places.sums[index]
      if sums.withoutPolicy > 0 || sums.underSeveralPolicies > 0 {
        faulty[pass.places.groups[index]] = index
      }
    }
    return faulty
  }

  private func selections(for groups: some Sequence<GroupKey>) -> [UsageSelection] {
    guard case .occurred(let window, let places) = pass.scope.usage else { return [] }
    let tenants = Set(groups.map(\.tenant)).sorted()
    guard tenants.count <= PolicyFaults.fewTenants else { return [pass.scope.usage] }
    return [
      .occurred(window, PlaceFilter(tenants: tenants, deployments: places.deployments))
    ]
  }
}

/// An event that none or several policies cover.
private struct FaultyEvent: Spoolable {
  var id: String
  /// Index of its group.
  var group: Int
  var isUncovered: Bool

  var weight: Int { 80 }

  func encode(into encoder: inout SpoolEncoder) {
    encoder.put(id)
    encoder.put(group)
    encoder.put(isUncovered)
  }

  init(id: String, group: Int, isUncovered: Bool) {
    self.id = id
    self.group = group
    self.isUncovered = isUncovered
  }

  init(from decoder: inout SpoolDecoder) {
    self.init(id: decoder.text(), group: decoder.number(), isUncovered: decoder.flag())
  }
}
