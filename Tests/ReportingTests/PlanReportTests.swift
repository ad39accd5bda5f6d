import Accounting
import Reconciliation
import Testing

@testable import Reporting

/// What a report tells of plans.
@Suite struct PlanReportTests {
  private let report: RunReport = {
    var report = SampleReport.report
    report.judgement.plans = [
      PlanResult(
        key: SampleReport.acme, derived: money("21"), arithmetic: "base fee <20.00> and 1",
        periodCharge: money("25.5"), revision: 2, trueUps: money("-3.25"),
        deployments: [
          DeploymentShare(
            deployment: nil, requests: 3, tokens: 900, recorded: money("1.2345"),
            allowance: money("750"), due: money("25")),
          DeploymentShare(
            deployment: "prod", requests: 0, tokens: 0, recorded: .zero, allowance: nil,
            due: money("0.5")),
        ]),
      PlanResult(
        key: SampleReport.tokyo,
        projection: Projection(
          through: instant("2026-10-11T00:00:00Z"), usage: money("120"), charge: money("2000"),
          accruedTrueUp: money("1880"), forecastUsage: money("360"), forecastCharge: money("2160"),
          forecastTrueUp: money("1800"))),
    ]
    return report
  }()

  @Test func itIsReadBackEqual() throws {
    #expect(try RunReport(json: JSONReport.bytes(of: report)) == report)
  }

  @Test func itPassesItsOwnSchema() throws {
    let text = String(decoding: try XMLReport.bytes(of: report), as: UTF8.self)
    #expect(text.contains("<forecast_true_up>1800</forecast_true_up>"))
    #expect(text.contains("<period_charge>25.50</period_charge>"))
    #expect(text.contains("<revision>2</revision>"))
  }

  @Test func anEstimateIsCalledOne() throws {
    let text = String(decoding: try HTMLReport.bytes(of: report), as: UTF8.self)
    #expect(text.contains("An estimate."))
    #expect(text.contains("base fee &lt;20.00&gt; and 1"))
    #expect(text.contains("Plans shared out"))
  }

  @Test func spreadsheetsHaveAFileOfTheirOwn() throws {
    let file = try #require(CSVReport.files(of: report).first { $0.name == "plans.csv" })
    let lines = String(decoding: file.bytes, as: UTF8.self).split(separator: "\r\n")
    #expect(lines.count == 3)
    #expect(lines.first?.hasSuffix("true_ups,deployments,projection") ?? false)
    #expect(!CSVReport.files(of: SampleReport.report).contains { $0.name == "plans.csv" })
  }
}
