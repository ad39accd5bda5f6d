import Accounting
import Billing

/// How far the earlier runs of a job have seen both books. A run that knows it also judges what
/// occurred before its range and arrived since.
///
/// Source: relation `tieout.watermark`.
package struct Watermark: Hashable, Sendable {
  /// Every event recorded before this was seen.
  package var recordedAt: Instant
  /// Every entry posted before this was seen.
  package var postedAt: Instant
  /// Every request that occurred before this was judged, as far as it was seen. A run that begins
  /// later begins here instead: no day falls between two runs.
  package var judgedTo: Instant
  /// No event recorded before this was in transit any more.
  package var settledAt: Instant

  package init(recordedAt: Instant, postedAt: Instant, judgedTo: Instant, settledAt: Instant) {
    self.recordedAt = recordedAt
    self.postedAt = postedAt
    self.judgedTo = judgedTo
    self.settledAt = settledAt
  }
}

/// Which requests of before the run's window arrived late: a row of them arrived since the
/// watermark, or they were in transit then.
package struct Lateness: Hashable, Sendable {
  package let since: Watermark
  /// Where the window begins.
  package let start: Instant

  /// From here on entries are looked at, whoever they bill.
  var entriesFrom: Instant { min(start, since.postedAt) }

  /// From here on events are looked at, whenever they occurred.
  var eventsFrom: Instant { min(since.recordedAt, since.settledAt) }

  /// Whether the rows known of a request, few as they may be, could be of one that arrived late.
  /// Such a request is looked up in full before it is judged, clean or not.
  func suspects(
    _ events: some Collection<UsageEvent>, _ entries: some Collection<LedgerEntry>,
    _ setAside: some Collection<SetAsideRow>
  ) -> Bool {
    events.contains(where: isLate) || setAside.contains(where: isNew)
      || entries.contains(where: isNew)
        && (events.isEmpty || events.contains { $0.occurredAt < start })
  }

  /// Whether an event of before the window arrived since the watermark.
  func isLate(_ event: UsageEvent) -> Bool { event.occurredAt < start && isNew(event) }

  /// Whether an event of before the window may have been in transit when it was last judged.
  func isUnsettled(_ event: UsageEvent) -> Bool {
    event.occurredAt < start && event.recordedAt >= since.settledAt
  }

  /// Whether a request with all its rows arrived late.
  func includes(_ match: RequestMatch) -> Bool {
    guard let occurredAt = match.occurredAt, occurredAt < start else { return false }
    return match.events.contains(where: isNew) || match.entries.contains(where: isNew)
      || match.setAside.contains(where: isNew)
      || match.charged.map(isUnsettled) == true
        && match.shares.contains { $0.line == .unbilled || $0.line == .inTransit }
  }

  /// Whether a row that was set aside tells of before the window and arrived since.
  func includes(_ row: SetAsideRow) -> Bool {
    guard let at = row.at, at < start else { return false }
    return isNew(row)
  }

  private func isNew(_ event: UsageEvent) -> Bool { event.recordedAt >= since.recordedAt }

  func isNew(_ entry: LedgerEntry) -> Bool { entry.postedAt >= since.postedAt }

  private func isNew(_ row: SetAsideRow) -> Bool {
    switch row.relation {
    case .usageEvent: row.arrivedAt.map { $0 >= since.recordedAt } ?? false
    case .ledgerEntry: row.at.map { $0 >= since.postedAt } ?? false
    default: false
    }
  }
}
