import Accounting
import Billing

/// What the audit of meters begins with: the meters, the allowances, and what was booked before.
struct MeterOpening {
  /// Seconds that may lie between a call and the entry that is booked for it, where the entry does not
  /// name the call's request.
  static let skew: Int64 = 30

  /// As the ledger's balances stand at the start of the range.
  var book: MeterBook
  /// Posted around the range, in order.
  let entries: Spool<MeterEntry>
  /// Whenever they were posted.
  let corrections: MeterCorrections
  /// The job's grace where entries name their requests, for then nothing is guessed.
  let window: Int64
}

extension MeterAudit {
  package static func open(_ books: any BookSource, _ terms: Terms) throws -> AuditOpening {
    try open(books, terms, in: Scratch())
  }

  package static func open(
    _ books: any BookSource, _ terms: Terms, in scratch: Scratch
  ) throws -> AuditOpening {
    guard let meters = try books.meters() else {
      return .notExamined(why: "relation meter is not provisioned")
    }
    guard let allowances = try books.allowances() else {
      return .notExamined(why: "relation allowance is not provisioned")
    }
    if let why = meters.unreadable() ?? allowances.unreadable() { return .notExamined(why: why) }
    let meterRows = meters.rows()
    let allowed = allowances.rows().filter { MeterAccount($0.account) != nil }
    guard !meterRows.isEmpty else { return .notExamined(why: "relation meter holds no rows") }
    guard !allowed.isEmpty else {
      return .notExamined(why: "relation allowance holds no rows of meters, pools or credits")
    }
    guard terms.places == .everything else {
      return .notExamined(why: "a run of some tenants or deployments does not see all of a balance")
    }
    var book = MeterBook(Waterfall(meterRows), allowances: allowed)
    let range = Scope(terms).window
    let start = range.lowerBound.adding(seconds: -MeterOpening.skew)
    let from = MeterOpening.beginning(meterRows, allowed, before: start)
    let end = range.upperBound.adding(seconds: max(MeterOpening.skew, terms.grace))
    var writer = SpoolWriter<MeterEntry>(in: scratch)
    var corrections = MeterCorrections()
    let months = range.months(in: terms.zone)
    var namesRequests = false
    var unreadable: String?
    let isProvisioned = try books.meterEntries(
      postedFrom: from, before: end, orCorrecting: months
    ) { pulled in
      guard case .row(let entry) = pulled else {
        unreadable = unreadable ?? [pulled].unreadable()
        return
      }
      if entry.correctedMonth.map(months.contains) ?? false { corrections.add(entry) }
      guard entry.postedAt < end, from.map({ $0 <= entry.postedAt }) ?? true else { return }
      if entry.postedAt < start {
        book.book(
          Fraction(entry.amount), to: entry.account, of: entry.entity, at: entry.postedAt)
      } else {
        // A correction names the log's request, whatever the ledger's own entries do.
        if entry.requestID != nil, entry.correctedMonth == nil { namesRequests = true }
        try writer.append(entry)
      }
    }
    guard isProvisioned else {
      return .notExamined(why: "relation entry tells no quantities of meters")
    }
    if let unreadable { return .notExamined(why: unreadable) }
    let window = namesRequests ? max(MeterOpening.skew, terms.grace) : MeterOpening.skew
    return .ready(
      MeterAudit(
        MeterOpening(
          book: book, entries: try writer.finish(), corrections: corrections, window: window),
        terms))
  }
}

extension MeterOpening {
  /// From when on entries decide what may be used at the start of the range: from the start of the
  /// period before, whose rest may be carried over; and where a period never ends, from the first.
  /// - Returns: `nil` = from the first on.
  static func beginning(
    _ meters: [Meter], _ allowances: [Allowance], before start: Instant
  ) -> Instant? {
    var from = start
    for meter in meters {
      guard let period = meter.period else { return nil }
      let anchors = allowances.filter { $0.account == meter.account.text }.map {
        $0.startsAt ?? Instant(microseconds: 0)
      }
      for anchor in Set(anchors) {
        let this = period.start(of: start, from: anchor)
        let before = period.start(of: this.adding(seconds: -1), from: anchor)
        from = min(from, before)
      }
    }
    return from
  }
}

extension Range<Instant> {
  /// The billing months that it touches.
  func months(in zone: BillingZone) -> [AccountingPeriod] {
    var months = [zone.period(of: lowerBound)]
    let last = zone.period(of: Swift.max(lowerBound, upperBound.adding(seconds: -1)))
    while let month = months.last, month < last { months.append(month.next) }
    return months
  }
}

extension Array {
  /// The rows that could be read.
  func rows<Row: Sendable>() -> [Row] where Element == Pulled<Row> {
    compactMap { if case .row(let row) = $0 { row } else { nil } }
  }

  /// Why not all of them could be; `nil` = they could. A book of limits is of use whole alone.
  func unreadable<Row: Sendable>() -> String? where Element == Pulled<Row> {
    for case .setAside(let row) in self {
      return "\(row.relation.rawValue) \(row.rowID): \(row.problem)"
    }
    return nil
  }
}
