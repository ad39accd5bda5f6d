import Books
import Foundation
import TestSupport
import Testing

@Suite("Review, approval and close from the command line, against a real PostgreSQL")
struct MonthEndTests {
  /// October of one tenant: two calls, each billed, and a charge that nobody asked for.
  private static let books = """
    insert into gateway.usage_event (event_id, request_id, tenant_id, deployment_id, occurred_at,
      recorded_at, model, input_tokens, charge)
    select 'event-' || n, 'request-' || n, 'acme', 'chat', moment, moment, 'm', 1000 + n, n
    from generate_series(1, 2) n,
      lateral (select timestamptz '2026-10-01 12:00Z' + n * interval '1 day' as moment) m;
    insert into ledger.entry (entry_id, tenant_id, deployment_id, request_id, amount, period,
      posted_at)
    select 'entry-' || n, 'acme', 'chat', 'request-' || n, n, date '2026-10-01',
      timestamptz '2026-10-20'
    from generate_series(1, 2) n
    union all select 'ghost', 'acme', 'chat', 'ghost', 7, '2026-10-01', '2026-10-20';
    """

  private static let asOf = ["--as-of", "2026-11-02T06:00:00Z"]

  private let workplace: Workplace
  private let session: Connection
  private let dsn: String

  init() async throws {
    workplace = try Workplace()
    dsn = try await TestCluster.database()
    session = try Connection("ledger", conninfo: dsn)
    try session.execute(Self.books)
  }

  private func tieout(_ arguments: String...) throws -> TieoutProgram.Result {
    try workplace.tieout(arguments, dsn: dsn)
  }

  private func run(_ flags: String...) throws -> TieoutProgram.Result {
    try workplace.tieout(
      ["run", "--period", "2026-10", "--as", "paul"] + Self.asOf + flags, dsn: dsn)
  }

  /// The id of a recorded run.
  private func runID() throws -> String {
    try session.query("select run_id from tieout.run order by run_number desc limit 1").scalar ?? ""
  }

  @Test("run, list, approve, post, close, reopen")
  func allTheWay() throws {
    #expect(try tieout("install").status == 0)
    #expect(try run("--post").status == 3)
    let id = try runID()

    let list = try tieout("corrections")
    #expect(list.status == 0)
    #expect(list.output.hasPrefix("run \(id) · ad-hoc · 2026-10-01 to 2026-10-31\n"))
    #expect(list.output.contains("waits for approval"))
    let json = try tieout("corrections", id, "--json")
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    let corrections = try #require(object?["corrections"] as? [[String: Any]])
    #expect(corrections.map { $0["amount"] as? String } == ["-7.00"])

    #expect(try tieout("post", id, "--quiet").status == 3)
    let own = try tieout("approve", id, "--as", "paul")
    #expect(own.status == 64)
    #expect(
      own.errors.hasPrefix("error: paul prepared run \(id) and cannot approve it; hint: "))
    #expect(own.errors.split(separator: "\n").count == 1)
    let refused = try workplace.tieout(["close", "2026-10"] + Self.asOf, dsn: dsn)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("2026-10 stays open: 1 break open, some above materiality."))

    #expect(try tieout("approve", id, "--as", "ann").status == 0)
    let posted = try tieout("post", id)
    #expect(posted.status == 0)
    #expect(posted.errors.contains("after posting 1 correction"))
    let again = try tieout("post", id)
    #expect(again.status == 0)
    #expect(again.errors == "The ledger holds all that run \(id) proposed.\n")

    let closed = try workplace.tieout(["close", "2026-10", "--as", "carla"] + Self.asOf, dsn: dsn)
    #expect(closed.status == 0)
    #expect(closed.errors.hasSuffix("\n2026-10 is closed.\n"))
    #expect(try workplace.tieout(["close", "2026-10"] + Self.asOf, dsn: dsn).status == 64)
    #expect(try tieout("reopen", "2026-10").status == 64)
    #expect(try tieout("reopen", "2026-10", "--reason", "audit").status == 0)
    #expect(try tieout("reopen", "2026-10", "--reason", "audit").status == 64)
  }

  @Test("a rejected break is no reason for exit status 1")
  func reject() throws {
    #expect(try tieout("install").status == 0)
    #expect(try run("--quiet").status == 1)
    let id = try session.query("select break_id from tieout.break").scalar ?? ""
    let answer = try tieout("reject", id, "--reason", "agreed", "--as", "ann")
    #expect(answer.status == 0)
    #expect(answer.errors.hasSuffix("is quiet until its amount changes\n"))
    let quiet = try run("--post")
    #expect(quiet.status == 0)
    #expect(quiet.errors.contains("rejected"))
    let report = try run("--json", "--quiet", "--dry-run")
    #expect(report.output.contains(#""disposition": "rejected""#))
  }

  @Test("what cannot be meant: 64; what is not installed: 78")
  func mistakes() throws {
    #expect(try tieout("corrections").status == 78)
    #expect(try tieout("close", "2026-13").status == 64)
    #expect(try workplace.tieout(["close", "2026-10"] + Self.asOf, dsn: dsn).status == 78)
    #expect(try tieout("install").status == 0)
    #expect(try tieout("corrections").status == 64)
    #expect(try tieout("post", "nothing").status == 64)
    #expect(try tieout("approve", "nothing", "--as", "ann").status == 64)
    #expect(try tieout("reopen", "2026-10", "--reason", "why").status == 64)
    let empty = try workplace.tieout(
      ["close", "2026-10", "--accept", " "] + Self.asOf, dsn: dsn)
    #expect(empty.status == 64)
    #expect(empty.errors.hasPrefix("error: --accept: the reason is empty; hint: "))
  }
}
