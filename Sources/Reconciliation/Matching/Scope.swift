import Accounting
import Billing

/// What a run looks at: which rows count in which of its groups.
package struct Scope: Sendable {
  package let window: Range<Instant>
  package let zone: BillingZone
  private let range: DayRange
  private let places: PlaceFilter

  package init(_ terms: Terms) {
    window = terms.instants
    zone = terms.zone
    range = terms.range
    places = terms.places
  }

  /// Rows this far outside the range are read along, so that a duplicate across its edge is known.
  private static let margin: Int64 = 86_400

  /// The events of the range.
  package var usage: UsageSelection { .occurred(window, places) }

  /// The events just before and just after the range.
  var edges: [UsageSelection] {
    let before = window.lowerBound.adding(seconds: -Self.margin)..<window.lowerBound
    let after = window.upperBound..<window.upperBound.adding(seconds: Self.margin)
    return [.occurred(before, places), .occurred(after, places)]
  }

  /// The entries that may bill the events of the range.
  package var entries: EntrySelection {
    .booked(
      periods: wholePeriods, orPostedFrom: window.lowerBound.adding(seconds: -Self.margin), places)
  }

  /// The range and its edges.
  package var widened: Range<Instant> {
    window.lowerBound.adding(seconds: -Self.margin)..<window.upperBound.adding(seconds: Self.margin)
  }

  /// The events of the range and of its edges.
  package var widenedUsage: UsageSelection { .occurred(widened, places) }

  /// Whether an event is one of those that are read to begin with, the edges' among them.
  func pulls(_ row: Pulled<UsageEvent>) -> Bool {
    switch row {
    case .row(let event):
      widened.contains(event.occurredAt)
        && places.admits(tenant: event.tenant, deployment: event.deployment)
    case .setAside(let row):
      row.at.map(window.contains) ?? true
        && places.admits(tenant: row.tenant, deployment: row.deployment)
    }
  }

  /// Whether an entry is one of those that are read to begin with.
  func pulls(_ row: Pulled<LedgerEntry>) -> Bool {
    let months = wholePeriods
    let postedFrom = window.lowerBound.adding(seconds: -Self.margin)
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

  /// Months the range covers from the first day to the last.
  package var wholePeriods: [AccountingPeriod] { range.periods.filter(range.covers) }

  package func isWhole(_ period: AccountingPeriod) -> Bool { range.covers(period) }

  /// Whether group-level entries and rules of `group` are examined.
  package func examinesWhole(_ group: GroupKey) -> Bool {
    isWhole(group.period) && admits(group)
  }

  package func touches(_ group: GroupKey) -> Bool {
    range.touches(group.period) && admits(group)
  }

  package func admits(_ group: GroupKey) -> Bool {
    places.admits(tenant: group.tenant, deployment: group.deployment)
  }

  /// Whether an event occurred in the range, at one of its places.
  package func contains(_ event: UsageEvent) -> Bool {
    window.contains(event.occurredAt)
      && places.admits(tenant: event.tenant, deployment: event.deployment)
  }

  /// Whether a row that was set aside is this run's to list: where it does not tell its month or
  /// its moment, it may be.
  package func lists(_ row: SetAsideRow) -> Bool {
    guard places.admits(tenant: row.tenant, deployment: row.deployment) else { return false }
    guard let period = row.period, !isWhole(period) else { return true }
    return range.touches(period) && row.at.map(window.contains) ?? true
  }

  /// Whether what a request has in `group` counts there. A month that is covered whole sees
  /// everything; one covered in part sees the requests that occurred in the range, and of those
  /// without an event the ones whose entries were posted in it, so that both books are held
  /// against each other over one population.
  package func sees(
    _ group: GroupKey, occurredAt: Instant?, entries: [LedgerEntry]
  ) -> Bool {
    guard touches(group) else { return false }
    if isWhole(group.period) { return true }
    if let occurredAt { return window.contains(occurredAt) }
    return entries.contains { GroupKey(of: $0) == group && window.contains($0.postedAt) }
  }
}
