import Books
import Foundation
import TestSupport
import Testing

@Suite("Providers' bills, by command")
struct BillsTests {
  private let report = """
    {"object": "page", "data": [{"object": "bucket", "start_time": 1791158400,
      "end_time": 1791244800, "results": [
        {"object": "organization.costs.result", "amount": {"value": 12.5, "currency": "usd"},
         "line_item": "gpt-5-2025-08-07, input"}]}], "has_more": true}
    """

  @Test("import tells what became of each file, list what stands")
  func importing() async throws {
    let workplace = try Workplace()
    let dsn = try await TestCluster.database()
    #expect(try workplace.tieout(["install"], dsn: dsn).status == 0)
    #expect(
      try workplace.tieout(["bills", "list"], dsn: dsn).output.contains("no provider's bill"))
    try workplace.write(report, to: "costs.json")
    let command = ["bills", "import", "costs.json", "--account", "prod"]
    let first = try workplace.tieout(command, dsn: dsn)
    #expect(first.status == 0)
    #expect(
      first.errors.contains(
        "costs.json: openai cost, 1 rows: 1 buckets recorded, 0 duplicate, 0 replaced; the report "
          + "has further pages: import them too"))
    #expect(try workplace.tieout(command, dsn: dsn).errors.contains("1 duplicate"))
    let list = try workplace.tieout(["bills", "list"], dsn: dsn).output
    #expect(list.contains("openai    prod     cost    2026-10-05  2026-10-05        1    12.5"))
  }

  @Test("what is no report, or another provider's, is refused by name")
  func refusing() async throws {
    let workplace = try Workplace()
    let dsn = try await TestCluster.database()
    #expect(try workplace.tieout(["install"], dsn: dsn).status == 0)
    try workplace.write("[]", to: "empty.json")
    try workplace.write(report, to: "costs.json")
    let empty = try workplace.tieout(["bills", "import", "empty.json", "--account", "p"], dsn: dsn)
    #expect(empty.status == 65)
    #expect(empty.errors.contains("empty.json: no bucket has a result"))
    let other = try workplace.tieout(
      ["bills", "import", "costs.json", "--account", "p", "--provider", "anthropic"], dsn: dsn)
    #expect(other.status == 65)
    #expect(other.errors.contains("costs.json is a report of openai, not of anthropic"))
    let missing = try workplace.tieout(
      ["bills", "import", "none.json", "--account", "p"], dsn: dsn)
    #expect(missing.status == 64)
    #expect(missing.errors.contains("none.json cannot be read"))
    // A good file beside one that is refused is not taken in either.
    let both = try workplace.tieout(
      ["bills", "import", "costs.json", "empty.json", "--account", "p"], dsn: dsn)
    #expect(both.status == 65)
    #expect(
      try workplace.tieout(["bills", "list"], dsn: dsn).output.contains("no provider's bill"))
  }
}
