import Books
import Foundation
import TestSupport
import Testing

@Suite("Importing usage, each request once, against a real PostgreSQL")
struct ImportTests {
  private let workplace: Workplace
  private let session: Connection
  private let dsn: String

  init() async throws {
    workplace = try Workplace()
    dsn = try await TestCluster.database()
    session = try Connection("ledger", conninfo: dsn)
    _ = try TieoutSchema.install(on: session)
  }

  private func event(_ request: String, _ members: String = #""charge": "0.25""#) -> String {
    #"{"request_id": "\#(request)", "tenant_id": "acme", "occurred_at": "2026-10-05T10:00:00Z", "#
      + #""model": "m-1", "input_tokens": 100, \#(members)}"# + "\n"
  }

  /// Runs the program; of use from several tasks at once.
  private struct Loader: Sendable {
    let directory: URL
    let dsn: String

    func load(_ text: String, _ flags: [String] = []) throws -> TieoutProgram.Result {
      let file = "usage-\(UUID().uuidString).jsonl"
      try Data(text.utf8).write(to: directory.appending(path: file))
      return try TieoutProgram(dsn: dsn).run(["import", file] + flags, in: directory.path)
    }
  }

  private var loader: Loader { Loader(directory: workplace.directory, dsn: dsn) }

  private func load(_ text: String, _ flags: String...) throws -> TieoutProgram.Result {
    try loader.load(text, flags)
  }

  private func outcomes(_ result: TieoutProgram.Result) -> [String] {
    result.output.split(separator: "\n").map { line in
      line.split(separator: "\t").dropFirst().joined(separator: " ")
    }
  }

  private func count(_ table: String) throws -> String? {
    try session.query("select count(*) from tieout.\(table)").scalar
  }

  @Test("the first stands, the same again is a duplicate, another payload a conflict")
  func outcomesOfLines() throws {
    let first = try load(event("r-1") + event("r-2") + event("r-1"))
    #expect(first.status == 0)
    #expect(outcomes(first) == ["recorded r-1", "recorded r-2", "duplicate r-1"])
    #expect(first.errors == "2 recorded, 1 duplicate, 0 conflicts\n")
    let second = try load(
      event("r-2", #""charge": 0.2500"#) + event("r-1", #""charge": "0.26""#) + event("r-3"))
    #expect(second.status == 0)
    // 0.2500 is 0.25: the same told in other words.
    #expect(outcomes(second) == ["duplicate r-2", "conflict r-1", "recorded r-3"])
    let third = try load(event("r-1", #""charge": "0.26""#), "--json")
    #expect(third.output == #"{"line":1,"request_id":"r-1","outcome":"conflict"}"# + "\n")
    #expect(try count("imported_event") == "3")
    #expect(try count("imported_conflict") == "1")
    #expect(
      try session.query("select charge from tieout.imported_event where request_id = 'r-1'").scalar
        == "0.25")
  }

  @Test("a file with a bad line is refused whole, and each is named by its line")
  func badLines() throws {
    let result = try load(
      event("r-1") + "\n" + #"{"request_id": "r-2""# + "\n" + event("r-3", #""charge": 1e-19"#)
        + event("r-4", #""tokens": 1"#) + event("r-5", #""output_tokens": -1"#)
        + event("r-6", #""recorded_at": "2026-10-05T10:00:00Z""#) + "[]\n"
        + #"{"tenant_id": "acme", "occurred_at": "2026-10-05T10:00:00Z"}"# + "\n")
    #expect(result.status == 65)
    #expect(result.output == "")
    for part in [
      "line 3: column", "line 4: charge: ", "line 5: 'tokens' is no field of an event",
      "line 6: output_tokens is -1, not a whole number", "line 7: recorded_at is not told",
      "and 2 more", "hint: nothing of the file was recorded",
    ] { #expect(result.errors.contains(part), "\(part) in \(result.errors)") }
    #expect(try count("imported_event") == "0")
    #expect(try workplace.tieout(["import", "none.jsonl"], dsn: dsn).status == 64)
  }

  @Test("what an arcadia gateway sends its cloud goes in as it is")
  func arcadiasOwnWords() throws {
    let line =
      #"{"gateway_request_id": "g-1", "tenant_id": "acme", "deployment_id": "prod", "occurred_at": "#
      + #""2026-10-05T12:00:00+02:00", "input_tokens": 10, "output_tokens": 5, "#
      + #""customer_charge": "0.004", "customer_charge_cents": 0}"#
    let result = try load(line)
    #expect(outcomes(result) == ["recorded g-1"])
    let row = try session.query(
      "select charge, charge_minor, occurred_at, currency, event_id from tieout.imported_event")
    #expect(
      (0..<5).map { row.text(0, $0) } == ["0.004", "0", "2026-10-05 10:00:00+00", "USD", "g-1"])
  }

  /// The lines of both, each file in an order of its own, so that they meet.
  @Test("two imports at once record each request once, whoever comes first")
  func concurrently() async throws {
    let requests = (1...3000).map { "r-\($0)" }
    let mine = requests.map { event($0, #""charge": "1""#) }.joined()
    // Every third is told otherwise.
    let theirs = requests.reversed().enumerated().map { index, request in
      event(request, index.isMultiple(of: 3) ? #""charge": "2""# : #""charge": "1""#)
    }.joined()
    let loader = loader
    let (first, second) = (Aside { try loader.load(mine) }, Aside { try loader.load(theirs) })
    let results = [try await first.value, try await second.value]
    #expect(results.map(\.status) == [0, 0])
    let all = results.flatMap(outcomes)
    #expect(all.count == 6000)
    for (word, expected) in [("recorded", 3000), ("duplicate", 2000), ("conflict", 1000)] {
      #expect(all.count { $0.hasPrefix(word) } == expected)
    }
    #expect(Set(all.filter { $0.hasPrefix("recorded") }).count == 3000)
    #expect(try count("imported_event") == "3000")
    #expect(try count("imported_conflict") == "1000")
  }

  /// The other import has written and not yet committed: this one has to wait for its word.
  @Test("an import waits for another one's transaction", arguments: [true, false])
  func waits(commits: Bool) async throws {
    _ = try load(event("r-0"))
    try session.execute(
      """
      begin;
      insert into tieout.imported_event select (jsonb_populate_record(e,
        '{"request_id": "r-1", "event_id": "r-1", "payload_digest": "other"}')).*
      from tieout.imported_event e
      """)
    let (loader, line) = (loader, event("r-1"))
    let result = Aside { try loader.load(line) }
    try LockQueue.holds(1, waitingFor: "transactionid", of: dsn)
    try session.execute(commits ? "commit" : "rollback")
    let answer = try await result.value
    #expect(outcomes(answer) == [commits ? "conflict r-1" : "recorded r-1"], "\(answer.errors)")
  }

  @Test("a run reads what was imported, and finds the conflict")
  func runOverImports() throws {
    _ = try load(event("r-1") + event("r-2") + event("r-2", #""charge": "0.50""#))
    try workplace.write(
      """
      job: imported
      range: { period: 2026-10 }
      books: { gateway: { adapter: imported }, ledger: { rounding: line } }
      """, to: "job.yaml")
    // After the import, whatever the clock of the machine says.
    let clock = ["TIEOUT_NOW": "2099-01-01T00:00:00Z"]
    let run = ["run", "--job", "job.yaml", "--post"]
    let first = try workplace.tieout(run, dsn: dsn, environment: clock)
    // What was told second under r-2 is for a person to decide.
    #expect(first.status == 1, "\(first.errors)")
    #expect(first.errors.contains("conflicting-event"))
    #expect(first.errors.contains("Breaks remain after posting 2 corrections: 1 open."))
    #expect(try session.query("select sum(amount) from ledger.entry").scalar == "0.50")
    let check = try workplace.tieout(["check", "--job", "job.yaml"], dsn: dsn)
    #expect(check.status == 0, "\(check.output)")
  }

  @Test("lines of closed dates, rounded once")
  func lines() throws {
    let charges = ["a": "0.004", "b": "0.005", "c": "1.25"]
    for (deployment, charge) in charges.sorted(by: { $0.key < $1.key }) {
      _ = try load(
        (1...3).map {
          event(
            "\(deployment)-\($0)", #""deployment_id": "\#(deployment)", "charge": "\#(charge)""#)
        }.joined())
    }
    // The same payload again, and another one under the same id, are no further requests.
    _ = try load(event("c-1", #""deployment_id": "c", "charge": "9""#))
    try workplace.write("books: { gateway: { adapter: imported } }", to: "job.yaml")
    let lines = ["lines", "--job", "job.yaml", "--from", "2026-10-05", "--to", "2026-10-05"]
    let csv = try workplace.tieout(lines, dsn: dsn)
    #expect(
      csv.output.split(separator: "\r\n").map(String.init) == [
        "tenant_id,deployment_id,line_text,unit,quantity,amount,currency",
        "acme,a,LLM tokens — 300 in / 0 out (3 requests),token,300,0.01,USD",
        "acme,b,LLM tokens — 300 in / 0 out (3 requests),token,300,0.02,USD",
        "acme,c,LLM tokens — 300 in / 0 out (3 requests),token,300,3.75,USD",
      ])
    let json = try workplace.tieout(lines + ["--json", "--tenant", "acme"], dsn: dsn)
    #expect(json.output.contains(#""quantity": "300", "amount": "3.75", "currency": "USD""#))
    let none = try workplace.tieout(
      ["lines", "--job", "job.yaml", "--from", "2026-10-06", "--to", "2026-10-31"], dsn: dsn)
    #expect(none.output.split(separator: "\r\n").count == 1)
  }
}
