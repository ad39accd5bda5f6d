import Accounting

/// What the demo's books are made from. Equal plans give equal books, byte for byte.
package struct DemoPlan: Hashable, Sendable {
  /// Decides the traffic, the amounts and which requests go wrong.
  package var seed: UInt64
  /// About how many usage events there are, in all months together.
  package var events: Int

  package init(seed: UInt64 = 20_261_031, events: Int = 300_000) {
    self.seed = seed
    self.events = events
  }

  /// The month that is being closed.
  package let period = AccountingPeriod(monthOf2026: 10)
  /// The month before, small and closed: what arrives late for it has to go somewhere.
  package var priorPeriod: AccountingPeriod { period.previous }
  /// What a run examines: both months whole.
  package var range: DayRange {
    guard let range = DayRange(from: priorPeriod.firstDay, to: period.lastDay) else {
      preconditionFailure("\(priorPeriod) comes before \(period)")
    }
    return range
  }

  /// Two hours ahead of UTC when the month begins, one hour when it ends: its first events fall in
  /// another month of UTC, and one of its days has 25 hours.
  ///
  /// Source: IANA time zone database, Europe/Berlin, the changes of 2026.
  package let zone = BillingZone(
    name: "Europe/Berlin", firstOffset: 3600,
    changes: [
      BillingZone.Change(start: Instant(utc: "2026-03-29T01:00:00Z"), offset: 7200),
      BillingZone.Change(start: Instant(utc: "2026-10-25T01:00:00Z"), offset: 3600),
    ])

  /// The run's clock.
  package let asOf = Instant(utc: "2026-11-03T06:00:00Z")
  /// What arrived after this instant is in transit, under the usual grace of six hours.
  let graceStart = Instant(utc: "2026-11-03T00:00:00Z")
  /// When the ledger settled the month: rounding entries, true-ups and invoices were made from
  /// what had arrived until then.
  let settledAt = Instant(utc: "2026-11-02T03:00:00Z")
  let priorSettledAt = Instant(utc: "2026-10-04T12:00:00Z")
  package let priorClosedAt = Instant(utc: "2026-10-05T00:00:00Z")

  func settled(_ period: AccountingPeriod) -> Instant {
    period == self.period ? settledAt : priorSettledAt
  }

  /// `count` faults or other oddities in 300,000 events; fewer in fewer, but never less than
  /// `least`.
  func scaled(_ count: Int, least: Int) -> Int { max(least, count * events / 300_000) }
}

/// The plan is too small to hold what has to be planted.
package struct DemoTooSmall: Error, CustomStringConvertible {
  let what: String

  package var description: String {
    "the demo's books have no room for \(what) (hint: plan at least 5,000 events)"
  }
}

extension AccountingPeriod {
  fileprivate init(monthOf2026 month: Int) {
    guard let period = AccountingPeriod(year: 2026, month: month) else {
      preconditionFailure("2026 has no month \(month)")
    }
    self = period
  }
}

extension Instant {
  /// For times that are written in the source.
  init(utc text: String) {
    guard let instant = Instant(text) else { preconditionFailure("'\(text)' is no time") }
    self = instant
  }
}
