import Accounting
import Books
import Reconciliation

/// Closes a month: runs the job over it, accrues what is in transit, stores what it came to, and
/// locks it.
package struct PeriodClose: Sendable {
  package let outcome: RunOutcome
  package let isClosed: Bool
  /// What became of the month, in a sentence or two.
  package let verdict: String

  /// - Parameters:
  ///   - request: its range is the month; it posts nothing but accruals.
  ///   - accepted: why breaks above materiality may stay open; `nil` = they may not.
  /// - Throws: `UsageError` for a month that is closed or not over, and what `JobRun` throws.
  package init(
    _ request: RunRequest, accepted: String? = nil,
    progress: @escaping (RunProgress) -> Void = { _ in }
  ) throws {
    let order = try CloseOrder(request, accepted: accepted)
    outcome = try JobRun(request, errand: .close(order), progress: progress).run()
    isClosed = outcome.report.run.posted
    verdict = order.verdict(outcome)
  }
}

/// The order to close a month, while it is carried out.
struct CloseOrder {
  let period: AccountingPeriod
  let closedBy: String
  let accepted: String?

  init(_ request: RunRequest, accepted: String?) throws {
    period = request.range.first.period
    precondition(request.range == DayRange(period) && !request.post && request.writesRecord)
    let end = request.range.instants(in: try Zones.billingZone(named: request.job.timezone))
      .upperBound
    guard request.asOf >= end else {
      throw UsageError(
        "\(period) is not over: it ends at \(end)", hint: "close it when it has ended")
    }
    self.accepted = try accepted.map { try SignedText.reason($0, flag: "--accept") }
    closedBy = try SignedText.name(request.preparedBy)
  }

  /// Keeps corrections out of the month from here on, but for those that are already being booked:
  /// they come first.
  func lock(_ books: PostgresBooks) throws {
    guard try books.approvals() != nil else {
      throw BooksError(
        .configuration, "ledger: no schema tieout that could keep \(period) closed",
        hint: "run `tieout install` as the owner of the database")
    }
    if let closing = try books.closing(of: period) {
      throw UsageError(
        "\(period) is closed already, since \(closing.at), by \(closing.by)",
        hint: "tieout reopen \(period) --reason TEXT opens it again")
    }
    try books.lock(period)
  }

  func verdict(_ outcome: RunOutcome) -> String {
    let open = outcome.tally.count { $0.outcome.isOpen }
    guard outcome.report.run.posted else {
      return """
        \(period) stays open: \(Summary.count(open, "break")) open, some above materiality. \
        Post, approve or reject them, or close with --accept REASON.
        """
    }
    let accruals = outcome.report.judgement.corrections.lazy.filter { $0.kind == .accrual }
      .reduce(0) { count, _ in count + 1 }
    let left = open == 0 ? "" : " \(Summary.count(open, "break")) left open."
    let because = accepted.map { " Accepted: \($0)." } ?? ""
    let accrued =
      accruals == 0
      ? "" : " \(Summary.count(accruals, "accrual entry", "accrual entries")) posted."
    return "\(period) is closed.\(accrued)\(left)\(because)"
  }
}

extension JobRun {
  /// - Returns: `nil` where the month may not be closed: the run is then one like any other.
  func close(
    _ order: CloseOrder, _ judged: RunReport, digest: String, memory: Memory,
    on books: PostgresBooks
  ) throws -> RunOutcome? {
    let materiality = memory.terms.materiality
    let found = Tally(judged.judgement, materiality: materiality)
    guard !found.isMaterial || order.accepted != nil else { return nil }
    let accrued = try accruals(order.period, judged.judgement, books, memory.terms)
    let accruals = accrued.corrections
    guard accruals.isEmpty || books.canPost else {
      throw BooksError.cannotAccrue(accruals.count, order.period, request.job.ledger.adapter)
    }
    var report = judged
    report.run.posted = true
    report.judgement.corrections = try judged.judgement.corrections
      .adding(accruals, in: request.scratch)
    let tally = Tally(report.judgement, materiality: materiality)
    report.run.status = RunStatus(of: tally, posted: true)
    let trail = try RunTrail(report, judged: digest, request, memory.terms, books)
    report = trail.report
    let closing = Closing(
      period: order.period, runID: report.run.id, closedAt: request.asOf,
      closedBy: order.closedBy, accepted: order.accepted,
      openBreaks: tally.count { $0.outcome.isOpen }, controls: judged.judgement.controls,
      accruals: accruals.count, digest: digest)
    let entries = try books.controlTotal(entries: Scope(memory.terms).entries)
    let staged = try stage(report)
    do {
      try books.post { transaction in
        try recheck(judged.judgement, entries, memory.terms, on: transaction.books)
        // Not even none can be inserted where the adapter only reads.
        if !accruals.isEmpty {
          _ = try transaction.insert(
            accruals.map { $0.entry(postedAt: request.asOf) }, runID: report.run.id)
        }
        try prove(accrued, of: order.period, books)
        try transaction.record(
          report, digest: report.digest(judged: digest), memory: memory.kept,
          contents: trail.contents)
        try transaction.close(closing)
      }
    } catch {
      staged.discard(after: error)
      throw error
    }
    try staged.publish(recorded: true)
    books.endSnapshot()
    return ended(
      RunOutcome(
        report: report, directory: staged.directory, exitStatus: .done,
        notes: memory.notes + trail.notes,
        tally: tally))
  }

  /// The biller may have posted meanwhile what is to be accrued. Entries of other months do no harm.
  /// - Parameter entries: the ledger's own count and sum under the snapshot that was judged.
  private func recheck(
    _ judged: Judgement, _ entries: ControlTotal, _ terms: Terms, on books: PostgresBooks
  ) throws {
    if try books.controlTotal(entries: Scope(terms).entries) == entries { return }
    let now = try Judgement(of: books, under: terms, scratch: request.scratch)
    guard now.groups == judged.groups, now.controls == judged.controls else {
      throw RunStopped.booksMoved
    }
  }

  private func accruals(
    _ period: AccountingPeriod, _ judgement: Judgement, _ books: PostgresBooks, _ terms: Terms
  ) throws -> Accruals {
    let closed = Set(try books.closedPeriods()?.map(\.period) ?? [])
    var open = period.next
    while closed.contains(open) { open = open.next }
    return try Accruals(
      of: judgement, closing: period, booked: books.accruals(of: period),
      bookedLater: books.usageBookedLater(of: period), reversingIn: open,
      ledgerName: terms.ledgerName)
  }

  /// What stands accrued in the month is what was to be accrued, to the cent.
  private func prove(
    _ accrued: Accruals, of period: AccountingPeriod, _ books: PostgresBooks
  ) throws {
    let booked = try books.accruals(of: period).mapValues(\.amount).filter { !$0.value.isZero }
    guard booked == accrued.standing else {
      throw RunStopped.doesNotTieOut(["the accruals of \(period) are not what is in transit"])
    }
  }
}

extension BooksError {
  /// A ledger that tieout only reads can be closed while nothing is in transit.
  fileprivate static func cannotAccrue(
    _ count: Int, _ period: AccountingPeriod, _ adapter: String
  ) -> BooksError {
    BooksError(
      .configuration,
      "ledger: usage of \(period) is in transit, the adapter '\(adapter)' has no post.sql, so its "
        + Summary.count(count, "accrual entry", "accrual entries") + " cannot be posted",
      hint: "close \(period) once its usage is posted or past the grace; or write post.sql, if this"
        + " ledger may be written")
  }
}

extension Spool<Correction> {
  /// These and others, in report order.
  fileprivate func adding(_ others: [Correction], in scratch: Scratch) throws -> Spool {
    var sorter = SpoolSorter(in: scratch, by: Correction.inReportOrder)
    for correction in self { try sorter.append(correction) }
    for correction in others { try sorter.append(correction) }
    return try sorter.finish()
  }
}
