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

  private let workplace: Workplace
  private let session: Connection
  private let dsn: String

  init() async throws {
    workplace = try Workplace()
    dsn = try await TestCluster.database()
    session = try Connection("ledger", conninfo: dsn)
    try session.execute(Self.books)
  }

  private func run(_ flags: String...) throws -> TieoutProgram.Result {
    try workplace.tieout(Self.october + flags, dsn: dsn)
  }

  @Test("breaks remain: 1; posted: 0; and the books then tie out: 0")
  func reconcile() throws {
    let first = try run()
    #expect(first.status == 1)
    #expect(first.output == "")
    #expect(first.errors.contains("Breaks remain: 2 open. 2 can be posted: run again with --post."))
    let runs = workplace.files(in: "Reports/runs")
    #expect(runs.count == 1)
    #expect(
      workplace.files(in: "Reports/runs/\(runs.first ?? "")") == [
        "breaks.csv", "clusters.csv", "corrections.csv", "groups.csv", "report.html", "report.json",
        "report.xml", "roundings.csv",
      ])
    let second = try run("--post")
    #expect(second.status == 0)
    #expect(second.errors.contains("Tied out after posting 2 corrections"))
    let third = try run("--post")
    #expect(third.status == 0)
    #expect(third.errors.contains("\nTied out, as far as was examined."))
    #expect(try session.query("select sum(amount) = 55 from ledger.entry").scalar == "t")
  }

  @Test("books whose ids are uuids tie out alike", arguments: UUIDColumns.Side.allCases)
  func uuids(side: UUIDColumns.Side) throws {
    try UUIDColumns.introduce(on: side, session)
    #expect(try run().status == 1)
    let second = try run("--post")
    #expect(second.status == 0)
    #expect(second.errors.contains("Tied out after posting 2 corrections"))
    for flags in [["--post"], []] {
      let again = try workplace.tieout(Self.october + flags, dsn: dsn)
      #expect(again.status == 0)
      #expect(again.errors.contains("\nTied out, as far as was examined."))
    }
    #expect(try session.query("select sum(amount) = 55 from ledger.entry").scalar == "t")
  }

  @Test("what waits for a person is held: 3")
  func held() throws {
    try session.execute(
      """
      insert into ledger.entry (entry_id, tenant_id, deployment_id, request_id, amount, period)
      values ('ghost', 'acme', 'chat', 'request-ghost', 7, '2026-10-01')
      """)
    let answer = try run("--post")
    #expect(answer.status == 3)
    #expect(answer.errors.contains("Held after posting 2 corrections: 1 correction not posted."))
  }

  @Test("amounts that add up beyond all money are the books' fault: 65")
  func beyondAllMoney() throws {
    try session.execute(
      """
      insert into ledger.entry (entry_id, tenant_id, deployment_id, request_id, amount, period)
      select 'huge-' || n, 'acme', 'chat', 'huge-' || n, 99999999999999999999, '2026-10-01'
      from generate_series(1, 2) n
      """)
    let answer = try run("--post")
    #expect(answer.status == 65, "\(answer.errors)")
    #expect(answer.errors.contains("is larger than ±170,141,183,460,469,231,731 major units"))
    #expect(answer.errors.contains("hint: look for impossible amounts"))
    #expect(try session.query("select count(*) from ledger.entry").scalar == "12")
  }

  @Test("limits hold everything: 3")
  func limits() throws {
    try workplace.write("limits: { entries: 1 }", to: "job.yaml")
    let answer = try run("--post", "--job", "job.yaml")
    #expect(answer.status == 3)
    #expect(answer.errors.contains("2 held: limit of 1 entries: the run would post 2"))
    #expect(try session.query("select count(*) from ledger.entry").scalar == "10")
  }

  @Test("breaks that are not to fail a run: 0; and one report for programs, nothing for people")
  func programs() throws {
    let answer = try run("--fail-on", "never", "--quiet", "--json", "--format", "csv")
    #expect(answer.status == 0)
    #expect(answer.errors == "")
    let report = try JSONSerialization.jsonObject(with: Data(answer.output.utf8))
    let fields = try #require(report as? [String: Any])
    #expect(fields["schema"] as? String == "tieout-report-1")
    #expect((fields["breaks"] as? [Any])?.count == 2)
    #expect(
      workplace.files(in: "Reports/runs/\(workplace.files(in: "Reports/runs").first ?? "")").count
        == 5)
  }

  @Test("equal books and an equal moment give equal bytes, wherever they are written")
  func sameBytes() throws {
    let first = try run("--dry-run", "--json", "--report-dir", "a")
    let second = try run("--dry-run", "--json", "--report-dir", "b")
    #expect(first.output == second.output)
    #expect(!first.output.isEmpty)
    #expect(workplace.files(in: "a") == workplace.files(in: "b"))
  }

  @Test("each log line is a JSON object")
  func jsonLog() throws {
    let answer = try run("--log-format", "json", "--dry-run")
    #expect(answer.status == 1)
    let lines = answer.errors.split(separator: "\n")
    #expect(lines.count > 2)
    for line in lines {
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
    }
    #expect(lines.last?.contains(#""message":"run ended""#) == true)
  }

  @Test("a report that cannot be written: 73, and nothing is posted")
  func unwritable() throws {
    try workplace.write("", to: "file")
    let answer = try run("--post", "--report-dir", "file/below")
    #expect(answer.status == 73)
    #expect(answer.errors.hasPrefix("error: "))
    #expect(answer.errors.contains("; hint: "))
    #expect(answer.errors.split(separator: "\n").count == 1)
    #expect(try session.query("select count(*) from ledger.entry").scalar == "10")
  }

  @Test("another run at work: 75")
  func locked() throws {
    _ = try session.query("select pg_advisory_lock(x'7469656f7574'::bigint)")
    let answer = try run("--post")
    #expect(answer.status == 75)
    #expect(answer.errors.hasPrefix("error: another run of tieout works on this ledger; hint: "))
  }

  @Test("a relation or a column that is missing: 78, before anything runs")
  func missingColumn() throws {
    try session.execute("alter table gateway.usage_event rename charge to price")
    for arguments in [Self.october, ["check"]] {
      let answer = try workplace.tieout(arguments, dsn: dsn)
      #expect(answer.status == 78)
      #expect((answer.errors + answer.output).contains("gateway.usage_event has no column charge"))
    }
  }

  @Test("check, install, explain")
  func others() throws {
    let check = try workplace.tieout(["check"], dsn: dsn)
    #expect(check.status == 0)
    #expect(check.output.hasSuffix("A run would work.\n"))
    for expected in ["installed schema tieout", "schema tieout in database"] {
      let install = try workplace.tieout(["install"], dsn: dsn)
      #expect(install.status == 0)
      #expect(install.errors.hasPrefix(expected))
    }
    _ = try run()
    let unknown = try workplace.tieout(["explain", "0000"])
    #expect(unknown.status == 64)
    let json = try run("--json", "--quiet")
    let id = try #require(json.output.firstMatch(of: #/"id": "([0-9a-f]{16})"/#)?.1)
    let elsewhere = try workplace.tieout(["explain", String(id)])
    #expect(elsewhere.status == 0)
    #expect(elsewhere.output.contains("not to be had from here: gateway: "))
    let explained = try workplace.tieout(["explain", String(id)], dsn: dsn)
    #expect(explained.status == 0)
    #expect(explained.output.contains("ledger entry"))
    #expect(explained.output.contains("select * from ledger.entry where request_id in ('request-"))
  }

  @Test("metrics that cannot be written are told before anything is posted, and by check")
  func unwritableMetrics() throws {
    try workplace.write(
      """
      job: nightly
      range: { period: 2026-10 }
      metrics: { textfile: missing/tieout.prom }
      """, to: "job.yaml")
    let check = try workplace.tieout(["check", "--job", "job.yaml"], dsn: dsn)
    #expect(check.status == 73)
    #expect(check.output.contains("metrics cannot be written to missing/tieout.prom: No such file"))
    let refused = try run("--job", "job.yaml", "--post")
    #expect(refused.status == 73)
    #expect(refused.errors.contains("metrics cannot be written to missing/tieout.prom"))
    #expect(try session.query("select count(*) from ledger.entry").scalar == "10")
    try workplace.write("", to: "missing/here")
    #expect(try run("--job", "job.yaml", "--post").status == 0)
    #expect(workplace.files(in: "missing") == ["here", "tieout.prom"])
    try workplace.write("metrics: { textfile: missing }", to: "job.yaml")
    let directory = try workplace.tieout(["check", "--job", "job.yaml"], dsn: dsn)
    #expect(directory.output.contains("metrics.textfile is a directory: name a file in it"))
    try workplace.write("metrics: { textfile: /dev/null }", to: "job.yaml")
    let device = try workplace.tieout(["check", "--job", "job.yaml"], dsn: dsn)
    #expect(device.status == 73 && device.output.contains("written to /dev/null: it is no file"))
  }

  @Test("a role without any right is told all that it lacks")
  func noRights() throws {
    #expect(try workplace.tieout(["install"], dsn: dsn).status == 0)
    let place = "\(dsn) options='-c role=pg_read_all_stats'"
    let check = try workplace.tieout(["check"], dsn: place)
    #expect(check.status == 78)
    for lacking in [
      "pg_read_all_stats may not read gateway.usage_event",
      "pg_read_all_stats may not read ledger.entry", "permission denied for schema tieout",
      "A run would fail: ",
    ] {
      #expect(check.output.contains(lacking), "\(check.output)\(check.errors)")
    }
  }

  @Test(
    "closed standard descriptors are taken by nothing else",
    arguments: [">&- 2>&-", "<&- 2>&-", "<&- >&-"])
  func closedDescriptors(closing: String) throws {
    var program = TieoutProgram()
    program.wrapper = ["bash", "-c", #"exec "$0" "$@" "# + closing]
    let result = try program.run("run", "--job", "/nowhere.yaml", "--log-format", "json")
    #expect(result.status == 78)
  }

  @Test("what standard output does not take is told", arguments: [["rules"], ["rules", "--json"]])
  func fullOutput(arguments: [String]) throws {
    var program = TieoutProgram()
    program.wrapper = ["bash", "-c", #"exec "$0" "$@" > /dev/full"#]
    let result = try program.run(arguments)
    #expect(result.status == 73)
    #expect(
      result.errors == """
        error: standard output cannot be written: No space left on device; the command itself has \
        done its work, and would have ended with 0; hint: make room, and look at the reports or \
        give the command again

        """)
  }

  @Test("a reader that goes away is no error")
  func closedPipe() throws {
    var program = TieoutProgram()
    program.wrapper = ["bash", "-c", #""$0" "$@" | true; exit "${PIPESTATUS[0]}""#]
    #expect(try program.run("rules").status == 0)
  }
}
