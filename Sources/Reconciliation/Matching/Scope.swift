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

  /// Months the range covers from the first day to the last.
  package var wholePeriods: [AccountingPeriod] { range.periods.filter(range.covers) }

  package func isWhole(_ period: AccountingPeriod) -> Bool { range.covers(period) }

  /// Whether group-level entries and rules of `group` are examined.
  package func examinesWhole(_ group: GroupKey) -> Bool {
    isWhole(group.period) && admits(group)
  }

  package func admits(_ group: GroupKey) -> Bool {
    places.admits(tenant: group.tenant, deployment: group.deployment)
  }

  package func contains(_ event: UsageEvent) -> Bool {
    window.contains(event.occurredAt)
      && places.admits(tenant: event.tenant, deployment: event.deployment)
  }

  /// Whether what a request has in `group` counts there. A month that is covered whole sees
  /// everything; one covered in part sees the requests that occurred in the range, and of those
  /// without an event the ones whose entries were posted in it, so that both books are held
  /// against each other over one population.
  package func sees(
    _ group: GroupKey, decidedBy event: UsageEvent?, entries: [LedgerEntry]
  ) -> Bool {
    guard range.touches(group.period), admits(group) else { return false }
    if isWhole(group.period) { return true }
    if let event { return window.contains(event.occurredAt) }
    return entries.contains { GroupKey(of: $0) == group && window.contains($0.postedAt) }
  }
}
