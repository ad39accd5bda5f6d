import Books
import Foundation
import Operations
import Reporting
import TestSupport
import Testing

/// What a posting run leaves behind when it is killed, crowded or overtaken.
@Suite(.serialized) struct PostingFaultTests {
  private static let run =
    ["run"] + HandMadeBooks.range + HandMadeBooks.asOf + ["--post", "--quiet"]

  private struct Books {
    let dsn: String
    let session: Connection

    init() async throws {
      dsn = try await TestCluster.database()
      session = try Connection("test", conninfo: dsn)
      _ = try TieoutSchema.install(on: session)
      try HandMadeBooks.load(into: session)
    }

    func posted() throws -> Int {
      try Int(number("select count(*) from ledger.entry where run_id is not null")) ?? -1
    }

    /// Of entries, in every respect but the moment they were posted.
    func fingerprint() throws -> String {
      try number(
        """
        select md5(string_agg(concat_ws('|', entry_id, tenant_id, deployment_id, kind, request_id,
          amount, currency, period, service_period, reverses_entry_id, idempotency_key, reason),
          E'\\n' order by entry_id)) from ledger.entry
        """)
    }

    func number(_ sql: String) throws -> String { try session.query(sql).text(0, 0) ?? "" }
  }

  private func reportDirectory() throws -> URL { try Scratch.directory() }

  @Test func metricsThatAreLostAreToldWhenAllElseIsDone() async throws {
    let books = try await Books()
    let workplace = try reportDirectory()
    defer { try? FileManager.default.removeItem(at: workplace) }
    let job = workplace.appending(path: "job.yaml")
    try Data("metrics: { textfile: \(workplace.path)/tieout.prom }".utf8).write(to: job)
    var program = TieoutProgram(dsn: books.dsn)
    program.wrapper = [
      "strace", "-f", "-o", "/dev/null", "-e", "trace=rename",
      "-e", "inject=rename:error=ENOSPC",
    ]
    let run = try program.run(
      Self.run + ["--job", job.path, "--report-dir", workplace.appending(path: "runs").path])
    #expect(run.status == 73)
    #expect(
      run.errors == """
        error: metrics cannot be written to \(workplace.path)/tieout.prom: No space left on device; \
        the run itself has done its work, and would have ended with 0; hint: free some space, or \
        choose another metrics.textfile

        """)
    #expect(try books.posted() == HandMadeBooks.corrections)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: workplace.path).sorted()
        == ["job.yaml", "runs"])
  }

  @Test func aPostingRunKilledAnywhereHasPostedAllOrNothingAndTheNextPostsExactlyOnce()
    async throws
  {
    let reference = try await Books()
    let calls = try await messages(reference)
    let expected = try reference.fingerprint()
    #expect(try reference.posted() == HandMadeBooks.corrections)
    let points = 30
    #expect(calls >= points)
    var survivedWithEntries = 0
    for point in 1...points {
      let books = try await Books()
      let reports = try reportDirectory()
      defer { try? FileManager.default.removeItem(at: reports) }
      var program = TieoutProgram(dsn: books.dsn)
      let call = calls * point / points
      program.wrapper = [
        "strace", "-f", "-o", "/dev/null", "-e", "trace=sendto",
        "-e", "inject=sendto:signal=SIGKILL:when=\(call)",
      ]
      let result = try program.run(Self.run + ["--report-dir", reports.path])
      #expect(result.status != 0, "not killed at message \(call) of \(calls)")
      let posted = try books.posted()
      #expect(
        posted == 0 || posted == HandMadeBooks.corrections,
        "killed at message \(call) of \(calls): \(posted) entries")
      if posted > 0 { survivedWithEntries += 1 }
      try expectWholeReports(in: reports)

      program.wrapper = []
      let again = try program.run(Self.run + ["--report-dir", reports.path])
      #expect(again.status == 0, "after a kill at message \(call): \(again.errors)")
      #expect(try books.fingerprint() == expected, "after a kill at message \(call)")
      try expectWholeReports(in: reports)
    }
    #expect(survivedWithEntries > 0, "no kill came after the commit")
    #expect(survivedWithEntries < points, "every kill came after the commit")
  }

  /// How many messages a run sends to the server. Unlike what it receives, the number is the same
  /// every time. The tracer counts for each thread, and the run is the busiest.
  private func messages(_ books: Books) async throws -> Int {
    let trace = try Scratch.file()
    let reports = try reportDirectory()
    defer {
      try? FileManager.default.removeItem(at: trace)
      try? FileManager.default.removeItem(at: reports)
    }
    var program = TieoutProgram(dsn: books.dsn)
    program.wrapper = ["strace", "-f", "-o", trace.path, "-e", "trace=sendto"]
    let result = try program.run(Self.run + ["--report-dir", reports.path])
    #expect(result.status == 0, "strace, of the package of that name, is needed: \(result.errors)")
    let lines = try String(contentsOf: trace, encoding: .utf8).split(separator: "\n")
    let byThread = Dictionary(grouping: lines.filter { $0.contains("sendto(") }) {
      $0.prefix { $0 != " " }
    }
    return byThread.values.map(\.count).max() ?? 0
  }

  /// A run's directory holds every file of the report, or is not there.
  private func expectWholeReports(in directory: URL) throws {
    let runs = try FileManager.default.contentsOfDirectory(
      at: directory, includingPropertiesForKeys: nil, options: .skipsHiddenFiles)
    for run in runs {
      let files = try FileManager.default.contentsOfDirectory(atPath: run.path).sorted()
      #expect(
        files == [
          "breaks.csv", "clusters.csv", "corrections.csv", "groups.csv", "report.html",
          "report.json", "report.xml", "roll_forward.csv", "roundings.csv",
        ])
      let json = try Data(contentsOf: run.appending(path: "report.json"))
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: json) }
    }
  }

  @Test func ofTwoRunsAtOnceOneWorksAndTheOtherLeaves() async throws {
    let books = try await Books()
    let reports = try reportDirectory()
    defer { try? FileManager.default.removeItem(at: reports) }
    let program = TieoutProgram(dsn: books.dsn)
    let arguments = Self.run + ["--report-dir", reports.path]
    let statuses = try await withThrowingTaskGroup(of: Int32.self) { group in
      for _ in 0..<4 { group.addTask { try program.run(arguments).status } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(statuses.contains(0))
    #expect(statuses.allSatisfy { $0 == 0 || $0 == 75 }, "\(statuses)")
    #expect(try books.posted() == HandMadeBooks.corrections)
  }

  @Test func aRunThatFindsTheLockTakenLeavesAtOnce() async throws {
    let books = try await Books()
    let holder = try PostgresBooks(
      gateway: BookPlace(conninfo: books.dsn), ledger: BookPlace(conninfo: books.dsn), zone: .utc)
    #expect(try holder.tryLock())
    let result = try TieoutProgram(dsn: books.dsn).run(Self.run)
    #expect(result.status == 75)
    #expect(result.errors.contains("another run"))
    #expect(try books.posted() == 0)
  }

  /// A biller that posts in the very moment between the check and the entries.
  @Test func aLedgerThatMovesWhileItIsPostedToTakesNothing() async throws {
    let books = try await Books()
    let before = try books.fingerprint()
    try books.session.execute(
      """
      create function ledger.biller() returns trigger language plpgsql as $$ begin
        if new.run_id is not null and new.kind = 'usage' then
          insert into ledger.entry (tenant_id, deployment_id, request_id, amount, currency, period)
          values (new.tenant_id, new.deployment_id, new.request_id, new.amount, new.currency, new.period);
        end if;
        return new;
      end $$;
      create trigger biller before insert on ledger.entry for each row execute function ledger.biller()
      """)
    let reports = try reportDirectory()
    defer { try? FileManager.default.removeItem(at: reports) }
    let result = try TieoutProgram(dsn: books.dsn).run(Self.run + ["--report-dir", reports.path])
    #expect(result.status == 75, "\(result.errors)")
    #expect(try books.fingerprint() == before)
    let left = try FileManager.default.contentsOfDirectory(atPath: reports.path)
    #expect(left.isEmpty, "\(left)")
  }

  @Test func aReportThatCannotBeWrittenPostsNothing() async throws {
    let books = try await Books()
    let file = try Scratch.file()
    defer { try? FileManager.default.removeItem(at: file) }
    let result = try TieoutProgram(dsn: books.dsn).run(
      Self.run + ["--report-dir", file.path + "/runs"])
    #expect(result.status == 73, "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1)
    #expect(try books.posted() == 0)
  }

  /// What is on record is not undone by a report that is gone before it has its place.
  @Test func aReportThatCannotBePutInItsPlaceSaysThatTheRunIsDone() throws {
    for recorded in [true, false] {
      let reports = try reportDirectory()
      defer { try? FileManager.default.removeItem(at: reports) }
      let staged = try ReportPublisher.stage([], in: reports.path, runID: "run-1")
      for name in try FileManager.default.contentsOfDirectory(atPath: reports.path) {
        try FileManager.default.removeItem(at: reports.appending(path: name))
      }
      let error = #expect(throws: (any Error).self) { try staged.publish(recorded: recorded) }
      let complaint = Complaint(try #require(error))
      #expect(complaint.status == .reportNotWritten)
      #expect(complaint.message.contains("has done its work, and posted") == recorded)
    }
  }

  /// A run past a limit posts nothing at all and says which limit it was.
  @Test(arguments: [
    ("entries: 5", "limit of 5 entries: the run would post 12"),
    ("amount: 20.00", "limit of 20 USD: the run would post "),
    ("share_of_revenue: 0.02", "limit of 0.02 of a group's revenue: "),
  ])
  func aLimitHoldsTheWholePosting(limit: String, reason: String) async throws {
    let books = try await Books()
    let directory = try reportDirectory()
    defer { try? FileManager.default.removeItem(at: directory) }
    let job = directory.appending(path: "job.yaml")
    try Data("job: limited\nlimits: { \(limit) }\n".utf8).write(to: job)
    let reports = directory.appending(path: "runs").path
    let run = Self.run + ["--json", "--job", job.path, "--report-dir", reports]
    let result = try TieoutProgram(dsn: books.dsn).run(run)
    #expect(result.status == 3, "\(result.errors)")
    #expect(result.output.contains(reason), "\(result.output.suffix(2000))")
    #expect(try books.posted() == 0)
    // One that posts nothing does not send for it either.
    let quietly = ["--post", "--quiet", "--json"]
    let look = try TieoutProgram(dsn: books.dsn).run(run.filter { !quietly.contains($0) })
    #expect(look.errors.contains("would be posted, but for a \(reason)"), "\(look.errors)")
  }
}
