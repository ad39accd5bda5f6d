import Accounting
import Reconciliation
import Testing

@testable import Reporting

/// What only a run beside a history of breaks has to tell.
@Suite struct RollForwardTests {
  private let report: RunReport = {
    var report = SampleReport.report
    report.run.previousDigest = "sha256:" + String(repeating: "a", count: 64)
    report.run.recordDigest = "sha256:" + String(repeating: "b", count: 64)
    var row = RollForward.Row(
      key: RollForward.Key(tenant: SampleReport.markup, currency: iso("USD"), code: .unbilled))
    row.opening = RollForward.Sum(count: 3, amount: money("-7.50"))
    row.new = RollForward.Sum(count: 1, amount: money("-1"))
    row.corrected = RollForward.Sum(count: 2, amount: money("-6"))
    row.reclassified = RollForward.Sum(count: -1, amount: money("2.25"))
    row.changed = money("0.25")
    row.closing = RollForward.Sum(count: 1, amount: money("0"))
    row.ages = [.upToAWeek: row.closing]
    let nowhere = RollForward.Row(
      key: RollForward.Key(tenant: "", currency: .none, code: .invalidEvent))
    report.rollForward = RollForward(rows: [nowhere, row])
    return report
  }()

  @Test func itIsReadBackEqualWholeOrPieceByPiece() throws {
    let json = JSONReport.bytes(of: report)
    #expect(try RunReport(json: json) == report)
    for size in [1, 7, 4096, json.count] {
      var reading = ReportReading(in: Scratch(memory: 1))
      for start in stride(from: 0, to: json.count, by: size) {
        try Array(json[start..<min(start + size, json.count)]).withUnsafeBytes {
          try reading.take($0)
        }
      }
      #expect(try reading.finish() == report)
    }
  }

  @Test func whatIsCutOffIsNotTakenForAReport() throws {
    let json = JSONReport.bytes(of: report)
    var reading = ReportReading(in: Scratch())
    try Array(json.dropLast(3)).withUnsafeBytes { try reading.take($0) }
    let rest = reading
    #expect(throws: ReportingError.self) { _ = try rest.finish() }
  }

  @Test func itPassesItsOwnSchema() throws {
    let text = String(decoding: try XMLReport.bytes(of: report), as: UTF8.self)
    #expect(text.contains("<reclassified_count>-1</reclassified_count>"))
    #expect(text.contains("<days>2-7</days>"))
  }

  @Test func everyoneIsToldInTheirOwnForm() throws {
    let html = String(decoding: try HTMLReport.bytes(of: report), as: UTF8.self)
    #expect(html.contains("Roll-forward of open breaks"))
    #expect(html.contains("On record as <code>sha256:bbbb"))
    let files = Reports.render(report, as: [.csv])
    let file = try #require(files.first { $0.name == "roll_forward.csv" })
    let csv = String(decoding: file.bytes, as: UTF8.self)
    #expect(csv.hasPrefix("tenant_id,currency,code,opening_count,opening_amount,new_count,"))
    #expect(
      csv.contains(",USD,unbilled,3,-7.50,1,-1.00,2,-6.00,0,0.00,0,0.00,-1,2.25,0.25,1,0.00,"))
  }

  @Test func withoutHistoryNothingIsSaidOfIt() throws {
    let html = String(decoding: try HTMLReport.bytes(of: SampleReport.report), as: UTF8.self)
    #expect(!html.contains("Roll-forward"))
    #expect(Reports.render(SampleReport.report, as: [.csv]).count == 4)
  }
}
