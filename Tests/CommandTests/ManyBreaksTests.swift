import Books
import Foundation
import TestSupport
import Testing

@Suite("More breaks than memory holds, against a real PostgreSQL")
struct ManyBreaksTests {
  /// October of two tenants, 4,000 requests of which none was ever billed.
  private static let books = """
    insert into gateway.usage_event (event_id, request_id, tenant_id, deployment_id, occurred_at,
      recorded_at, model, input_tokens, charge)
    select 'event-' || n, 'request-' || n, 'tenant-' || n % 2, 'chat', moment, moment, 'm', n, 0.25
    from generate_series(1, 4000) n,
      lateral (select timestamptz '2026-10-01 12:00Z' + n * interval '10 min' as moment) m;
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

  @Test("are all posted and prove to tie out, are recorded, and are seen again")
  func posted() throws {
    #expect(try workplace.tieout(["install"], dsn: dsn).status == 0)
    let seen = try workplace.tieout(Self.october, dsn: dsn)
    #expect(seen.status == 1)
    #expect(seen.errors.contains("Breaks remain: 4,000 open."))
    #expect(try session.query("select count(*) from tieout.break").scalar == "4000")
    try session.execute("update tieout.break set first_seen = '2026-10-31 23:59Z'")

    let posted = try workplace.tieout(Self.october + ["--post", "--report-dir", "out"], dsn: dsn)
    #expect(posted.status == 0)
    #expect(posted.errors.contains("Tied out after posting 4,000 corrections"))
    let ledger = "select count(*) || ' ' || sum(amount) from ledger.entry"
    #expect(try session.query(ledger).scalar == "4000 1000.00")
    let run = try #require(workplace.files(in: "out").first)
    let breaks = try String(
      contentsOf: workplace.directory.appending(path: "out/\(run)/breaks.csv"), encoding: .utf8)
    #expect(breaks.split(separator: "\r\n").count == 4001)
    #expect(breaks.matches(of: /2026-10-31T23:59:00Z/).count == 4000)

    let again = try workplace.tieout(Self.october + ["--post"], dsn: dsn)
    #expect(again.status == 0)
    #expect(try session.query(ledger).scalar == "4000 1000.00")
  }

  @Test("have nowhere to go: 73, the line names TMPDIR, and nothing is posted")
  func nowhere() throws {
    let answer = try workplace.tieout(
      Self.october + ["--post"], dsn: dsn, environment: ["TMPDIR": "/nowhere"])
    #expect(answer.status == 73)
    #expect(
      answer.errors.hasSuffix(
        "error: cannot make a scratch file in /nowhere: No such file or directory; hint: set "
          + "TMPDIR to a directory that this user may write to\n"))
    #expect(workplace.files(in: "Reports/runs").isEmpty)
    #expect(try session.query("select count(*) from ledger.entry").scalar == "0")
  }

  @Test("do not fit the disk: 73, and nothing is posted, nor left behind")
  func fullDisk() throws {
    var program = TieoutProgram(dsn: dsn)
    program.wrapper = ["bash", "-c", #"ulimit -f 400; exec "$0" "$@""#]
    let answer = try program.run(Self.october + ["--post"], in: workplace.directory.path)
    #expect(answer.status == 73)
    #expect(answer.errors.contains("File too large; hint: free some space"))
    #expect(workplace.files(in: "Reports/runs").isEmpty)
    #expect(try session.query("select count(*) from ledger.entry").scalar == "0")
  }
}
