import Accounting
import Billing

/// An event as it is logged, with what the contract has beyond `UsageEvent`.
package struct DemoEvent {
  package var event: UsageEvent
  /// Where it happens, as a position in the cast's places.
  var place: Int
  var period: AccountingPeriod
  /// Whether it is one of the month's charges: the books are made so, nobody has judged it.
  package var isCharged: Bool
  var provider: String
  var cost: Money?
  var operation: String
  var callerType = "production_agent"
  var keyID: String
  var policyID: String
  /// What the log holds instead of a number or a currency that could be judged.
  package var chargeText: String?
  package var currencyText: String?
}

/// An entry as it is booked.
package struct DemoEntry {
  package var entry: LedgerEntry
  package var account = "llm_usage"
  /// Of a usage entry.
  var tokens: Int64?
}

/// The books while they are being made: first right, then with faults.
struct DemoDraft {
  let plan: DemoPlan
  let places: [DemoPlace]
  var random: DemoRandom

  var events: [DemoEvent] = []
  /// By event: the entry that bills it.
  var entryOfEvent: [Int?] = []
  /// `nil` where a fault took the entry away.
  var entries: [DemoEntry?] = []

  var policies: [DemoPolicy] = []
  var periodCharges: [DemoPeriodCharge] = []
  var invoiceLines: [DemoInvoiceLine] = []
  var planted: [PlantedBreak] = []

  /// By month and place, the charged events that may yet be chosen for a fault.
  var chargedEvents: [AccountingPeriod: [[Int]]] = [:]
  /// Events that no tenant is to be charged for, alone of their request.
  var freeEvents: [Int] = []
  /// Events with a fault or another oddity; nothing else happens to them.
  var taken: Set<Int> = []

  init(_ plan: DemoPlan) throws {
    self.plan = plan
    places = try DemoCast().places(plan)
    random = DemoRandom(seed: plan.seed, stream: "faults")
    events.reserveCapacity(plan.events * 10 / 9)
    entries.reserveCapacity(plan.events * 10 / 9)
    entryOfEvent.reserveCapacity(plan.events * 10 / 9)
  }

  func place(of event: Int) -> DemoPlace { places[events[event].place] }

  func currency(of event: Int) -> Currency { events[event].event.currency }

  /// What the ledger should book for an event.
  func expected(_ event: Int) throws(MoneyError) -> Money {
    try (events[event].event.charge ?? .zero).rounded(to: currency(of: event))
  }

  /// Where the money of an event is settled.
  func group(of event: Int) -> DemoGroup {
    let place = place(of: event)
    return DemoGroup(
      tenant: place.tenant.name, deployment: place.settledDeployment,
      currency: currency(of: event), period: events[event].period)
  }

  /// Logs an event; the ledger knows nothing of it yet.
  @discardableResult
  mutating func log(_ event: DemoEvent) -> Int {
    events.append(event)
    entryOfEvent.append(nil)
    return events.count - 1
  }

  /// Books what an event comes to.
  mutating func bill(_ event: Int, after delay: Int64) throws {
    let charged = events[event].event
    let amount = try expected(event)
    if amount.isZero, place(of: event).tenant.trait == .noZeroEntries { return }
    entryOfEvent[event] = book(
      event, .usage, amount, at: charged.recordedAt.adding(seconds: delay))
  }

  /// Books an entry for the request of an event, where the event belongs.
  @discardableResult
  mutating func book(
    _ event: Int, _ kind: EntryKind, _ amount: Money, at instant: Instant,
    reverses: Int? = nil, reason: String? = nil
  ) -> Int {
    let source = events[event].event
    let entry = LedgerEntry(
      entryID: random.ulid("ent_", at: instant), tenant: source.tenant,
      deployment: source.deployment, kind: kind, requestID: source.requestID, amount: amount,
      currency: source.currency, period: events[event].period, postedAt: instant,
      reversesEntryID: reverses.flatMap { entries[$0]?.entry.entryID }, reason: reason)
    let tokens = kind == .usage ? Int64(exactly: source.tokens.total) : nil
    entries.append(DemoEntry(entry: entry, tokens: tokens))
    return entries.count - 1
  }
}

/// One tenant's (deployment's) month in one currency.
struct DemoGroup: Hashable {
  var tenant: String
  var deployment: String?
  var currency: Currency
  var period: AccountingPeriod
}

extension DemoGroup: Comparable {
  static func < (left: DemoGroup, right: DemoGroup) -> Bool {
    (left.tenant, left.deployment ?? "", left.currency, left.period) < (
      right.tenant, right.deployment ?? "", right.currency, right.period
    )
  }
}
