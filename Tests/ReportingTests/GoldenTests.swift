import Reconciliation
import Testing

@testable import Reporting

@Suite struct GoldenTests {
  @Test func everyFormatIsAsItWasLookedAt() throws {
    for file in Reports.render(SampleReport.report, as: ReportFormat.allCases) {
      try Golden.expect(file)
    }
  }

  @Test func equalReportsGiveEqualBytes() {
    let report = BusyReport.report(groups: 60, breaks: 300)
    let again = BusyReport.report(groups: 60, breaks: 300)
    let first = Reports.render(report, as: ReportFormat.allCases)
    let second = Reports.render(again, as: ReportFormat.allCases.reversed())
    #expect(first.map(\.name) == second.map(\.name))
    #expect(first.map(\.bytes) == second.map(\.bytes))
  }

  @Test func onlyTheFormatsAskedForAreWritten() {
    let names = { (formats: [ReportFormat]) in
      Reports.render(SampleReport.empty, as: formats).map(\.name)
    }
    #expect(names([]) == [])
    #expect(names([.json, .json]) == ["report.json"])
    #expect(
      names([.csv, .xml]) == [
        "report.xml", "clusters.csv", "groups.csv", "breaks.csv", "corrections.csv",
      ])
  }
}
