import Accounting
import Billing
import Reconciliation

/// Both books in arrays, read through the same door as a database.
package struct InMemoryBooks: BookSource {
  package var contents: BookContents
  /// In which the months of set-aside events are meant.
  package var zone: BillingZone
  /// Rows that get lost on the way: the source counts them but does not hand them out.
  package var lostEventIDs: Set<String> = []
  package var lostEntryIDs: Set<String> = []

  package init(_ contents: BookContents, zone: BillingZone = .utc) {
    self.contents = contents
    self.zone = zone
  }

  package func usage(
    _ selection: UsageSelection, receive: (Pulled<UsageEvent>) throws -> Void
  ) throws {
    for event in events(in: selection) where !lostEventIDs.contains(event.eventID) {
      try receive(.row(event))
    }
    for row in setAsideEvents(in: selection) { try receive(.setAside(row)) }
  }

  package func entries(
    _ selection: EntrySelection, receive: (Pulled<LedgerEntry>) throws -> Void
  ) throws {
    for entry in entries(in: selection) where !lostEntryIDs.contains(entry.entryID) {
      try receive(.row(entry))
    }
    for row in setAsideEntries(in: selection) { try receive(.setAside(row)) }
  }

  package func controlTotal(usage selection: UsageSelection) throws -> ControlTotal {
    let events = events(in: selection)
    let setAside = setAsideEvents(in: selection)
    return ControlTotal(
      rows: events.count + setAside.count,
      amount: try Money.sum(events.compactMap(\.charge) + setAside.compactMap(\.amount)))
  }

  package func controlTotal(entries selection: EntrySelection) throws -> ControlTotal {
    let entries = entries(in: selection)
    let setAside = setAsideEntries(in: selection)
    return ControlTotal(
      rows: entries.count + setAside.count,
      amount: try Money.sum(entries.map(\.amount) + setAside.compactMap(\.amount)))
  }

  package func policies() throws -> [Pulled<ChargePolicy>]? {
    contents.policies.map { pulled($0, and: contents.setAside(of: .chargePolicy)) }
  }

  package func periodCharges(_ periods: [AccountingPeriod]) throws -> [Pulled<PeriodCharge>]? {
    contents.periodCharges.map { rows in
      pulled(rows.filter { periods.contains($0.period) }, and: setAside(.periodCharge, in: periods))
    }
  }

  package func invoiceLines(_ periods: [AccountingPeriod]) throws -> [Pulled<InvoiceLine>]? {
    contents.invoiceLines.map { rows in
      pulled(rows.filter { periods.contains($0.period) }, and: setAside(.invoiceLine, in: periods))
    }
  }

  package func meters() throws -> [Pulled<Meter>]? {
    contents.meters.map { pulled($0, and: contents.setAside(of: .meter)) }
  }

  package func allowances() throws -> [Pulled<Allowance>]? {
    contents.allowances.map { pulled($0, and: contents.setAside(of: .allowance)) }
  }

  package func meterEntries(
    postedFrom start: Instant?, before end: Instant, orCorrecting months: [AccountingPeriod],
    receive: (Pulled<MeterEntry>) throws -> Void
  ) throws -> Bool {
    guard let entries = contents.meterEntries else { return false }
    for entry in entries.sorted(by: MeterEntry.inPostingOrder)
    where start.map({ $0 <= entry.postedAt }) ?? true && entry.postedAt < end
      || entry.correctedMonth.map(months.contains) ?? false
    {
      try receive(.row(entry))
    }
    return true
  }

  package func prices() throws -> PriceRows? { contents.prices }
  package func importedPrices() throws -> PriceRows? { contents.importedPrices }

  package func closedPeriods() throws -> [ClosedPeriod]? { contents.closedPeriods }

  private func pulled<Row>(_ rows: [Row], and setAside: [SetAsideRow]) -> [Pulled<Row>] {
    rows.map { .row($0) } + setAside.map { .setAside($0) }
  }

  private func setAside(
    _ relation: SetAsideRow.Relation, in periods: [AccountingPeriod]
  ) -> [SetAsideRow] {
    contents.setAside(of: relation).filter { row in row.period.map(periods.contains) ?? true }
  }
}

// The selections.
extension InMemoryBooks {
  private func events(in selection: UsageSelection) -> [UsageEvent] {
    switch selection {
    case .occurred(let range, let places):
      contents.usage.filter {
        range.contains($0.occurredAt) && places.admits(tenant: $0.tenant, deployment: $0.deployment)
      }
    case .arrived(let since, let end, let places):
      contents.usage.filter {
        $0.recordedAt >= since && $0.occurredAt < end
          && places.admits(tenant: $0.tenant, deployment: $0.deployment)
      }
    case .requests(let requests): contents.usage.filter { requests.contains($0.requestID) }
    case .providerRequests(let calls):
      contents.usage.filter { event in event.providerRequestID.map(calls.contains) ?? false }
    case .nameless(let inner): events(in: inner).filter(\.requestID.isEmpty)
    }
  }

  /// A set-aside event that does not tell its time is read with any range that touches its month.
  private func setAsideEvents(in selection: UsageSelection) -> [SetAsideRow] {
    if case .nameless(let inner) = selection {
      return setAsideEvents(in: inner).filter { $0.requestID == nil }
    }
    return contents.setAside(of: .usageEvent).filter { row in
      switch selection {
      case .occurred(let range, let places):
        places.admits(tenant: row.tenant, deployment: row.deployment)
          && (row.at.map(range.contains) ?? months(row).map { $0.overlaps(range) } ?? true)
      case .arrived(let since, let end, let places):
        places.admits(tenant: row.tenant, deployment: row.deployment)
          && row.at.map { $0 < end } ?? false && row.arrivedAt.map { $0 >= since } ?? false
      case .requests(let requests): row.requestID.map(requests.contains) ?? false
      case .providerRequests: false
      case .nameless: false
      }
    }
  }

  private func months(_ row: SetAsideRow) -> Range<Instant>? {
    row.period.map { DayRange($0).instants(in: zone) }
  }

  private func entries(in selection: EntrySelection) -> [LedgerEntry] {
    switch selection {
    case .booked(let periods, let instant, let places):
      return contents.entries.filter {
        places.admits(tenant: $0.tenant, deployment: $0.deployment)
          && (periods.contains($0.period) || periods.contains($0.serviceMonth)
            || $0.postedAt >= instant)
      }
    case .requests(let requests):
      let own = contents.entries.filter { $0.requestID.map(requests.contains) ?? false }
      return own + unnamedReversals(of: Set(own.map(\.entryID)))
    case .entryIDs(let ids):
      return contents.entries.filter {
        ids.contains($0.entryID) || ($0.reversesEntryID.map(ids.contains) ?? false)
      }
    }
  }

  /// Reversals without a request, of some entries and of such reversals.
  private func unnamedReversals(of ids: Set<String>) -> [LedgerEntry] {
    var found: [LedgerEntry] = []
    var reversed = ids
    while true {
      let next = contents.entries.filter { entry in
        entry.requestID == nil && entry.reversesEntryID.map(reversed.contains) ?? false
          && !found.contains(entry)
      }
      guard !next.isEmpty else { return found }
      found += next
      reversed.formUnion(next.map(\.entryID))
    }
  }

  private func setAsideEntries(in selection: EntrySelection) -> [SetAsideRow] {
    contents.setAside(of: .ledgerEntry).filter { row in
      switch selection {
      case .booked(let periods, let instant, let places):
        places.admits(tenant: row.tenant, deployment: row.deployment)
          && ((row.period.map(periods.contains) ?? true) || (row.at.map { $0 >= instant } ?? false))
      case .requests(let requests): row.requestID.map(requests.contains) ?? false
      case .entryIDs(let ids): ids.contains(row.rowID)
      }
    }
  }
}
