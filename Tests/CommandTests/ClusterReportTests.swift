import Books
import Foundation
import TestSupport
import Testing

@Suite("Clusters, from a real PostgreSQL to every format")
struct ClusterReportTests {
  @Test("one bad price version on one model for three hours leads the report")
  func leads() async throws {
    let scenario = try #require(try Scenario.cases(in: "clusters.txt").first)
    let dsn = try await TestCluster.database()
    let session = try Connection("both", conninfo: dsn)
    try BookLoader.load(scenario.contents, gateway: session, ledger: session)
    let workplace = try Workplace()
    try workplace.write("books: { ledger: { rounding: line } }", to: "job.yaml")
    let run = try workplace.tieout(
      [
        "run", "--period", "2026-09", "--as-of", "2026-10-02T12:00:00Z", "--job", "job.yaml",
        "--report-dir", "out",
      ], dsn: dsn)
    #expect(run.status == 1, "\(run.errors)")
    #expect(
      run.errors.contains(
        #/\nClusters\n +9\.00  USD  amount-mismatch +5 breaks\n +model sonnet, price version v8, /#)
    )
    #expect(run.errors.contains("price version v8, 2026-09-03 10:00 to 13:00 UTC\n"))
    let folder = "out/\(try #require(workplace.files(in: "out").first))"
    func text(_ name: String) throws -> String {
      try String(
        contentsOf: workplace.directory.appending(path: "\(folder)/\(name)"), encoding: .utf8)
    }

    let first = try text("clusters.csv").split(separator: "\r\n")[1]
    #expect(
      first.hasPrefix(
        "amount-mismatch,error,USD,,,sonnet,v8,2026-09-03T10:00:00Z,2026-09-03T13:00:00Z,5,9.00,"))

    let json = try JSONSerialization.jsonObject(with: Data(text("report.json").utf8))
    let clusters = try #require((json as? [String: Any])?["clusters"] as? [[String: Any]])
    #expect(clusters.count == 3)
    #expect(clusters[0]["amount"] as? String == "9.00")
    #expect(clusters[0]["breaks"] as? Int == 5)
    #expect(clusters[0]["tenant_id"] is NSNull && clusters[0]["rest"] as? Bool == false)
    #expect(clusters[1]["amount"] as? String == "-0.75")

    // Nothing is published that does not pass the schema.
    let xml = try text("report.xml")
    let leader = try #require(xml.firstRange(of: "<cluster>"))
    #expect(xml[leader.upperBound...].contains(#/^\s*<code>amount-mismatch<\/code>/#))
    #expect(xml.contains("<price_version>v8</price_version>"))

    let page = try text("report.html")
    let told = try #require(page.firstRange(of: "price version v8"))
    #expect(told.lowerBound < (try #require(page.firstRange(of: "id=\"codes\"")).lowerBound))
  }
}
