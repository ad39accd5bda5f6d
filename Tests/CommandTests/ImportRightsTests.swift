import Books
import Foundation
import TestSupport
import Testing

@Suite("Imports at once, and by whom, against a real PostgreSQL")
struct ImportRightsTests {
  private let workplace: Workplace
  private let session: Connection
  private let dsn: String

  init() async throws {
    workplace = try Workplace()
    dsn = try await TestCluster.database()
    session = try Connection("ledger", conninfo: dsn)
    _ = try TieoutSchema.install(on: session)
    for price in [5, 15] {
      // Enough of them that two imports take a while, and meet.
      let models = (1...2000).map { "\"model-\($0)\": {\"input_per_mtok\": \(price)}" }
      try workplace.write("{\(models.joined(separator: ", "))}", to: "at-\(price).json")
    }
    try workplace.write(
      #"{"request_id": "r-1", "tenant_id": "acme", "occurred_at": "2026-10-05T10:00:00Z"}"# + "\n",
      to: "usage.jsonl")
    try workplace.write(
      """
      {"object": "page", "data": [{"object": "bucket", "start_time": 1791158400,
        "end_time": 1791244800, "results": [
          {"object": "organization.costs.result", "amount": {"value": 12.5, "currency": "usd"},
           "line_item": "gpt-5-2025-08-07, input"}]}], "has_more": false}
      """, to: "costs.json")
  }

  /// Runs the program; of use from several threads at once.
  private struct Importer: Sendable {
    let directory: URL
    let dsn: String

    func run(_ arguments: [String], as role: String? = nil) throws -> TieoutProgram.Result {
      let place = role.map { "\(dsn) options='-c role=\($0)'" } ?? dsn
      return try TieoutProgram(dsn: place).run(arguments, in: directory.path)
    }

    func prices(_ file: String) throws -> TieoutProgram.Result {
      try run(["prices", "import", file, "--as", "v1", "--effective", "2026-10-01"])
    }
  }

  private var importer: Importer { Importer(directory: workplace.directory, dsn: dsn) }

  private func stored() throws -> String? {
    try session.query(
      "select count(*) || ' at ' || min(unit_price) || ' to ' || max(unit_price) from tieout.price"
    ).scalar
  }

  @Test("of two imports of one price version at once, one puts it there and the other finds it")
  func sameVersionAtOnce() async throws {
    let importer = importer
    let both = [
      Aside { try importer.prices("at-5.json") }, Aside { try importer.prices("at-5.json") },
    ]
    var results: [TieoutProgram.Result] = []
    for one in both { results.append(try await one.value) }
    #expect(results.map(\.status) == [0, 0])
    #expect(results.count { $0.errors.hasPrefix("imported learnpro v1, in force from") } == 1)
    #expect(results.count { $0.errors.contains("v1 is there already, with the same prices") } == 1)
    #expect(try stored() == "2000 at 5 to 5")
  }

  @Test("of two with other prices, one puts its own there and the other is refused")
  func otherPricesAtOnce() async throws {
    let importer = importer
    let cheap = Aside { try importer.prices("at-5.json") }
    let dear = Aside { try importer.prices("at-15.json") }
    let results = [try await cheap.value, try await dear.value]
    #expect(Set(results.map(\.status)) == [0, 65])
    let refused = results.first { $0.status == 65 }
    #expect(refused?.errors.contains("was imported with other prices") == true)
    #expect(try stored() == (results[0].status == 0 ? "2000 at 5 to 5" : "2000 at 15 to 15"))
  }

  /// The other import has written and not yet committed: this one has to wait for its word.
  @Test("an import of prices waits for another one's transaction", arguments: [true, false])
  func waits(commits: Bool) async throws {
    try session.execute(
      """
      begin;
      insert into tieout.price_version (price_book, version, effective_from, format, source, models,
        prices, aliases, digest)
      values ('learnpro', 'v1', '2026-10-01', 'learnpro', 'another.json', 0, 0, 0, 'other')
      """)
    let importer = importer
    let result = Aside { try importer.prices("at-5.json") }
    try LockQueue.holds(1, waitingFor: "transactionid", of: dsn)
    try session.execute(commits ? "commit" : "rollback")
    let answer = try await result.value
    #expect(answer.status == (commits ? 65 : 0), "\(answer.errors)")
    #expect(
      try session.query("select count(*) from tieout.price").scalar == (commits ? "0" : "2000"))
  }

  /// What something costs is a person's word; what was used and what is billed, the batch job's.
  @Test(
    "each role may import what Operations says",
    arguments: [
      (
        ["prices", "import", "at-5.json", "--as", "v1", "--effective", "2026-10-01"],
        "tieout_controller", "tieout_poster"
      ),
      (["import", "usage.jsonl"], "tieout_poster", "tieout_reader"),
      (["bills", "import", "costs.json", "--account", "prod"], "tieout_poster", "tieout_reader"),
    ])
  func rights(_ command: [String], may: String, mayNot: String) throws {
    let refused = try importer.run(command, as: mayNot)
    #expect(refused.status == 78, "\(refused.errors)")
    #expect(refused.errors.contains("permission denied"), "\(refused.errors)")
    let taken = try importer.run(command, as: may)
    #expect(taken.status == 0, "\(taken.errors)")
  }
}
