import Accounting
import Books
import Operations
import Reconciliation
import Testing

/// One month from its first nights to its reopening, as Paul (who prepares), Ann (who approves) and
/// Carla (who closes) live it. Amounts are dollars of tenant acme.
@Suite struct MonthEndStoryTests {
  private let books: OctoberBooks

  init() async throws { books = try await OctoberBooks() }

  private func night(_ date: String) throws -> RunOutcome {
    try books.run(post: true) {
      guard let day = CivilDate(date) else { preconditionFailure("no day: \(date)") }
      $0.job.name = "nightly"
      $0.job.range = .monthToDate
      $0.job.trueUp = .project
      $0.range = JobRange.monthToDate.days(today: day)
      $0.asOf = OctoberBooks.instant("\(date)T23:59:00Z")
    }
  }

  private func october(_ asOf: String) throws -> RunOutcome {
    try books.run(post: true) { $0.asOf = OctoberBooks.instant(asOf) }
  }

  @Test func fromTheFirstNightToTheReopenedMonth() throws {
    // The 10th: request 3 was billed twice. The night job reverses it by itself.
    try books.entry("twice", "request-3", "3")
    #expect(try night("2026-10-10").exitStatus == .done)
    #expect(try books.posted() == ["2026-10 for 2026-10 reversal -3.00"])

    // The 12th: three calls of a third of a dollar, and a charge that nobody asked for.
    for number in 1...3 {
      try books.event("third-\(number)", "2026-10-12T0\(number):00:00Z", "0.333")
      try books.entry("entry of third-\(number)", "third-\(number)", "0.33")
    }
    try books.entry("ghost", "ghost", "7", postedAt: "2026-10-12T12:00:00Z")
    let night = try night("2026-10-12")
    #expect(night.exitStatus == .correctionsHeld)
    #expect(night.breaks == ["unsupported-charge ghost review"])

    // 2 November: the month-end run takes the cent of rounding. The month cannot be closed yet.
    let monthEnd = try october("2026-11-02T06:00:00Z")
    #expect(monthEnd.exitStatus == .correctionsHeld)
    #expect(monthEnd.breaks == ["rounding-drift  post", "unsupported-charge ghost review"])
    #expect(try books.posted().last == "2026-10 for 2026-10 rounding 0.01")
    #expect(try !books.close().isClosed)

    // Ann looks, approves, and what she signed is posted. Paul could not have.
    let id = monthEnd.report.run.id
    #expect(thrown(UsageError.self) { _ = try Approving(books.job, id, by: "paul") } != nil)
    _ = try Approving(books.job, id, by: "ann")
    #expect(try books.posting(monthEnd).exitStatus == .done)

    // A call of the last minutes is on its way when Carla closes: 4.25 are accrued.
    try books.event("slow", "2026-10-31T23:58:00Z", "4.25", recordedAt: "2026-11-02T05:00:00Z")
    let close = try books.close()
    #expect(close.verdict == "2026-10 is closed. 2 accrual entries posted.")
    #expect(try books.booked("2026-10") == "60.25")
    #expect(try books.booked("2026-11") == "-4.25")

    // 6 November: it has arrived, and so has a call that nobody knew of. Both are November's
    // bookings for October.
    try books.event("late", "2026-10-30T12:00:00Z", "2.50", recordedAt: "2026-11-05T00:00:00Z")
    let after = try october("2026-11-06T06:00:00Z")
    #expect(after.exitStatus == .done)
    #expect(after.breaks == ["late-event late post", "unbilled slow post"])
    #expect(try books.booked("2026-10") == "60.25")
    #expect(try books.booked("2026-11") == "2.50")
    #expect(try october("2026-11-06T07:00:00Z").breaks == [])

    // November has usage of its own, and is closed a month later.
    try books.event("november", "2026-11-15T12:00:00Z", "20")
    try books.entry(
      "november", "november", "20", period: "2026-11-01", postedAt: "2026-11-15T13:00:00Z")
    let november = try books.close {
      $0.range = DayRange(OctoberBooks.november)
      $0.asOf = OctoberBooks.instant("2026-12-02T06:00:00Z")
    }
    #expect(november.verdict == "2026-11 is closed.")

    // The biller books October once more. Both months are closed: December takes the correction.
    try books.entry("again", "request-5", "5", postedAt: "2026-12-03T00:00:00Z")
    #expect(try october("2026-12-04T06:00:00Z").exitStatus == .done)
    #expect(try books.posted().last == "2026-12 for 2026-10 reversal -5.00")

    // October is reopened for a reason; what is found now is booked in it again.
    _ = try PeriodReopening(
      books.job, OctoberBooks.october, reason: "audit finding 12", by: "carla")
    try books.entry("once more", "request-6", "6", postedAt: "2026-12-05T00:00:00Z")
    #expect(try october("2026-12-06T06:00:00Z").exitStatus == .done)
    #expect(try books.posted().filter { $0 == "2026-10 for 2026-10 reversal -6.00" }.count == 1)
    let again = try books.close { $0.asOf = OctoberBooks.instant("2026-12-07T06:00:00Z") }
    #expect(again.verdict == "2026-10 is closed. 2 accrual entries posted.")

    // In the end the ledger holds the rounded sum of what was called, month by month of service,
    // and every step stands on record.
    #expect(try service("2026-10") == "62.75")
    #expect(try service("2026-11") == "20.00")
    #expect(try books.value("select round(sum(charge), 2) from gateway.usage_event") == "82.75")
    #expect(try books.value("select count(*) from tieout.closing") == "3")
    #expect(try books.value("select count(*) from tieout.reopening") == "1")
    let check = try Checkup(books.job, posting: true).text(color: false)
    #expect(check.contains("ledger: the audit chain of"))
    #expect(!check.contains("is broken"))
  }

  private func service(_ month: String) throws -> String {
    try books.value(
      """
      select round(sum(amount), 2) from ledger.entry
      where coalesce(service_period, period) = '\(month)-01'
      """)
  }
}
