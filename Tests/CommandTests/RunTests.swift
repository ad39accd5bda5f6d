import Books
import Foundation
import TestSupport
import Testing

@Suite("A run from the command line, against a real PostgreSQL")
struct RunTests {
  /// October of one tenant: of ten requests, one is billed twice, one not at all; and one entry
  /// bills what nobody asked for.
  private static let books = """
    insert into gateway.usage_event (event_id, request_id, tenant_id, deployment_id, occurred_at,
      recorded_at, model, input_tokens, charge)
    select 'event-' || n, 'request-' || n, 'acme', 'chat', moment, moment, 'm', 1000 + n, n
    from generate_series(1, 10) n,
      lateral (select timestamptz '2026-10-01 12:00Z' + n * interval '1 day' as moment) m;
    insert into ledger.entry (entry_id, tenant_id, deployment_id, request_id, amount, period,
      posted_at)
    select 'entry-' || n, 'acme', 'chat', 'request-' || n, n, date '2026-10-01',
      timestamptz '2026-10-01 13:00Z' + n * interval '1 day'
    from generate_series(1, 9) n
    union all select 'entry-twice', 'acme', 'chat', 'request-3', 3, '2026-10-01', '2026-10-20';
    """

  private static let october = ["run", "--period", "2026-10", "--as-of", "2026-11-02T00:00:00Z"]

  private let tieout: BuiltProgram
  private let session: Connection
  private let environment: [String: String]

  init() async throws {
    tieout = try BuiltProgram()
    let dsn = try await TestCluster.database()
    session = try Connection("ledger", conninfo: dsn)
    try session.execute(Self.books)
    environment = ["TIEOUT_GATEWAY_DSN": dsn, "TIEOUT_LEDGER_DSN": dsn]
  }

  private func run(_ flags: String...) async throws -> BuiltProgram.Answer {
    try await tieout(Self.october + flags, environment: environment)
  }

  private func files(in path: String) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: tieout.directory.appending(path: path).path)
    return (names ?? []).sorted()
  }

  @Test("breaks remain: 1; posted: 0; and the books then tie out: 0")
  func reconcile() async throws {
    let first = try await run()
    #expect(first.status == 1)
    #expect(first.output == "")
    #expect(first.error.contains("Breaks remain: 2 open. 2 can be posted: run again with --post."))
    let runs = files(in: "Reports/runs")
    #expect(runs.count == 1)
    #expect(
      files(in: "Reports/runs/\(runs.first ?? "")") == [
        "breaks.csv", "corrections.csv", "groups.csv", "report.html", "report.json", "report.xml",
      ])
    let second = try await run("--post")
    #expect(second.status == 0)
    #expect(second.error.contains("Tied out after posting 2 corrections"))
    let third = try await run("--post")
    #expect(third.status == 0)
    #expect(third.error.contains("\nTied out, as far as was examined."))
    #expect(try session.query("select sum(amount) from ledger.entry").scalar == "55.00")
  }

  @Test("what waits for a person is held: 3")
  func held() async throws {
    try session.execute(
      """
      insert into ledger.entry (entry_id, tenant_id, deployment_id, request_id, amount, period)
      values ('ghost', 'acme', 'chat', 'request-ghost', 7, '2026-10-01')
      """)
    let answer = try await run("--post")
    #expect(answer.status == 3)
    #expect(answer.error.contains("Held after posting 2 corrections: 1 correction not posted."))
  }

  @Test("limits hold everything: 3")
  func limits() async throws {
    try tieout.write("limits: { entries: 1 }", to: "job.yaml")
    let answer = try await run("--post", "--job", "job.yaml")
    #expect(answer.status == 3)
    #expect(answer.error.contains("2 held: limit of 1 entries: the run would post 2"))
    #expect(try session.query("select count(*) from ledger.entry").scalar == "10")
  }

  @Test("breaks that are not to fail a run: 0; and one report for programs, nothing for people")
  func programs() async throws {
    let answer = try await run("--fail-on", "never", "--quiet", "--json", "--format", "csv")
    #expect(answer.status == 0)
    #expect(answer.error == "")
    let report = try JSONSerialization.jsonObject(with: Data(answer.output.utf8))
    let fields = try #require(report as? [String: Any])
    #expect(fields["schema"] as? String == "tieout-report-1")
    #expect((fields["breaks"] as? [Any])?.count == 2)
    #expect(files(in: "Reports/runs/\(files(in: "Reports/runs").first ?? "")").count == 3)
  }

  @Test("equal books and an equal moment give equal bytes, wherever they are written")
  func sameBytes() async throws {
    let first = try await run("--dry-run", "--json", "--report-dir", "a")
    let second = try await run("--dry-run", "--json", "--report-dir", "b")
    #expect(first.output == second.output)
    #expect(!first.output.isEmpty)
    #expect(files(in: "a") == files(in: "b"))
  }

  @Test("each log line is a JSON object")
  func jsonLog() async throws {
    let answer = try await run("--log-format", "json", "--dry-run")
    #expect(answer.status == 1)
    let lines = answer.error.split(separator: "\n")
    #expect(lines.count > 2)
    for line in lines {
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
    }
    #expect(lines.last?.contains(#""message":"run ended""#) == true)
  }

  @Test("a report that cannot be written: 73, and nothing is posted")
  func unwritable() async throws {
    try tieout.write("", to: "file")
    let answer = try await run("--post", "--report-dir", "file/below")
    #expect(answer.status == 73)
    #expect(answer.error.hasPrefix("error: "))
    #expect(answer.error.contains("; hint: "))
    #expect(answer.error.split(separator: "\n").count == 1)
    #expect(try session.query("select count(*) from ledger.entry").scalar == "10")
  }

  @Test("another run at work: 75")
  func locked() async throws {
    _ = try session.query("select pg_advisory_lock(x'7469656f7574'::bigint)")
    let answer = try await run("--post")
    #expect(answer.status == 75)
    #expect(answer.error.hasPrefix("error: another run of tieout works on this ledger; hint: "))
  }

  @Test("a relation or a column that is missing: 78, before anything runs")
  func missingColumn() async throws {
    try session.execute("alter table gateway.usage_event rename charge to price")
    for arguments in [Self.october, ["check"]] {
      let answer = try await tieout(arguments, environment: environment)
      #expect(answer.status == 78)
      #expect((answer.error + answer.output).contains("gateway.usage_event has no column charge"))
    }
  }

  @Test("check, install, explain")
  func others() async throws {
    let check = try await tieout("check", environment: environment)
    #expect(check.status == 0)
    #expect(check.output.hasSuffix("A run would work.\n"))
    for expected in ["installed schema tieout", "schema tieout in database"] {
      let install = try await tieout("install", environment: environment)
      #expect(install.status == 0)
      #expect(install.error.hasPrefix(expected))
    }
    _ = try await run()
    let unknown = try await tieout("explain", "0000")
    #expect(unknown.status == 64)
    let json = try await run("--json", "--quiet")
    let id = try #require(json.output.firstMatch(of: #/"id": "([0-9a-f]{16})"/#)?.1)
    let explained = try await tieout("explain", String(id))
    #expect(explained.status == 0)
    #expect(explained.output.contains("select * from ledger.entry where request_id in ('request-"))
  }

  @Test("a reader that goes away is no error")
  func closedPipe() async throws {
    let path = try BuiltProgram.executable().path
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", "'\(path)' rules | true; exit ${PIPESTATUS[0]}"]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }
}
