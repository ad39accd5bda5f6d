import Accounting
import Books
import Foundation
import Operations
import Reconciliation
import TestSupport
import Testing

/// A month's close, and what may happen to a closed month.
@Suite struct ClosingTests {
  private let books: OctoberBooks

  init() async throws { books = try await OctoberBooks() }

  /// A correction as somebody might write one by hand.
  private static let correction = """
    insert into ledger.entry (tenant_id, request_id, amount, period, run_id)
    values ('acme', 'request-1', 1, '2026-10-01', 'by hand')
    """

  private func refusal(_ sql: String, on session: Connection? = nil) -> BooksError? {
    thrown(BooksError.self) { try (session ?? books.session).execute(sql) }
  }

  @Test func aMonthThatTiesOutIsClosedWithItsTotals() throws {
    let close = try books.close()
    #expect(close.isClosed)
    #expect(close.outcome.exitStatus == .done)
    #expect(close.verdict == "2026-10 is closed.")
    #expect(
      try books.value(
        """
        select concat_ws(' ', period, closed_by, c.usage_rows, usage_charge, c.ledger_rows,
          ledger_amount, booked_rows, booked_amount, open_breaks, accruals, accepted is null,
          c.run_number = r.run_number, closed_at = r.as_of, length(digest))
        from tieout.closing c, tieout.run r
        """) == "2026-10-01 carla 10 55 10 55 10 55 0 0 t t t 64")
    #expect(
      try books.value("select closed_at || closed_by from tieout.closed_period")
        == "2026-11-02 06:00:00+00carla")
    let again = thrown(UsageError.self) { _ = try books.close() }
    #expect(again?.message.hasPrefix("2026-10 is closed already, since 2026-11-02T06:00") == true)
  }

  @Test func aMonthWithOpenBreaksStaysOpenUnlessTheyAreAccepted() throws {
    try books.entry("twice", "request-3", "3")
    let close = try books.close()
    #expect(!close.isClosed)
    #expect(close.outcome.exitStatus == .breaksRemain)
    #expect(close.verdict.hasPrefix("2026-10 stays open: 1 break open, some above materiality."))
    #expect(try books.value("select count(*) from tieout.closed_period") == "0")
    #expect(try books.posted() == [])

    let accepted = try books.close(accepted: " ticket 4711 ")
    #expect(accepted.isClosed)
    #expect(accepted.verdict == "2026-10 is closed. 1 break left open. Accepted: ticket 4711.")
    #expect(
      try books.value("select accepted || ' ' || open_breaks from tieout.closing")
        == "ticket 4711 1")
    #expect(try books.posted() == [])
    // What was accepted is corrected in the open month, for the month that it is about.
    #expect(try books.run(post: true).exitStatus == .done)
    #expect(try books.posted() == ["2026-11 for 2026-10 reversal -3.00"])
  }

  @Test func whatIsBelowMaterialityOrRejectedClosesWithoutAWord() throws {
    try books.entry("ghost", "ghost", "7")
    try books.entry("one cent more", "request-4", "0.01")
    let id = try books.run().breakID("ghost")
    #expect(try !books.close().isClosed)
    _ = try Rejecting(books.job, id, reason: "agreed", by: "ann")
    let close = try books.close { $0.job.materiality = (try? Money("0.05")) ?? .zero }
    #expect(close.isClosed)
    #expect(close.verdict == "2026-10 is closed. 1 break left open.")
  }

  @Test func aMonthThatIsNotOverCannotBeClosed() throws {
    let refusal = thrown(UsageError.self) {
      _ = try books.close { $0.asOf = OctoberBooks.instant("2026-10-31T23:59:59Z") }
    }
    #expect(refusal?.message == "2026-10 is not over: it ends at 2026-11-01T00:00:00Z")
  }

  @Test func withoutTheSchemaNothingIsClosed() throws {
    try books.session.execute("drop schema tieout cascade")
    let refusal = thrown(BooksError.self) { _ = try books.close() }
    #expect(refusal?.category == .configuration)
    #expect(refusal?.hint.contains("tieout install") == true)
  }

  @Test func theDatabaseItselfKeepsCorrectionsOut() throws {
    _ = try books.close()
    let corrected = refusal(Self.correction)
    #expect(
      corrected?.what
        == "ledger: period 2026-10 is closed and takes no correction".replacing(
          "ledger", with: "test"))
    #expect(corrected?.category == .conflict)
    let older = try Connection("older", conninfo: books.dsn)
    try older.execute("begin isolation level repeatable read; select 1")
    #expect(refusal(Self.correction.replacing("2026-10", with: "2026-12"), on: older) != nil)
    // The biller is not looked at; tieout check and the next run tell of it.
    try books.entry("biller", "request-2", "2")
    let check = try Checkup(books.job, posting: true).text(color: false)
    #expect(
      check.contains(
        "2026-10 was closed with 10 entries of 55 in all, and holds 11 of 57 now"))
    #expect(check.contains("ok      ledger.entry takes no correction for a closed month"))
    #expect(try books.run(post: true).exitStatus == .done)
    #expect(try books.posted() == ["2026-11 for 2026-10 reversal -2.00"])
  }

  @Test func aMissingGuardIsTold() throws {
    try books.session.execute("drop trigger tieout_closed_period on ledger.entry")
    let check = try Checkup(books.job, posting: true)
    #expect(check.exitStatus == .done)
    #expect(check.text(color: false).contains("advice  ledger.entry has no guard: "))
    #expect(check.text(color: false).contains("create trigger tieout_closed_period before insert"))
    _ = try TieoutSchema.install(on: books.session)
    #expect(!(try Checkup(books.job, posting: true).text(color: false).contains("no guard")))
  }

  /// The biller posts what was to be accrued while the month is being closed.
  @Test func aMonthIsClosedOverTheLedgerThatWasJudged() throws {
    try books.event(
      "slow", "2026-10-31T23:50:00Z", "4.25", recordedAt: "2026-11-02T05:00:00Z")
    var isPosted = false
    let close = try PeriodClose(books.request { $0.preparedBy = "carla" }) { progress in
      guard progress.stage == "writing reports", !isPosted else { return }
      isPosted = true
      #expect(throws: Never.self) { try books.entry("slow", "slow", "4.25") }
    }
    #expect(isPosted)
    #expect(close.verdict == "2026-10 is closed.")
    #expect(try books.posted() == [])
    #expect(
      try books.value(
        "select concat_ws(' ', ledger_rows, booked_rows, booked_amount) from tieout.closing")
        == "11 11 59.25")
  }

  /// Nor do November's entries, however many come, keep October from being closed.
  @Test func aMonthIsClosedWhileTheNextIsBilled() throws {
    var posted = 0
    var stages: Set<String> = []
    let close = try PeriodClose(books.request { $0.preparedBy = "carla" }) { progress in
      stages.insert(progress.stage)
      guard progress.stage == "writing reports" else { return }
      posted += 1
      #expect(throws: Never.self) {
        try books.session.execute(
          """
          insert into ledger.entry (entry_id, tenant_id, deployment_id, request_id, amount, period)
          values ('next-\(posted)', 'acme', 'chat', 'next-\(posted)', 1, '2026-11-01')
          """)
      }
    }
    #expect(close.verdict == "2026-10 is closed.")
    #expect(posted > 0)
    #expect(!stages.contains("the ledger has moved: starting over"), "\(stages)")
  }

  /// The charge came in November, for October: what was accrued keeps it where it was earned.
  @Test func aMonthThatIsClosedAgainKeepsWhatWasAccruedForChargesBookedSince() throws {
    try books.event(
      "slow", "2026-10-31T23:50:00Z", "4.25", recordedAt: "2026-11-02T05:00:00Z")
    #expect(try books.close().verdict == "2026-10 is closed. 2 accrual entries posted.")
    _ = try books.run(post: true) { $0.asOf = OctoberBooks.instant("2026-11-03T06:00:00Z") }
    let booked = [
      "2026-10 for 2026-10 accrual 4.25", "2026-11 for 2026-10 accrual -4.25",
      "2026-11 for 2026-10 usage 4.25",
    ]
    #expect(try books.posted() == booked)
    _ = try PeriodReopening(books.job, OctoberBooks.october, reason: "a look", by: "carla")
    let again = try books.close { $0.asOf = OctoberBooks.instant("2026-11-04T06:00:00Z") }
    #expect(again.verdict == "2026-10 is closed.")
    #expect(try books.posted() == booked)
  }

  @Test func whatIsInTransitIsAccruedAndTheAccrualReversedInTheNextMonth() throws {
    try books.event(
      "slow", "2026-10-31T23:50:00Z", "4.25", recordedAt: "2026-11-02T05:00:00Z")
    try books.event(
      "slow-2", "2026-10-31T23:55:00Z", "0.75", recordedAt: "2026-11-02T05:30:00Z")
    let close = try books.close()
    #expect(close.isClosed)
    #expect(close.verdict == "2026-10 is closed. 2 accrual entries posted.")
    #expect(
      try books.posted() == [
        "2026-10 for 2026-10 accrual 5.00", "2026-11 for 2026-10 accrual -5.00",
      ])
    #expect(
      try books.value(
        """
        select count(*) from ledger.entry r join ledger.entry a on a.entry_id = r.reverses_entry_id
        where a.kind = 'accrual' and r.amount = -a.amount
        """) == "1")
    #expect(try books.booked("2026-10") == "60.00")
    // The charges arrive: in November's books, for October.
    let next = try books.run(post: true) { $0.asOf = OctoberBooks.instant("2026-11-03T06:00:00Z") }
    #expect(next.breaks == ["unbilled slow post", "unbilled slow-2 post"])
    #expect(try books.booked("2026-10") == "60.00")
    #expect(try books.booked("2026-11") == "0.00")
    #expect(try books.run().breaks == [])
  }

  /// A ledger whose adapter only reads takes no accruals, and needs none once all is billed.
  @Test func withoutPostSqlAMonthIsClosedWhenNothingIsInTransit() throws {
    let folder = try Scratch.directory()
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("select * from ledger.entry".utf8).write(to: folder.appending(path: "entry.sql"))
    try books.event("slow", "2026-10-31T23:50:00Z", "4.25", recordedAt: "2026-11-02T05:00:00Z")
    let refusal = thrown(BooksError.self) {
      _ = try books.close { $0.job.ledger.adapter = folder.path }
    }
    #expect(refusal?.category == .configuration)
    #expect(
      refusal?.what
        == "ledger: usage of 2026-10 is in transit, the adapter '\(folder.path)' has no post.sql, so "
        + "its 2 accrual entries cannot be posted")
    #expect(refusal?.hint.hasPrefix("close 2026-10 once its usage is posted or past the") == true)
    #expect(try books.value("select count(*) from tieout.closed_period") == "0")
    try books.entry("billed", "slow", "4.25", postedAt: "2026-11-02T05:30:00Z")
    #expect(try books.close { $0.job.ledger.adapter = folder.path }.isClosed)
  }

  @Test func aReopenedMonthIsAccruedAnewByTheDifference() throws {
    try books.event("slow", "2026-10-31T23:50:00Z", "4.25", recordedAt: "2026-11-02T05:00:00Z")
    _ = try books.close()
    _ = try PeriodReopening(books.job, OctoberBooks.october, reason: "a bill came", by: "carla")
    try books.entry("billed", "slow", "4.25", postedAt: "2026-11-02T07:00:00Z")
    try books.event("slow-2", "2026-10-31T23:55:00Z", "1.25", recordedAt: "2026-11-03T05:30:00Z")
    let close = try books.close { $0.asOf = OctoberBooks.instant("2026-11-03T06:00:00Z") }
    #expect(close.isClosed)
    // 4.25 was accrued; 1.25 is what is in transit now.
    #expect(
      try books.posted() == [
        "2026-10 for 2026-10 accrual -3.00", "2026-10 for 2026-10 accrual 4.25",
        "2026-11 for 2026-10 accrual -4.25", "2026-11 for 2026-10 accrual 3.00",
      ])
    #expect(try books.booked("2026-10") == "60.50")
    #expect(try books.run().corrections(.proposed) == 1)
  }

  @Test func aMonthIsReopenedForAReasonThatStays() throws {
    _ = try books.close()
    for attempt in [
      "delete from tieout.closed_period", "truncate tieout.closed_period",
      "update tieout.closed_period set closed_at = now()",
    ] {
      #expect(refusal(attempt)?.what.contains("a closed period stays as it is") == true)
    }
    let empty = thrown(UsageError.self) {
      _ = try PeriodReopening(books.job, OctoberBooks.october, reason: " ", by: "carla")
    }
    #expect(empty?.message == "--reason: the reason is empty")
    let reopening = try PeriodReopening(
      books.job, OctoberBooks.october, reason: "a bill was revised", by: "carla")
    #expect(reopening.summary.hasPrefix("2026-10 is open again. It was closed as of 2026-11-02T06"))
    #expect(
      try books.value("select period || ' ' || reason || ' ' || reopened_by from tieout.reopening")
        == "2026-10-01 a bill was revised carla")
    let open = thrown(UsageError.self) {
      _ = try PeriodReopening(books.job, OctoberBooks.october, reason: "again", by: "carla")
    }
    #expect(open?.message == "2026-10 is not closed")
    #expect(refusal(Self.correction) == nil)
  }

  /// Who posts by night can neither sign nor close.
  @Test func signingAndClosingNeedARightOfTheirOwn() throws {
    try books.entry("ghost", "ghost", "7")
    func job(_ role: String) -> Job {
      var job = books.job
      job.gateway.dsn = "\(books.dsn) options='-c role=\(role)'"
      job.ledger.dsn = job.gateway.dsn
      return job
    }
    let run = try books.run(post: true) { $0.job = job("tieout_poster") }
    let id = run.report.run.id
    #expect(
      thrown(BooksError.self) { _ = try Approving(job("tieout_poster"), id, by: "ann") }?
        .sqlState == "42501")
    #expect(
      thrown(BooksError.self) {
        _ = try Rejecting(job("tieout_poster"), run.breakID("ghost"), reason: "no", by: "ann")
      }?.sqlState == "42501")
    #expect(
      thrown(BooksError.self) {
        _ = try books.close(accepted: "all well") { $0.job = job("tieout_poster") }
      }?.sqlState == "42501")
    let controller = job("tieout_controller")
    _ = try Approving(controller, id, by: "ann")
    #expect(try books.posting(run) { $0.job = controller }.exitStatus == .done)
    #expect(try books.close { $0.job = controller }.isClosed)
    _ = try PeriodReopening(controller, OctoberBooks.october, reason: "why not", by: "carla")
  }
}
