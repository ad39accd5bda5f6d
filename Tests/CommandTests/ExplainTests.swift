import Books
import Foundation
import TestSupport
import Testing

@Suite("tieout explain, against a real PostgreSQL")
struct ExplainTests {
  /// October of one tenant, with ids that SQL must quote: of five requests one is billed twice, one
  /// too low, one not at all; one entry bills what nobody asked for.
  private static let books = #"""
    insert into gateway.usage_event (event_id, request_id, tenant_id, deployment_id, occurred_at,
      recorded_at, model, price_version, input_tokens, charge)
    select 'event-' || n, name, 'acme', 'chat', moment, moment, 'sonnet', 'v7', 1000 + n,
      1234.5 * n
    from unnest(array['plain', 'it''s; --', 'third', E'two\nlines', E'lo\\w $1 :name'])
        with ordinality as r (name, n),
      lateral (select timestamptz '2026-10-01 12:00Z' + n * interval '1 day' as moment) m;
    insert into ledger.entry (entry_id, tenant_id, deployment_id, request_id, amount, period,
      posted_at)
    select 'entry-' || event_id, 'acme', 'chat', request_id, charge, date '2026-10-01',
      occurred_at + interval '1 hour'
    from gateway.usage_event where event_id in ('event-1', 'event-2', 'event-3')
    union all select 'twice', 'acme', 'chat', 'it''s; --', 2469, '2026-10-01', '2026-10-20'
    union all select 'low', 'acme', 'chat', E'lo\\w $1 :name', 6000.25, '2026-10-01', '2026-10-20'
    union all select 'ghost', 'acme', 'chat', 'nobody', 7, '2026-10-01', '2026-10-21';
    """#

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

  @Test("the arithmetic in the currency's format, and the rows side by side")
  func arithmetic() throws {
    let text = try explained("amount-mismatch")
    for line in [
      #/charge of event event-5, exact +6,172\.50  USD\n/#, #/entry low, usage +6,000\.25  USD\n/#,
      #/posted in all +6,000\.25  USD\n/#, #/posted less what may stand +-172\.25  USD\n/#,
      #/of it amount in acme/chat USD 2026-10 +-172\.25  USD\n/#,
    ] {
      #expect(text.contains(line), "\(text)")
    }
    #expect(text.contains(#/usage event +ledger entry/#))
    #expect(text.contains(#/id +event-5 +low/#))
    #expect(text.contains(#/amount +6,172.50 USD +6,000.25 USD/#))
    #expect(text.contains("sonnet, 1,005 tokens, price version v7"))
  }

  @Test("the SQL runs in psql as it stands and shows the rows")
  func sqlRuns() throws {
    for (code, rows) in Self.proof {
      let shown = try psql(statements(in: try explained(code)))
      for row in rows { #expect(shown.contains(row), "\(code): \(shown)") }
    }
  }

  @Test("so it does around the SELECTs of one's own adapter, and where ids are uuids")
  func ownAdapter() throws {
    try session.execute(
      "alter table ledger.entry alter request_id type uuid using md5(request_id)::uuid")
    try workplace.write(
      """
      -- Calls; it's "ours" ; really
      select\t*, 'a;b' as remark from gateway.usage_event where 'x' <> ';' -- all of it
      ;
      """, to: "ours/usage_event.sql")
    try workplace.write(
      "books: { gateway: { adapter: \(workplace.directory.path)/ours } }", to: "job.yaml")
    let job = ["--job", "job.yaml"]
    let text = try explained("unbilled", job)
    #expect(text.contains("  -- Calls; it's \"ours\" ; really\n"))
    let shown = try psql(statements(in: text))
    #expect(shown.contains("a;b") && shown.contains("|sonnet|"))
  }

  @Test("a group without deployment holds what names none, and its invoice is shown")
  func withoutDeployment() throws {
    try session.execute(
      """
      update gateway.usage_event set deployment_id = null where event_id = 'event-3';
      update ledger.entry set deployment_id = null, amount = amount - 0.5
      where entry_id = 'entry-event-3';
      insert into ledger.entry (entry_id, tenant_id, kind, amount, period, posted_at)
      values ('stray', 'acme', 'rounding', 0.75, '2026-10-01', '2026-10-20');
      insert into ledger.invoice_line (line_id, invoice_id, tenant_id, deployment_id, period,
        amount_minor) values ('line-1', 'invoice-1', 'acme', 'chat', '2026-10-01', 1)
      """)
    let drift = try psql(statements(in: try explained("drift-beyond-rounding")))
    #expect(drift.contains("stray|") && !drift.contains("event-5"), "\(drift)")
    let untied = try psql(statements(in: try explained("invoice-untied")))
    #expect(untied.contains("line-1|invoice-1|"), "\(untied)")
  }

  private static let proof = [
    ("double-billed", ["event-2", "entry-event-2", "twice"]), ("unbilled", ["event-4"]),
    ("amount-mismatch", ["event-5", "low|"]), ("unsupported-charge", ["ghost|"]),
  ]

  // MARK: Doing it

  /// What `explain` says of the one break of a code.
  private func explained(_ code: String, _ flags: [String] = []) throws -> String {
    let run = try workplace.tieout(Self.october + ["--json", "--quiet"] + flags, dsn: dsn)
    let report = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    let breaks = try #require(report?["breaks"] as? [[String: Any]])
    let found = try #require(breaks.first { $0["code"] as? String == code })
    let id = try #require(found["id"] as? String)
    let answer = try workplace.tieout(["explain", id] + flags, dsn: dsn)
    #expect(answer.status == 0, "\(answer.errors)")
    return answer.output
  }

  private func statements(in text: String) throws -> String {
    String(try #require(text.split(separator: "The same for psql:\n", maxSplits: 1).last))
  }

  /// What psql prints of it, as `a|b|c` a row.
  private func psql(_ statements: String) throws -> String {
    try workplace.write(statements, to: "pasted.sql")
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", dsn, "-f",
      workplace.directory.appending(path: "pasted.sql").path,
    ]
    let output = workplace.directory.appending(path: "shown")
    try Data().write(to: output)
    process.standardOutput = try FileHandle(forWritingTo: output)
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(statements)")
    return try String(contentsOf: output, encoding: .utf8)
  }
}
