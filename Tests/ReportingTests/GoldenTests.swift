import Reconciliation
import Testing

@testable import Reporting

@Suite struct GoldenTests {
  @Test func everyFormatIsAsItWasLookedAt() throws {
    for file in try Reports.render(SampleReport.report, as: ReportFormat.allCases) {
      try Golden.expect(file)
    }
  }
}
