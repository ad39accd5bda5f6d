import Accounting
import Billing
import Reconciliation

/// The in-process engine over books of which one request in a hundred is not clean.
func match() throws -> Section.Work {
  let books = try ArrayBooks(requests: 2_000)
  let terms = Terms(range: DayRange(october), asOf: start.adding(seconds: 33 * 86_400))
  return {
    var exceptions = 0
    let matching = try InProcessEngine().match(books, under: terms, policies: nil) { _ in
      exceptions += 1
    }
    return matching.cleanRequests * 1000 + exceptions
  }
}

/// Charges added up and rounded, each and as a whole.
func sumAndRound() throws -> Section.Work {
  var random = Draw(seed: 3)
  let currency = usDollar
  let charges = try (0..<20_000).map { _ in
    try Money(units: Int128(random.below(90_000_000)) * 1_000_000_000)
  }
  return {
    var exact = Money.zero
    var rounded = Money.zero
    for charge in charges {
      try exact += charge
      try rounded += charge.rounded(to: currency)
    }
    let drift = try rounded - exact.rounded(to: currency)
    return Int(truncatingIfNeeded: exact.units ^ drift.units)
  }
}

private let usDollar: Currency = {
  guard let currency = Currency("USD") else { fatalError("no currency") }
  return currency
}()

let october: AccountingPeriod = {
  guard let month = AccountingPeriod(year: 2026, month: 10) else { fatalError("no month") }
  return month
}()

private let start = DayRange(october).instants(in: .utc).lowerBound

/// Both books as arrays. Every selection gives everything of the month: enough for one range.
private struct ArrayBooks: BookSource {
  private var events: [UsageEvent] = []
  private var postings: [LedgerEntry] = []

  init(requests: Int) throws {
    var random = Draw(seed: 4)
    for number in 0..<requests {
      let id = "7d2f6c88-51aa-4c0e-8d17-\(100_000_000_000 + number)"
      let at = start.adding(seconds: Int64(number * 1200 + random.below(1000)))
      let charge = try Money(units: Int128(random.below(90_000_000)) * 1_000_000_000)
      let event = UsageEvent(
        eventID: "evt-\(id)", requestID: id, providerRequestID: "call-\(number)",
        tenant: "ten_\(random.below(200))", deployment: ["prod", "eu-west"][random.below(2)],
        user: "usr_\(random.below(900))", session: "ses_\(number / 8)", occurredAt: at,
        recordedAt: at.adding(seconds: 2), model: "claude-sonnet-4-6",
        tokens: TokenVector(input: Int64(random.below(4000)), output: Int64(random.below(900))),
        charge: charge, currency: usDollar)
      events.append(event)
      guard number % 100 > 0 else { continue }
      postings.append(
        LedgerEntry(
          entryID: "ent-\(id)", tenant: event.tenant, deployment: event.deployment, kind: .usage,
          requestID: id, amount: try charge.rounded(to: usDollar), currency: usDollar,
          period: october, postedAt: at.adding(seconds: 60)))
    }
  }

  func usage(
    _ selection: UsageSelection, receive: (Pulled<UsageEvent>) throws -> Void
  ) throws {
    for event in events where isSelected(event, by: selection) { try receive(.row(event)) }
  }

  private func isSelected(_ event: UsageEvent, by selection: UsageSelection) -> Bool {
    switch selection {
    case .occurred(let range, _): range.contains(event.occurredAt)
    case .arrived: false
    case .nameless: false
    case .requests(let ids): ids.contains(event.requestID)
    case .providerRequests(let ids): event.providerRequestID.map(ids.contains) ?? false
    }
  }

  func entries(
    _ selection: EntrySelection, receive: (Pulled<LedgerEntry>) throws -> Void
  ) throws {
    for entry in postings where isSelected(entry, by: selection) { try receive(.row(entry)) }
  }

  private func isSelected(_ entry: LedgerEntry, by selection: EntrySelection) -> Bool {
    switch selection {
    case .booked: true
    case .requests(let ids): entry.requestID.map(ids.contains) ?? false
    case .entryIDs(let ids): ids.contains(entry.entryID)
    }
  }

  func controlTotal(usage selection: UsageSelection) throws -> ControlTotal { ControlTotal() }
  func controlTotal(entries selection: EntrySelection) throws -> ControlTotal { ControlTotal() }
  func policies() throws -> [Pulled<ChargePolicy>]? { nil }
  func periodCharges(_ periods: [AccountingPeriod]) throws -> [Pulled<PeriodCharge>]? { nil }
  func invoiceLines(_ periods: [AccountingPeriod]) throws -> [Pulled<InvoiceLine>]? { nil }
  func closedPeriods() throws -> [ClosedPeriod]? { nil }
}
