import Accounting
import Billing

/// How a source that knows full rows only takes part in a first pass.
extension BookSource {
  package func firstPass(_ scope: Scope, into pass: FirstPass) throws {
    try usage(scope.usage) { try pass.take($0) }
    for further in scope.edges + [scope.late].compactMap(\.self) {
      try usage(further) { row in if scope.takes(outside: row) { try pass.take(row) } }
    }
    try entries(scope.entries) { try pass.take($0) }
  }

  package func controlTotals(
    of scope: Scope, meanwhile: () throws -> Void
  ) throws -> (usage: ControlTotal, entries: ControlTotal) {
    try meanwhile()
    return (try controlTotal(usage: scope.usage), try controlTotal(entries: scope.entries))
  }

  package func events(
    numbered numbers: [UInt32], isWide: Bool, of pass: FirstPass,
    receive: (borrowing LeanEvent) throws -> Void
  ) throws {
    guard !numbers.isEmpty else { return }
    for selection in pass.scope.allUsage {
      try usage(selection) { row in
        if case .row(let event) = row { try pass.withLean(event, receive) }
      }
    }
  }
}

extension FirstPass {
  func take(_ row: Pulled<UsageEvent>) throws {
    switch row {
    case .row(let event): try withLean(event) { try take($0) }
    case .setAside(let row):
      try row.requestID.withBytes { requestID in
        try take(
          LeanEvent(
            nature: .peculiar, requestID: requestID, providerRequestID: .null,
            place: .none, occurredAt: row.at, tokens: 0, charge: row.amount,
            chargeMinor: nil))
      }
    }
  }

  /// Lends an event as the first pass sees it.
  fileprivate func withLean(
    _ event: UsageEvent, _ body: (borrowing LeanEvent) throws -> Void
  ) throws {
    let nature =
      event.defect(asOf: terms.asOf) == nil
      ? Plainness.nature(of: event, scope.lateness) : .peculiar
    try event.requestID.withBytes { requestID in
      try event.providerRequestID.withBytes { call in
        try PlaceName.lend(of: event) { place in
          try body(
            LeanEvent(
              nature: nature, requestID: requestID, providerRequestID: call, place: place,
              occurredAt: event.occurredAt, tokens: event.tokens.sum, charge: event.charge,
              chargeMinor: wantsChargeMinor ? event.chargeMinor : nil))
        }
      }
    }
  }

  func take(_ row: Pulled<LedgerEntry>) throws {
    switch row {
    case .row(let entry): try take(entry)
    case .setAside(let row):
      try row.requestID.withBytes { requestID in
        try row.rowID.withBytes { rowID in
          try take(
            LeanEntry(
              nature: requestID.isNull ? .loose : .ofRequest, requestID: requestID,
              entryID: rowID, place: .none, amount: row.amount, period: nil))
        }
      }
    }
  }

  private func take(_ entry: LedgerEntry) throws {
    try entry.requestID.withBytes { requestID in
      try entry.entryID.withBytes { entryID in
        try PlaceName.lend(
          tenant: entry.tenant, deployment: entry.deployment, currency: entry.currency
        ) { place in
          try take(
            LeanEntry(
              nature: Plainness.nature(of: entry), requestID: requestID, entryID: entryID,
              place: place, amount: entry.amount, period: entry.period,
              isNew: scope.lateness?.isNew(entry) ?? false))
        }
      }
    }
  }
}

// MARK: What the first pass did with an event

extension FirstPass {
  /// Whether an event of the pull was counted into its group.
  func counts(_ event: UsageEvent) -> Bool {
    scope.window.contains(event.occurredAt) && event.occurredAt <= terms.asOf
      && event.defect(asOf: terms.asOf) == nil && Plainness.nature(of: event) == .plain
      && event.requestID.utf8.count <= Intake.longestID
  }

  /// Takes an event out of its group's sums, if it was counted there.
  func takeOut(_ event: UsageEvent) throws -> Bool {
    guard counts(event), let charge = event.charge else { return false }
    let period = terms.zone.period(of: event.occurredAt)
    let place = PlaceName.lend(of: event) { places.index($0, in: period) }
    try places.takeOut(
      places.addend(
        charge, wantsChargeMinor ? event.chargeMinor : nil, tokens: event.tokens.sum, of: place,
        at: event.occurredAt, terms.rounding), of: place)
    return true
  }

  func policiesInForce(for event: UsageEvent) -> Int {
    places.policiesInForce(
      tenant: event.tenant, deployment: event.deployment, at: event.occurredAt)
  }

  /// - Throws: `NamesAlike`, before anything is told of either group.
  func groupTotals() throws -> [GroupKey: GroupTotals] {
    try places.refuseNamesAlike()
    var totals: [GroupKey: GroupTotals] = [:]
    for index in places.groups.indices where !places.sums[index].isEmpty {
      var counted = try places.sums[index].totals(roundsEntries: terms.ledgerRounding == .entry)
      counted.stretches = places.stretches[index] ?? []
      try totals[places.groups[index], default: GroupTotals()].merge(counted)
    }
    return totals
  }
}

extension TokenVector {
  /// All tokens of a plain event.
  var sum: Int64 { Int64(truncatingIfNeeded: total) }
}
