import Books
import Foundation
import TestSupport
import Testing

@Suite("The history of runs and breaks, by command")
struct HistoryTests {
  private let workplace: Workplace
  private let session: Connection
  private let dsn: String

  init() async throws {
    workplace = try Workplace()
    dsn = try await TestCluster.database()
    session = try Connection("ledger", conninfo: dsn)
    try HandMadeBooks.load(into: session)
  }

  @Test("runs, breaks and report tell what the run told")
  func told() throws {
    let none = try workplace.tieout(["runs"], dsn: dsn)
    #expect(none.status == 78)
    #expect(none.errors.contains("no history is kept beside this ledger; hint: run tieout install"))
    #expect(try workplace.tieout(["install"], dsn: dsn).status == 0)
    #expect(try workplace.tieout(["runs"], dsn: dsn).output == "no run is on record\n")

    let range = HandMadeBooks.range + HandMadeBooks.asOf
    #expect(try workplace.tieout(["run"] + range, dsn: dsn).status == 1)
    let run = try #require(workplace.files(in: "Reports/runs").first)
    let runs = try workplace.tieout(["runs"], dsn: dsn).output
    #expect(
      runs.contains("1  \(run)  ad-hoc  2026-10-01 to 2026-10-31  2026-11-05T00:00:00Z  breaks"))
    let json = try workplace.tieout(["runs", "--json"], dsn: dsn).output
    #expect(json.hasPrefix("{\"run\": \"\(run)\", \"job\": \"ad-hoc\""))

    let breaks = try workplace.tieout(
      ["breaks", "--open", "--tenant", "acme", "--as-of", "2026-11-08T00:00:00Z"], dsn: dsn)
    #expect(breaks.status == 0)
    #expect(breaks.output.contains("double-billed"))
    #expect(!breaks.output.contains("zeta"))
    let lines = try workplace.tieout(
      ["breaks", "--open", "--code", "unbilled", "--json"], dsn: dsn)
    #expect(lines.output.contains("\"request_id\": \"r3\""))
    #expect(lines.output.contains("\"state\": \"open\""))
    let unknown = try workplace.tieout(["breaks", "--code", "unbiled"], dsn: dsn)
    #expect(unknown.status == 64)

    let first = try read("Reports/runs/\(run)/report.html")
    let again = try workplace.tieout(["report", "1", "--report-dir", "again"], dsn: dsn)
    #expect(again.status == 0)
    #expect(try read("again/\(run)/report.html") == first)
    let wrong = try workplace.tieout(["report", "nothing"], dsn: dsn)
    #expect(wrong.status == 64)
    #expect(wrong.errors.contains("no run 'nothing' is on record; hint: tieout runs lists them"))
  }

  @Test("what was posted is no longer open")
  func posted() throws {
    #expect(try workplace.tieout(["install"], dsn: dsn).status == 0)
    let range = HandMadeBooks.range + HandMadeBooks.asOf
    #expect(try workplace.tieout(["run", "--post"] + range, dsn: dsn).status == 0)
    let open = try workplace.tieout(["breaks", "--open"], dsn: dsn).output
    #expect(open == "no such break is on record\n")
    let ofOther = try workplace.tieout(["runs", "--of", "other"], dsn: dsn).output
    #expect(ofOther == "no run of job 'other' is on record\n")
    let all = try workplace.tieout(["breaks"], dsn: dsn).output
    #expect(all.contains("corrected"))
  }

  private func read(_ path: String) throws -> Data {
    try Data(contentsOf: workplace.directory.appending(path: path))
  }
}
