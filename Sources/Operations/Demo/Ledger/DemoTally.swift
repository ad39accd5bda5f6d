import Accounting

/// What a group's charged events come to.
struct DemoTally: Equatable {
  var requests = 0
  var input: Int64 = 0
  var output: Int64 = 0
  var tokens: Int128 = 0
  /// Exact sum of the charges.
  var charge = Money.zero
  /// Sum of the charges rounded one by one.
  var rounded = Money.zero
  /// Charges that do not round to zero.
  var visible = 0

  mutating func add(_ event: DemoEvent) throws(MoneyError) {
    let charge = event.event.charge ?? .zero
    let amount = try charge.rounded(to: event.event.currency)
    requests += 1
    input += event.event.tokens.input
    output += event.event.tokens.output
    tokens += event.event.tokens.total
    try self.charge += charge
    try rounded += amount
    if !amount.isZero { visible += 1 }
  }

  /// What a rounding entry has to bring so that the entries come to the sum rounded once.
  func roundingNeeded(_ currency: Currency) throws(MoneyError) -> Money {
    try charge.rounded(to: currency) - rounded
  }

  /// How much of a plan's unit was used.
  func used(_ unit: DemoPlanTerms.Unit) throws(MoneyError) -> Money {
    switch unit {
    case .token: try Money(units: Money.unitsPerMajor).times(tokens)
    case .request: try Money(units: Money.unitsPerMajor).times(Int128(requests))
    case .charge: charge
    }
  }
}

/// A group's month: as it was known when the ledger settled it, and as it is.
struct DemoMonth {
  var known = DemoTally()
  var all = DemoTally()
}

extension DemoDraft {
  func tally() throws -> [DemoGroup: DemoMonth] {
    var months: [DemoGroup: DemoMonth] = [:]
    for index in events.indices where events[index].isCharged {
      let event = events[index]
      guard event.period == plan.period || event.period == plan.priorPeriod else { continue }
      let isKnown = event.event.recordedAt < plan.settled(event.period)
      let group = group(of: index)
      try months[group, default: DemoMonth()].all.add(event)
      if isKnown { try months[group, default: DemoMonth()].known.add(event) }
    }
    for place in places where place.trait == .dormant {
      for period in [plan.priorPeriod, plan.period] {
        let group = DemoGroup(
          tenant: place.tenant.name, deployment: place.settledDeployment,
          currency: place.tenant.currency, period: period)
        months[group] = DemoMonth()
      }
    }
    return months
  }

  /// The place (for a pool: its first) that a group settles.
  func placesByGroup() -> [DemoGroup: DemoPlace] {
    var byGroup: [DemoGroup: DemoPlace] = [:]
    for place in places.reversed() {
      for period in [plan.priorPeriod, plan.period] {
        let group = DemoGroup(
          tenant: place.tenant.name, deployment: place.settledDeployment,
          currency: place.tenant.currency, period: period)
        byGroup[group] = place
      }
    }
    return byGroup
  }
}
