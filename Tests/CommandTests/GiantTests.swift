import Books
import Foundation
import TestSupport
import Testing

@Suite("What is too much for memory, against a real PostgreSQL")
struct GiantTests {
  private static let october = ["run", "--period", "2026-10", "--as-of", "2026-11-02T00:00:00Z"]

  /// One request, logged and billed so often; as many entries that belong to no request, of a group
  /// and of nobody; and as many calls of one kind, a second apart.
  private static func books(_ count: Int) -> String {
    """
    insert into gateway.usage_event (event_id, request_id, provider_request_id, tenant_id, user_id,
      deployment_id, occurred_at, recorded_at, model, input_tokens, charge)
    select 'event-' || n, 'request-giant', 'call-giant', 'acme', 'u', 'chat', '2026-10-05 12:00Z',
      '2026-10-05 12:00Z', 'm', 5000, 0.25 from generate_series(1, \(count)) n
    union all select 'alike-' || n, 'request-' || n, null, 'acme', 'u', 'chat', moment, moment, 'm',
      77, 0.25 from generate_series(1, \(count)) n,
      lateral (select timestamptz '2026-10-06 12:00Z' + n * interval '1 s' as moment) m;
    insert into ledger.entry (entry_id, tenant_id, deployment_id, request_id, kind, amount, period,
      posted_at)
    select 'entry-' || n, 'acme', 'chat', 'request-giant', 'usage', 0.25, date '2026-10-01',
      timestamptz '2026-10-20Z' from generate_series(1, \(count)) n
    union all select 'alike-' || n, 'acme', 'chat', 'request-' || n, 'usage', 0.25, '2026-10-01',
      timestamptz '2026-10-20Z' from generate_series(1, \(count)) n
    union all select 'loose-' || n, 'acme', 'chat', null,
      case when n % 2 = 0 then 'accrual' else 'usage' end, 0.01, '2026-10-01',
      timestamptz '2026-10-21Z' from generate_series(1, \(count)) n;
    create index on gateway.usage_event (request_id);
    create index on gateway.usage_event (provider_request_id);
    create index on ledger.entry (reverses_entry_id);
    analyze
    """
  }

  private func peak(of count: Int) async throws -> Int {
    let workplace = try Workplace()
    let dsn = try await TestCluster.database()
    let session = try Connection("books", conninfo: dsn)
    try session.execute(Self.books(count))
    let answer = try TieoutProgram(dsn: dsn).runMeasured(
      Self.october + ["--format", "csv"], in: workplace.directory.path)
    #expect(answer.status == 1, "\(answer.errors)")
    let run = try #require(workplace.files(in: "Reports/runs").first)
    let path = workplace.directory.appending(path: "Reports/runs/\(run)/corrections.csv")
    let corrections = try String(contentsOf: path, encoding: .utf8)
    // A reversal of each surplus entry and of each that nobody asked for.
    #expect(corrections.split(separator: "\r\n").count >= 1 + count - 1 + count / 2)
    return try #require(answer.peakKilobytes)
  }

  /// As the operating system counts it.
  @Test func memoryDoesNotGrowWithIt() async throws {
    let few = try await peak(of: 2500)
    let many = try await peak(of: 12_500)
    #expect(many < few + 16 << 10, "\(few) kB, then \(many) kB")
  }
}
