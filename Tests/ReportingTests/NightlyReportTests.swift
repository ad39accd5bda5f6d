import Accounting
import Reconciliation
import Testing

@testable import Reporting

/// What only a run of a nightly job has to tell.
@Suite struct NightlyReportTests {
  private let report: RunReport = {
    var report = SampleReport.report
    report.judgement.controls.lateRequests = 3
    report.late = LateArrivals(
      since: instant("2026-10-30T01:00:00Z"), judgedFrom: instant("2026-10-30T22:00:00Z"),
      requests: 3)
    let places = [SampleReport.acme, SampleReport.tokyo].map { key in
      PlaceToDate(
        key: key, usage: ControlTotal(rows: 1200, amount: money("1234.5678")),
        ledger: ControlTotal(rows: 1199, amount: money("-3.5")))
    }
    report.monthsToDate = [
      MonthToDate(
        period: october, through: Self.day("2026-10-30"),
        missingDays: [Self.day("2026-10-04"), Self.day("2026-10-09")], places: places)
    ]
    report.differingTotals = [
      DifferingTotal(
        relation: .ledgerEntry, day: Self.day("2026-10-07"), tenant: SampleReport.markup,
        deployment: nil, currency: "U$", period: nil,
        stored: ControlTotal(rows: 12, amount: money("7.000000000000000001")),
        counted: ControlTotal(rows: 11, amount: money("6.5")))
    ]
    return report
  }()

  private static func day(_ text: String) -> CivilDate {
    guard let day = CivilDate(text) else { preconditionFailure("\(text) is no day") }
    return day
  }

  @Test func itIsReadBackEqual() throws {
    let json = JSONReport.bytes(of: report)
    #expect(try RunReport(json: json) == report)
    let text = String(decoding: json, as: UTF8.self)
    #expect(text.contains(#""missing_days": ["2026-10-04", "2026-10-09"]"#))
    #expect(text.contains(#""usage_charge": "1234.5678""#))
  }

  @Test func itPassesItsOwnSchema() throws {
    let text = String(decoding: try XMLReport.bytes(of: report), as: UTF8.self)
    #expect(text.contains("<judged_from>2026-10-30T22:00:00Z</judged_from>"))
    #expect(text.contains("<stored_amount>7.000000000000000001</stored_amount>"))
  }

  @Test func peopleAreToldInWords() throws {
    let text = String(decoding: try HTMLReport.bytes(of: report), as: UTF8.self)
    #expect(text.contains("3 requests of earlier days were judged too"))
    #expect(text.contains("Month to date"))
    #expect(text.contains("no run has counted 2026-10-04 and 2026-10-09"))
    #expect(text.contains("Stored totals that differ"))
    #expect(!text.contains("<script>"))
  }

  @Test func aReportWithoutAnyOfItSaysNothingOfIt() throws {
    let json = String(decoding: JSONReport.bytes(of: SampleReport.report), as: UTF8.self)
    #expect(!json.contains("months_to_date"))
    let html = String(decoding: try HTMLReport.bytes(of: SampleReport.report), as: UTF8.self)
    #expect(!html.contains("Month to date"))
  }
}
