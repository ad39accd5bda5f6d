import Accounting
import Billing

/// Everything a judgement depends on beside the books themselves.
package struct Terms: Hashable, Sendable {
  package var range: DayRange
  package var zone: BillingZone
  /// The run's clock.
  package var asOf: Instant
  package var places: PlaceFilter
  /// Unposted usage that arrived less than this many seconds before `asOf` is in transit.
  package var grace: Int64
  package var rounding: RoundingRule
  package var ledgerRounding: LedgerRounding
  /// A difference of a request up to this many major units is no break.
  package var tolerance: Money
  /// What a break must come to, in major units, to be worth exit status 1.
  package var materiality: Money
  /// Seconds between two calls that look like one.
  package var suspectedDuplicateWindow: Int64
  /// Differences from the rules' own dispositions.
  package var dispositions: [BreakCode: Disposition]
  package var limits: PostingLimits
  /// Part of every idempotency key: keep it the same for the life of a ledger.
  package var ledgerName: String
  /// The price book to rate by; `nil` = the only one there is.
  package var priceBook: String?
  /// What people have approved and rejected.
  package var decisions = Decisions()
  /// What earlier runs of the job have seen; `nil` = nothing of before the range is judged.
  package var lateSince: Watermark?

  package init(
    range: DayRange, zone: BillingZone = .utc, asOf: Instant, places: PlaceFilter = .everything,
    grace: Int64 = 6 * 3600, rounding: RoundingRule = .halfUp,
    ledgerRounding: LedgerRounding = .entry, tolerance: Money = .zero, materiality: Money = .zero,
    suspectedDuplicateWindow: Int64 = 5, dispositions: [BreakCode: Disposition] = [:],
    limits: PostingLimits = PostingLimits(), ledgerName: String = "ledger",
    priceBook: String? = nil, lateSince: Watermark? = nil
  ) {
    self.range = range
    self.zone = zone
    self.asOf = asOf
    self.places = places
    self.grace = grace
    self.rounding = rounding
    self.ledgerRounding = ledgerRounding
    self.tolerance = tolerance
    self.materiality = materiality
    self.suspectedDuplicateWindow = suspectedDuplicateWindow
    self.dispositions = dispositions
    self.limits = limits
    self.ledgerName = ledgerName
    self.priceBook = priceBook
    self.lateSince = lateSince
  }

  package var instants: Range<Instant> { range.instants(in: zone) }
}

/// Where a ledger rounds.
package enum LedgerRounding: String, Hashable, Sendable, CaseIterable {
  /// Each entry is whole minor units; one `rounding` entry per group takes the drift.
  case entry
  /// Entries are exact; invoice lines are rounded once.
  case line
}

/// What one run may post on its own; `nil` = no limit.
package struct PostingLimits: Hashable, Sendable {
  package var entries: Int?
  /// Sum of the entries' magnitudes per currency, in major units.
  package var amount: Money?
  /// Of what a group owes, true-ups left out: 0.02 is 2 %.
  package var shareOfRevenue: Money?

  package init(entries: Int? = nil, amount: Money? = nil, shareOfRevenue: Money? = nil) {
    self.entries = entries
    self.amount = amount
    self.shareOfRevenue = shareOfRevenue
  }
}

extension Terms {
  /// Whether an event may still be on its way to the ledger.
  func isWithinGrace(_ event: UsageEvent) -> Bool {
    asOf.microseconds - event.recordedAt.microseconds < grace * 1_000_000
  }
}
