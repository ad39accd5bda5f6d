import Books
import Foundation
import TestSupport
import Testing

/// AddingAnAdapter, walked through: the files are taken from the article itself.
@Suite("The walk-through of adding an adapter works as it is written")
struct AdapterWalkThroughTests {
  private let workplace: Workplace
  private let session: Connection
  private let dsn: String
  private let sql: [String]
  private let job: String

  init() async throws {
    workplace = try Workplace()
    dsn = try await TestCluster.emptyDatabase()
    session = try Connection("test", conninfo: dsn)
    let article = try Self.article()
    sql = Self.blocks("sql", of: article)
    job = try #require(Self.blocks("yaml", of: article).first)
    try #require(sql.count == 4)
    try session.execute(sql[0] + Self.rows)
    try workplace.write(sql[1], to: "ours/usage_event.sql")
    try workplace.write(sql[2], to: "ours/entry.sql")
    let folder = workplace.directory.appending(path: "ours").path
    try workplace.write(
      job.replacing("/etc/tieout/ours", with: folder)
        .replacing(", dsn: \"service=gateway\"", with: "")
        .replacing(", dsn: \"service=ledger\"", with: ""), to: "ours.yaml")
  }

  private static func article() throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(
      contentsOf: root.appending(path: "Sources/tieout/Tieout.docc/AddingAnAdapter.md"),
      encoding: .utf8)
  }

  /// The fenced blocks of a language, in order.
  private static func blocks(_ language: String, of article: String) -> [String] {
    article.split(separator: "```\(language)\n", omittingEmptySubsequences: false).dropFirst()
      .map { String($0.prefix(upTo: $0.firstRange(of: "```")?.lowerBound ?? $0.endIndex)) }
  }

  /// Five calls; of one the journal knows nothing, and one it bills twice.
  private static let rows = """

    insert into calls
    select n, uuid_generate(n), 'acme', 'prod', timestamp '2026-10-02 10:00' + n * interval '1 day',
      timestamp '2026-10-02 10:01' + n * interval '1 day', 'm-1', case n when 5 then 'failed' else 'done'
      end, 1000, 400, 50, 0.1 * n + 0.000000000000001
    from generate_series(1, 5) n;
    insert into journal (id, customer, site, what, call_uid, dollars, month, at)
    select 'j-' || n || copy, 'acme', 'prod', 'usage', uuid_generate(n), 0.1 * n + 0.000000000000001,
      '2026-10-01', timestamp '2026-10-02 11:00' + n * interval '1 day'
    from generate_series(1, 3) n, (values ('a'), ('b')) c (copy) where copy = 'a' or n = 2;
    """.replacing(
      "uuid_generate(n)", with: "('00000000-0000-4000-8000-00000000000' || n)::uuid")

  private func tieout(_ arguments: String...) throws -> TieoutProgram.Result {
    try workplace.tieout(arguments + ["--job", "ours.yaml"], dsn: dsn)
  }

  private func run(_ flags: String...) throws -> TieoutProgram.Result {
    try workplace.tieout(
      ["run", "--job", "ours.yaml", "--as-of", "2026-11-03T00:00:00Z"] + flags, dsn: dsn)
  }

  @Test("check, look, be refused, write post.sql, be proved, post, tie out")
  func walkThrough() throws {
    let check = try tieout("check")
    #expect(check.status == 0, "\(check.output)")
    #expect(check.output.contains("ours/usage_event.sql can be read"))
    #expect(check.output.contains("has no post.sql, so nothing can be posted"))

    let look = try run("--dry-run")
    #expect(look.status == 1, "\(look.errors)")
    #expect(look.errors.contains("double-billed"))
    #expect(look.errors.contains("unbilled"))
    #expect(look.errors.contains("has no post.sql: corrections are proposals only"))
    #expect(look.errors.contains("2 are proposed: this ledger takes no entries from tieout."))
    let refused = try run("--post")
    #expect(refused.status == 78)
    #expect(refused.errors.contains("hint: run without --post"))

    try workplace.write(sql[3], to: "ours/post.sql")
    let proved = try tieout("check")
    #expect(proved.status == 0, "\(proved.output)")
    #expect(proved.output.contains("post.sql adds an entry once, and it reads back as posted"))
    let posted = try run("--post")
    #expect(posted.status == 0, "\(posted.errors)")
    #expect(posted.errors.contains("Tied out after posting 2 corrections"))
    #expect(try run("--post").status == 0)
    #expect(
      try session.query("select sum(dollars) = 1 + 4 * 0.000000000000001 from journal").scalar
        == "t")
  }

  @Test("a price in double precision is named, with what to do")
  func wrongType() throws {
    try workplace.write(
      sql[1].replacing("price::text::numeric", with: "price"), to: "ours/usage_event.sql")
    let check = try tieout("check")
    #expect(check.status == 78)
    #expect(check.output.contains("column charge is double precision, not numeric"))
    #expect(check.output.contains("hint: have an adapter of your own return charge::numeric"))
  }

  @Test("proposals are approved and posted through the adapter too")
  func approved() throws {
    try workplace.write(sql[3], to: "ours/post.sql")
    #expect(try tieout("install").status != 70)
    try session.execute("create schema if not exists ledger")
    let proposed = try run("--as", "ann")
    #expect(proposed.status == 1)
    let list = try tieout("corrections")
    #expect(list.status == 0, "\(list.errors)")
    let runID = try session.query("select run_id from tieout.run").scalar
    let id = try #require(runID)
    let approved = try tieout("approve", id, "--as", "ben")
    #expect(approved.status == 0, "\(approved.errors)")
    let posted = try tieout("post", id)
    #expect(posted.status == 0, "\(posted.errors)")
    #expect(try session.query("select count(*) from journal where once is not null").scalar == "2")
    #expect(try tieout("post", id).status == 0)
  }
}
