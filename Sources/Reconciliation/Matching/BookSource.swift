import Accounting
import Billing

/// Both books under one snapshot each: what a match engine reads. PostgreSQL stands behind it in
/// production and arrays in tests; both give the same rows for the same selection.
///
/// Rows come in no particular order. Each method may be called several times; every call sees the
/// same snapshot.
package protocol BookSource {
  /// - Throws: whatever the source throws, and what `receive` throws, at once.
  func usage(
    _ selection: UsageSelection, receive: (Pulled<UsageEvent>) throws -> Void) throws
  /// Entries of account `llm_usage` alone; meters and credits are other books.
  func entries(
    _ selection: EntrySelection, receive: (Pulled<LedgerEntry>) throws -> Void) throws
  /// What the source itself counts and sums for a selection, to hold the pull against.
  func controlTotal(usage selection: UsageSelection) throws -> ControlTotal
  func controlTotal(entries selection: EntrySelection) throws -> ControlTotal

  /// Hands each event of the scope, its edges included, and each entry that may bill one to `pass`
  /// once, as lean rows: both sides in step where the source can.
  func firstPass(_ scope: Scope, into pass: FirstPass) throws
  /// The events that had these numbers in the last first pass, as they came there. Others, of no
  /// interest, may come with them.
  /// - Parameters:
  ///   - numbers: in order.
  ///   - isWide: `false` allows the source to look only where they should be, at the risk of
  ///     missing some.
  func events(
    numbered numbers: [UInt32], isWide: Bool, of pass: FirstPass,
    receive: (borrowing LeanEvent) throws -> Void) throws

  /// Both of what the last first pass, which went over this scope, has read.
  /// - Parameter meanwhile: what may be done until then; not to read from the source.
  func controlTotals(
    of scope: Scope, meanwhile: () throws -> Void
  ) throws -> (usage: ControlTotal, entries: ControlTotal)

  /// `nil` where the relation is not provisioned.
  func policies() throws -> [Pulled<ChargePolicy>]?
  func periodCharges(_ periods: [AccountingPeriod]) throws -> [Pulled<PeriodCharge>]?
  func invoiceLines(_ periods: [AccountingPeriod]) throws -> [Pulled<InvoiceLine>]?
  /// `nil` where no record of closed periods is kept.
  func closedPeriods() throws -> [ClosedPeriod]?

  /// `nil` where the relation is not provisioned.
  func counters() throws -> [Pulled<Counter>]?
  /// Rows of these days, in UTC.
  func rollupDays(_ days: ClosedRange<CivilDate>) throws -> [Pulled<RollupDay>]?
  /// Rows that tell of any of these days in UTC: of the gateway's adapter where it provides them, else
  /// what was imported.
  func providerBills(_ days: ClosedRange<CivilDate>) throws -> [Pulled<ProviderBillRow>]?
  /// What the log comes to for each window, by currency, however long before the range it begins.
  /// - Parameter settledBefore: what was recorded from then on is told apart as recent.
  func usageSums(
    by dimension: UsageDimension, _ windows: [UsageWindow], settledBefore: Instant
  ) throws -> [[Currency: UsageSum]]
  /// When the log's first event occurred; `nil` = it is empty.
  func usageBegins() throws -> Instant?

  /// The events of a selection that could be read, in order of `occurredAt`, then `eventID`.
  func calls(_ selection: UsageSelection, receive: (UsageEvent) throws -> Void) throws

  /// `nil` where the relation is not provisioned.
  func meters() throws -> [Pulled<Meter>]?
  func allowances() throws -> [Pulled<Allowance>]?
  /// Usage, adjustments and reversals of meters, pools and credits, in order of `postedAt`, then
  /// `entryID`.
  /// - Parameters:
  ///   - start: `nil` = from the first on.
  ///   - months: those that right usage of these months are read whenever they were posted.
  /// - Returns: `false` where the ledger tells no quantities.
  func meterEntries(
    postedFrom start: Instant?, before end: Instant, orCorrecting months: [AccountingPeriod],
    receive: (Pulled<MeterEntry>) throws -> Void
  ) throws -> Bool

  /// Whether the selection may hold value signals, rows of operation `signal`: asked before all of
  /// it is read for their sake.
  func tellsSignals(_ selection: UsageSelection) throws -> Bool

  /// The gateway's own price books, with its names of models; `nil` where it keeps none.
  func prices() throws -> PriceRows?
  /// The price books that were imported; `nil` where there are none.
  func importedPrices() throws -> PriceRows?
}

extension BookSource {
  package func counters() throws -> [Pulled<Counter>]? { nil }
  package func rollupDays(_ days: ClosedRange<CivilDate>) throws -> [Pulled<RollupDay>]? { nil }
  package func providerBills(
    _ days: ClosedRange<CivilDate>
  ) throws -> [Pulled<ProviderBillRow>]? { nil }

  package func prices() throws -> PriceRows? { nil }
  package func importedPrices() throws -> PriceRows? { nil }

  /// For books that memory holds.
  package func calls(
    _ selection: UsageSelection, receive: (UsageEvent) throws -> Void
  ) throws {
    var calls: [UsageEvent] = []
    try usage(selection) { if case .row(let call) = $0 { calls.append(call) } }
    calls.sort { ($0.occurredAt, $0.eventID) < ($1.occurredAt, $1.eventID) }
    for call in calls { try receive(call) }
  }

  /// The same.
  package func tellsSignals(_ selection: UsageSelection) throws -> Bool {
    var isTold = false
    try usage(selection) {
      if case .row(let call) = $0, call.details.operation == UsageEvent.signalOperation {
        isTold = true
      }
    }
    return isTold
  }
}

/// Which usage to read.
package enum UsageSelection: Hashable, Sendable {
  /// Events that occurred in the range, of these tenants and deployments (`nil` = all).
  case occurred(Range<Instant>, PlaceFilter)
  /// Events recorded from an instant on that occurred before another; those alone that tell both.
  case arrived(since: Instant, occurredBefore: Instant, PlaceFilter)
  case requests([String])
  case providerRequests([String])
  /// Those of a selection that name no request.
  indirect case nameless(UsageSelection)
}

/// Which entries to read.
package enum EntrySelection: Hashable, Sendable {
  /// Entries booked to, or with service in, one of the periods, and whatever was posted from an
  /// instant on.
  case booked(periods: [AccountingPeriod], orPostedFrom: Instant, PlaceFilter)
  /// Entries that name one of the requests, and reversals without a request of such entries or of
  /// such reversals.
  case requests([String])
  /// Entries of these ids, and those that reverse them.
  case entryIDs([String])
}

/// Tenants and deployments a run is limited to; an empty list is no limit.
package struct PlaceFilter: Hashable, Sendable {
  package var tenants: [String]
  package var deployments: [String]

  package init(tenants: [String] = [], deployments: [String] = []) {
    self.tenants = tenants
    self.deployments = deployments
  }

  package static let everything = PlaceFilter()

  package func admits(tenant: String, deployment: String?) -> Bool {
    (tenants.isEmpty || tenants.contains(tenant))
      && (deployments.isEmpty || deployment.map(deployments.contains) ?? false)
  }
}

/// Rows and hash total of a selection, over all currencies: equal on both sides of a complete
/// pull. The sum takes the amounts that `Money` can hold; NaN, infinities and longer decimals count
/// as rows only.
package struct ControlTotal: Hashable, Sendable {
  package var rows: Int
  package var amount: Money

  package init(rows: Int = 0, amount: Money = .zero) {
    self.rows = rows
    self.amount = amount
  }
}
