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
    of scope: Scope
  ) throws -> (usage: ControlTotal, entries: ControlTotal) {
    (try controlTotal(usage: scope.usage), try controlTotal(entries: scope.entries))
  }

  package func events(
    numbered numbers: [UInt32], isWide: Bool, of scope: Scope,
    receive: (Pulled<UsageEvent>) throws -> Void
  ) throws {
    guard !numbers.isEmpty else { return }
    for selection in scope.allUsage { try usage(selection, receive: receive) }
  }
}

extension FirstPass {
  func take(_ row: Pulled<UsageEvent>) throws {
    switch row {
    case .row(let event): try take(event)
    case .setAside(let row):
      try withBytes(row.requestID, row.rowID) { requestID, _ in
        try take(
          LeanEvent(
            nature: .peculiar, requestID: requestID, providerRequestID: nil,
            tenant: nil, deployment: nil, currency: nil, occurredAt: row.at, tokens: 0,
            charge: row.amount, chargeMinor: nil))
      }
    }
  }

  private func take(_ event: UsageEvent) throws {
    try withBytes(event.requestID, event.eventID) { requestID, _ in
      try withBytes(event.providerRequestID, event.currency.code) { call, currency in
        try withBytes(event.deployment, event.tenant) { deployment, tenant in
          try take(
            LeanEvent(
              nature: event.defect(asOf: terms.asOf) == nil
                ? Plainness.nature(of: event, scope.lateness) : .peculiar,
              requestID: requestID, providerRequestID: call, tenant: tenant,
              deployment: deployment, currency: currency, occurredAt: event.occurredAt,
              tokens: event.tokens.sum, charge: event.charge,
              chargeMinor: wantsChargeMinor ? event.chargeMinor : nil))
        }
      }
    }
  }

  func take(_ row: Pulled<LedgerEntry>) throws {
    switch row {
    case .row(let entry): try take(entry)
    case .setAside(let row):
      try withBytes(row.requestID, row.rowID) { requestID, rowID in
        try take(
          LeanEntry(
            nature: requestID == nil ? .loose : .ofRequest, requestID: requestID, entryID: rowID,
            tenant: nil, deployment: nil, currency: nil, amount: row.amount, period: nil))
      }
    }
  }

  private func take(_ entry: LedgerEntry) throws {
    try withBytes(entry.requestID, entry.entryID) { requestID, entryID in
      try withBytes(entry.deployment, entry.currency.code) { deployment, currency in
        try withBytes(nil, entry.tenant) { _, tenant in
          try take(
            LeanEntry(
              nature: Plainness.nature(of: entry), requestID: requestID, entryID: entryID,
              tenant: tenant, deployment: deployment, currency: currency, amount: entry.amount,
              period: entry.period, isNew: scope.lateness?.isNew(entry) ?? false))
        }
      }
    }
  }

  private func withBytes(
    _ first: String?, _ second: String,
    _ body: (UnsafeRawBufferPointer?, UnsafeRawBufferPointer) throws -> Void
  ) rethrows {
    var second = second
    try second.withUTF8 { second in
      guard var first else { return try body(nil, UnsafeRawBufferPointer(second)) }
      try first.withUTF8 {
        try body(UnsafeRawBufferPointer($0), UnsafeRawBufferPointer(second))
      }
    }
  }
}

// MARK: What the first pass did with an event

extension FirstPass {
  /// Whether an event of the pull was counted into its group.
  func counts(_ event: UsageEvent) -> Bool {
    scope.window.contains(event.occurredAt) && event.defect(asOf: terms.asOf) == nil
      && Plainness.nature(of: event) == .plain
      && event.requestID.utf8.count <= Intake.longestID
  }

  /// Takes an event out of its group's sums, if it was counted there.
  func takeOut(_ event: UsageEvent) throws -> Bool {
    guard counts(event), let charge = event.charge else { return false }
    var place = -1
    let period = terms.zone.period(of: event.occurredAt)
    withBytes(event.deployment, event.currency.code) { deployment, currency in
      withBytes(nil, event.tenant) { _, tenant in
        place = places.index(
          tenant: tenant, deployment: deployment, currency: currency, in: period)
      }
    }
    try places.add(
      places.addend(
        charge, wantsChargeMinor ? event.chargeMinor : nil, tokens: event.tokens.sum, of: place,
        at: event.occurredAt, rule: terms.rounding,
        roundsEntries: terms.ledgerRounding == .entry),
      to: place, count: -1)
    return true
  }

  func policiesInForce(for event: UsageEvent) -> Int {
    places.policiesInForce(
      tenant: event.tenant, deployment: event.deployment, at: event.occurredAt)
  }

  func groupTotals() throws(MoneyError) -> [GroupKey: GroupTotals] {
    var totals: [GroupKey: GroupTotals] = [:]
    for index in places.groups.indices where !places.sums[index].isEmpty {
      var counted = try places.sums[index].totals()
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
