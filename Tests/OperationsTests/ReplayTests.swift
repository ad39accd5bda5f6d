import Accounting
import Books
import Foundation
import Operations
import Reconciliation
import TestSupport
import Testing

/// A run's reports are kept, and come back byte for byte whatever has become of the books.
@Suite struct ReplayTests {
  private let books: BooksOfNights

  init() async throws {
    books = try await BooksOfNights()
    try HandMadeBooks.load(into: books.session)
  }

  private func files(in directory: String?) throws -> [String: Data] {
    let directory = try #require(directory)
    let names = try FileManager.default.contentsOfDirectory(atPath: directory)
    return try Dictionary(
      uniqueKeysWithValues: names.map {
        ($0, try Data(contentsOf: URL(filePath: directory).appending(path: $0)))
      })
  }

  private func replay(_ run: String) throws -> ReportReplay {
    var job = Job()
    job.ledger.dsn = books.dsn
    return try ReportReplay(
      ofRun: run, job, as: Job.knownFormats,
      to: books.reports.appending(path: "again").path, scratch: Scratch())
  }

  private func historyError(_ body: () throws -> Void) -> HistoryError? {
    do {
      try body()
      return nil
    } catch {
      return error as? HistoryError
    }
  }

  @Test(arguments: [false, true])
  func aRunOnRecordIsReportedAgainByteForByte(post: Bool) throws {
    _ = try books.night("2026-10-20")
    let run = try books.run("2026-11-05", post: post) {
      $0.range = DayRange($0.range.first.period.previous)
    }
    let written = try files(in: run.directory)
    #expect(
      written.keys.sorted() == [
        "breaks.csv", "clusters.csv", "corrections.csv", "groups.csv", "report.html", "report.json",
        "report.xml", "roll_forward.csv", "roundings.csv",
      ])
    // The books move on, and so does the list of breaks.
    try books.session.execute("delete from gateway.usage_event where tenant_id = 'acme'")
    _ = try books.night("2026-11-06")
    let again = try replay(run.report.run.id)
    #expect(again.report == run.report)
    #expect(try files(in: again.directory) == written)
    #expect(try files(in: replay("2").directory) == written)
  }

  @Test func runningAgainOverUnchangedBooksIsTheSameRun() throws {
    books.range = .previousMonth
    let first = try books.run("2026-11-01")
    let written = try files(in: first.directory)
    let second = try books.run("2026-11-01")
    #expect(second.report.run.id == first.report.run.id)
    #expect(second.report.digest == first.report.digest)
    #expect(second.report.run.recordDigest == first.report.run.recordDigest)
    #expect(try files(in: second.directory) == written)
    // Also once later runs have moved the list of breaks on.
    _ = try books.night("2026-11-02")
    let third = try books.run("2026-11-01")
    #expect(try files(in: third.directory) == written)
    let recorded = try books.session.query("select count(*) from tieout.run").scalar
    #expect(recorded == "2")
  }

  @Test func whenTheBooksHaveMovedThatIsSaid() throws {
    books.range = .previousMonth
    let first = try books.run("2026-11-01")
    try books.session.execute("delete from ledger.entry where entry_id = 'pl7'")
    let second = try books.run("2026-11-01")
    #expect(second.report.run.id != first.report.run.id)
    let note = try #require(second.notes.first { $0.contains("found other books") })
    #expect(note.contains("run \(first.report.run.id) of the same settings and moment"))
    let (then, now) = (first.report.judgement.controls, second.report.judgement.controls)
    #expect(
      note.contains(
        "(ledger \(then.ledgerRows) rows of \(then.ledgerAmount) then, "
          + "\(now.ledgerRows) of \(now.ledgerAmount) now)"))
    #expect(note.contains("tieout report \(first.report.run.id)"))
  }

  @Test func eachReportTellsTheHeadOfTheChain() throws {
    let first = try books.run("2026-10-20").report.run
    let second = try books.run("2026-10-21").report.run
    #expect(first.previousDigest == nil)
    #expect(second.previousDigest == first.recordDigest)
    let head = try books.session.query(
      "select record_digest from tieout.run order by run_number desc limit 1"
    ).scalar
    #expect(second.recordDigest == head)
    let checked = try Checkup(job(), posting: true).text(color: false)
    #expect(checked.contains("the audit chain of 2 recorded runs holds"))
    try books.session.execute(
      "update tieout.run set manifest = manifest || ' ' where run_number = 1")
    let tampered = try Checkup(job(), posting: true).text(color: false)
    #expect(tampered.contains("the audit chain of tieout.run is broken at run number 1"))
  }

  @Test func whatWasAlteredOrRemovedIsNotTakenForTheReport() throws {
    let run = try books.run("2026-10-20").report.run.id
    #expect(historyError { _ = try replay("no such run") } == .unknownRun("no such run"))
    try books.session.execute(
      "update tieout.run_report set body = overlay(body placing 'x' from 400) where part = 0")
    #expect(historyError { _ = try replay(run) } == .altered(run))
    try books.session.execute("delete from tieout.run_report")
    #expect(historyError { _ = try replay(run) } == .removed(run))
    try books.session.execute("update tieout.run set report_digest = null")
    #expect(historyError { _ = try replay(run) } == .notKept(run, version: Version.current))
  }

  /// What a night stores is in proportion to its groups and breaks, and the server compresses it.
  @Test func aNightStoresLittle() throws {
    _ = try books.run("2026-10-20")
    let size = try books.session.query(
      "select sum(pg_column_size(body)), sum(length(body)) from tieout.run_report")
    let stored = try #require(Int(size.text(0, 0) ?? ""))
    let length = try #require(Int(size.text(0, 1) ?? ""))
    #expect(length < 20_000)
    #expect(stored * 2 < length)
  }

  private func job() -> Job {
    var job = Job()
    job.gateway.dsn = books.dsn
    job.ledger.dsn = books.dsn
    job.reportDirectory = books.reports.path
    return job
  }
}
