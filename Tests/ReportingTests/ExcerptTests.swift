import Foundation
import Reconciliation
import Testing

@testable import Reporting

@Suite struct ExcerptTests {
  private static func excerpt(
    _ json: [UInt8], _ id: String, limit: Int = 5
  ) throws -> RunReport {
    var excerpt: RunReport?
    try withTemporaryDirectory { directory in
      let path = "\(directory)/report.json"
      try Data(json).write(to: URL(filePath: path))
      excerpt = try RunReport(excerptOf: path, breakID: id, limit: limit)
    }
    return try #require(excerpt)
  }

  @Test func breaksComeWithTheirGroupsAndCorrections() throws {
    let report = BusyReport.report(groups: 60, breaks: 400)
    let json = JSONReport.bytes(of: report)
    for found in report.judgement.breaks where found.id.hasSuffix("7") {
      let excerpt = try Self.excerpt(json, found.id)
      #expect(excerpt.run == report.run)
      #expect(excerpt.judgement.controls == report.judgement.controls)
      #expect(excerpt.judgement.breaks == [found])
      #expect(excerpt.judgement.groups == report.judgement.groups.filter { $0.key == found.group })
      #expect(
        Array(excerpt.judgement.corrections)
          == report.judgement.corrections.filter { $0.breakID == found.id })
    }
    let several = try Self.excerpt(json, "unbilled-", limit: 3)
    #expect(
      Array(several.judgement.breaks)
        == report.judgement.breaks.first(3) { $0.id.hasPrefix("unbilled-") })
    #expect(try Self.excerpt(json, "nothing").judgement.breaks.isEmpty)
  }

  /// Names may hold whatever ends a record or a line.
  @Test func strangeNamesAreFound() throws {
    let report = SampleReport.report
    let json = JSONReport.bytes(of: report)
    for found in report.judgement.breaks where found.group.currency.code != "XXX" {
      #expect(try Self.excerpt(json, found.id).judgement.breaks.contains(found), "\(found.id)")
    }
  }

  @Test func aFileThatWasFormattedAnewIsReadAllTheSame() throws {
    let report = BusyReport.report(groups: 6, breaks: 40)
    let object = try JSONSerialization.jsonObject(with: Data(JSONReport.bytes(of: report)))
    let pretty = try JSONSerialization.data(withJSONObject: object, options: .prettyPrinted)
    let id = report.judgement.breaks[7].id
    let excerpt = try Self.excerpt([UInt8](pretty), id)
    #expect(excerpt == (try Self.excerpt(JSONReport.bytes(of: report), id)))
  }

  @Test func aFileThatIsCutOffIsRefused() throws {
    let json = JSONReport.bytes(of: BusyReport.report(groups: 6, breaks: 40))
    let error = #expect(throws: ReportingError.self) {
      try Self.excerpt(Array(json.dropLast(2)), "unbilled-")
    }
    #expect(error?.what == "report.json cannot be read: it is cut off")
  }
}
