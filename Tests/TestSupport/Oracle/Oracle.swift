import Accounting
import Billing
import Reconciliation

/// A second reader of the specification: lists and loops, nothing clever, nothing shared with the
/// engine but the words of the result. It sees all rows at once and looks through them again and
/// again.
package struct Oracle {
  let terms: Terms
  /// The range in time, with what no earlier run has judged before it.
  let range: Range<Instant>
  /// Every month that an event or entry belongs to, in time.
  private(set) var months: [AccountingPeriod: Range<Instant>] = [:]
  let knowledge: Knowledge
  /// All there is, known or not: for months that are looked into on their own.
  let allBooks: BookContents
  let earlierMonths: EarlierMonths
  /// Events that can be judged.
  let events: [UsageEvent]
  /// In posting order.
  let entries: [LedgerEntry]
  let policies: [ChargePolicy]
  let arePoliciesProvisioned: Bool
  let periodCharges: [PeriodCharge]
  let invoiceLines: [InvoiceLine]
  let closedPeriods: [ClosedPeriod]
  /// Rows that nobody can judge: the source's, and the events that fail the core's own checks.
  let setAside: [SetAsideRow]
  /// What each entry belongs to, in the entries' order.
  private(set) var belongings: [Belonging] = []

  package init(of books: BookContents, under terms: Terms) throws {
    self = try Oracle(
      knowing: Oracle.knowledge(of: books, under: terms), under: terms, of: books)
  }

  /// - Parameter knowledge: what is not part of it does not exist.
  init(
    knowing knowledge: Knowledge, under terms: Terms, of allBooks: BookContents? = nil
  ) throws {
    let books = knowledge.books
    self.allBooks = allBooks ?? books
    earlierMonths = EarlierMonths()
    self.knowledge = knowledge
    self.terms = terms
    range = Oracle.start(terms)..<terms.instants.upperBound
    var sound: [UsageEvent] = []
    var bad: [SetAsideRow] = []
    for event in books.usage.sorted(by: UsageEvent.inRecordingOrder) {
      if let problem = Oracle.problem(of: event, asOf: terms.asOf) {
        bad.append(Oracle.row(of: event, problem: problem, in: terms.zone))
      } else {
        sound.append(event)
      }
    }
    events = sound
    entries = books.entries.sorted(by: LedgerEntry.inPostingOrder)
    policies = books.policies ?? []
    arePoliciesProvisioned = !policies.isEmpty
    periodCharges = books.periodCharges ?? []
    invoiceLines = books.invoiceLines ?? []
    closedPeriods = books.closedPeriods ?? []
    setAside = (bad + books.setAside).sorted {
      ($0.relation, $0.rowID) < ($1.relation, $1.rowID)
    }
    let periods = events.map { terms.zone.period(of: $0.occurredAt) } + entries.map(\.serviceMonth)
    for period in Set(periods) { months[period] = DayRange(period).instants(in: terms.zone) }
    belongings = entries.map { belonging(of: $0) }
  }

  private static func problem(of event: UsageEvent, asOf: Instant) -> String? {
    if event.tokens.hasNegative { return "negative tokens" }
    if event.occurredAt > asOf, event.recordedAt <= asOf { return "in the future" }
    if event.isChargeCandidate, event.charge == nil { return "not rated" }
    return nil
  }

  private static func row(
    of event: UsageEvent, problem: String, in zone: BillingZone
  ) -> SetAsideRow {
    SetAsideRow(
      relation: .usageEvent, rowID: event.eventID, requestID: event.requestID,
      tenant: event.tenant, deployment: event.deployment, currency: event.currency,
      period: zone.period(of: event.occurredAt), at: event.occurredAt,
      arrivedAt: event.recordedAt, problem: problem)
  }

  package func findings() throws -> Findings {
    var findings = Findings()
    let outcomes = try allFiles().filter(isExamined).map(outcome)
    let groups = try groupFindings(outcomes)
    findings.breaks =
      try requestBreaks(outcomes) + duplicateBreaks(outcomes) + invalidRowBreaks(outcomes)
    findings.breaks += try groupBreaks(groups, outcomes)
    findings.breaks = findings.breaks.filter { $0.disposition != .off }
    findings.corrections = try corrections(of: outcomes, groups)
    let untied = try invoiceFindings(groups, findings.corrections, outcomes)
    findings.breaks += untied.breaks
    findings.corrections += untied.corrections
    findings.roundings = try roundingFindings(groups, outcomes)
    findings.groups = groups.filter { !$0.isEmpty }
    return findings
  }

  /// An entry for a call of a status or an attempt that nobody knows is for a person to judge.
  func disposition(_ code: BreakCode, of file: RequestFile) -> Disposition {
    let known = ["ok", "error", "quota_exceeded", "cancelled"]
    let attempts = ["primary", "retry", "fallback", "internal", "poll", "external_report"]
    let isDoubtful = file.events.contains {
      !known.contains($0.status.text) || !attempts.contains($0.attempt.text)
    }
    let chosen = disposition(code)
    return code == .nonbillableCharge && chosen == .post && isDoubtful ? .review : chosen
  }

  func disposition(_ code: BreakCode) -> Disposition {
    if let chosen = terms.dispositions[code] { return chosen }
    switch code {
    case .doubleBilled, .unbilled, .nonbillableCharge, .signalMisbilled, .amountMismatch,
      .misposted,
      .currencyMismatch, .cutOffError, .lateEvent, .roundingDrift, .trueUpDue, .invoiceUntied:
      return .post
    case .unsupportedCharge, .subcentLeak: return .review
    default: return .report
    }
  }
}
