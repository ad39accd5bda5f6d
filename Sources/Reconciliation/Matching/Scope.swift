import Accounting
import Billing

/// What a run looks at: which rows count in which of its groups.
package struct Scope: Sendable {
  /// The range in time, and what lies between it and the end of what earlier runs have judged.
  package let window: Range<Instant>
  package let zone: BillingZone
  /// `nil` where no earlier run tells what was seen before.
  package let lateness: Lateness?
  private let range: DayRange
  /// The month of the run's clock: those before it are over.
  private let current: AccountingPeriod
  private let places: PlaceFilter

  package init(_ terms: Terms) {
    let instants = terms.instants
    let start = min(terms.lateSince?.judgedTo ?? instants.lowerBound, instants.lowerBound)
    window = start..<instants.upperBound
    zone = terms.zone
    lateness = terms.lateSince.map { Lateness(since: $0, start: start) }
    range = terms.range
    current = terms.zone.day(of: terms.asOf).period
    places = terms.places
  }

  /// Rows this far outside the window are read along, so that a duplicate across its edge is known.
  private static let margin: Int64 = 86_400

  private var edgeStart: Instant { window.lowerBound.adding(seconds: -Self.margin) }

  /// The events of the window.
  package var usage: UsageSelection { .occurred(window, places) }

  /// The events just before and just after the window.
  package var edges: [UsageSelection] {
    let after = window.upperBound..<window.upperBound.adding(seconds: Self.margin)
    return [.occurred(edgeStart..<window.lowerBound, places), .occurred(after, places)]
  }

  /// The events of before the edges that may have arrived late.
  package var late: UsageSelection? {
    lateness.map { .arrived(since: $0.eventsFrom, occurredBefore: edgeStart, places) }
  }

  /// The entries that may bill the events of the window, and those that arrived late.
  package var entries: EntrySelection {
    .booked(
      periods: wholePeriods, orPostedFrom: postedFrom, places)
  }

  /// The window and its edges.
  private var widened: Range<Instant> {
    edgeStart..<window.upperBound.adding(seconds: Self.margin)
  }

  /// The events of the window and of its edges, and those that may have arrived late: each event is
  /// in one selection at most.
  package var allUsage: [UsageSelection] {
    [.occurred(widened, places)] + [late].compactMap(\.self)
  }

  /// Whether an event is one of those that are read to begin with, the edges' among them.
  func pulls(_ row: Pulled<UsageEvent>) -> Bool {
    switch row {
    case .row(let event):
      places.admits(tenant: event.tenant, deployment: event.deployment)
        && (widened.contains(event.occurredAt)
          || isLate(occurredAt: event.occurredAt, arrivedAt: event.recordedAt))
    case .setAside(let row):
      places.admits(tenant: row.tenant, deployment: row.deployment)
        && (row.at.map(window.contains) ?? true
          || lateness != nil && row.at.map(widened.contains) ?? true
          || isLate(occurredAt: row.at, arrivedAt: row.arrivedAt))
    }
  }

  private func isLate(occurredAt: Instant?, arrivedAt: Instant?) -> Bool {
    guard let lateness, let occurredAt, let arrivedAt else { return false }
    return occurredAt < edgeStart && arrivedAt >= lateness.eventsFrom
  }

  /// Whether an entry is one of those that are read to begin with.
  func pulls(_ row: Pulled<LedgerEntry>) -> Bool {
    let months = wholePeriods
    switch row {
    case .row(let entry):
      return places.admits(tenant: entry.tenant, deployment: entry.deployment)
        && (entry.postedAt >= postedFrom || months.contains(entry.period)
          || months.contains(entry.serviceMonth))
    case .setAside(let row):
      return places.admits(tenant: row.tenant, deployment: row.deployment)
        && (row.at.map { $0 >= postedFrom } ?? true || row.period.map(months.contains) ?? true)
    }
  }

  private var postedFrom: Instant { min(edgeStart, lateness?.entriesFrom ?? edgeStart) }

  /// Months that are judged whole.
  package var wholePeriods: [AccountingPeriod] { range.periods.filter(isWhole) }

  /// Whether the range covers a month from the first day to the last, and the month is over by the
  /// run's clock: what it comes to is not known before.
  package func isWhole(_ period: AccountingPeriod) -> Bool {
    range.covers(period) && period < current
  }

  /// Whether the range covers a month from its first day on, and not to its end.
  package func isRunning(_ period: AccountingPeriod) -> Bool {
    !isWhole(period) && range.touches(period) && range.first <= period.firstDay
  }

  /// The months that are charged by their plans, or projected.
  var plannedPeriods: [AccountingPeriod] {
    range.periods.filter { isWhole($0) || isRunning($0) }
  }

  /// Whether group-level entries and rules of `group` are examined.
  package func examinesWhole(_ group: GroupKey) -> Bool {
    isWhole(group.period) && admits(group)
  }

  /// Whether `group` is of a month that the run looks into: one that the range touches, or any
  /// before it where late arrivals are judged.
  package func touches(_ group: GroupKey) -> Bool { touches(group.period) && admits(group) }

  private func touches(_ period: AccountingPeriod) -> Bool {
    range.touches(period) || lateness != nil && period < range.first.period
  }

  package func admits(_ group: GroupKey) -> Bool {
    places.admits(tenant: group.tenant, deployment: group.deployment)
  }

  /// Whether an event occurred in the window, at one of its places.
  package func contains(_ event: UsageEvent) -> Bool {
    window.contains(event.occurredAt)
      && places.admits(tenant: event.tenant, deployment: event.deployment)
  }

  /// Whether a row from outside the window is of use. One that was set aside is only where it may
  /// have arrived late.
  package func takes(outside row: Pulled<UsageEvent>) -> Bool {
    guard case .setAside(let row) = row else { return true }
    return lateness != nil && row.at != nil
  }

  /// Whether a row that was set aside is this run's to list: where it does not tell its month or
  /// its moment, it may be.
  package func lists(_ row: SetAsideRow) -> Bool {
    guard places.admits(tenant: row.tenant, deployment: row.deployment) else { return false }
    guard let period = row.period, !isWhole(period) else { return true }
    if touches(period), lateness?.includes(row) == true { return true }
    guard let at = row.at else { return range.touches(period) }
    return touches(period) && window.contains(at)
  }

  /// Whether what is known of a request asks for all its rows before it is counted, clean or not.
  package func mayBeLate(_ rows: RequestRows) -> Bool {
    lateness?.suspects(rows.events, rows.entries, rows.setAside) ?? false
  }

  func mayBeLate(_ rows: OrderedRows) -> Bool {
    lateness?.suspects(rows.events, rows.entries, rows.setAside) ?? false
  }

  /// Whether a request of before the window is this run's all the same.
  package func isLate(_ match: RequestMatch) -> Bool { lateness?.includes(match) ?? false }

  /// Whether a request that is not clean, as far as it is known, may turn out to be late.
  func mayTurnOutLate(_ match: RequestMatch) -> Bool {
    guard let lateness else { return false }
    return match.events.contains(where: lateness.isUnsettled)
      || lateness.suspects(match.events, match.entries, match.setAside)
  }

  /// Whether what a request has in `group` counts there. A month that is judged whole sees
  /// everything; one judged in part sees the requests that occurred in the window or arrived late,
  /// and of those without an event the ones whose entries were posted in it or arrived late, so
  /// that both books are held against each other over one population.
  package func sees(
    _ group: GroupKey, occurredAt: Instant?, isLate: Bool = false, entries: Spool<LedgerEntry>
  ) -> Bool {
    guard touches(group) else { return false }
    if isWhole(group.period) || isLate { return true }
    if let occurredAt { return window.contains(occurredAt) }
    let posted = (lateness?.entriesFrom ?? window.lowerBound)..<window.upperBound
    return entries.contains { GroupKey(of: $0) == group && posted.contains($0.postedAt) }
  }
}
