import Reconciliation
import Testing

@testable import Reporting

@Suite struct SpooledReportTests {
  private static func spooled<Element>(_ list: Spool<Element>) throws -> Spool<Element> {
    var writer = SpoolWriter<Element>(in: Scratch(memory: 0))
    for element in list { try writer.append(element) }
    return try writer.finish()
  }

  @Test(arguments: [Sample.handMade, .busy])
  func theSameBytesComeFromDiskAndFromMemory(sample: Sample) throws {
    let report = sample.report
    var spooled = report
    spooled.judgement.breaks = try Self.spooled(report.judgement.breaks)
    spooled.judgement.corrections = try Self.spooled(report.judgement.corrections)
    #expect(spooled.judgement.breaks.isSpooled && spooled.judgement.corrections.isSpooled)
    #expect(spooled == report && spooled.digest == report.digest)
    let fromMemory = Reports.render(report, as: ReportFormat.allCases)
    let fromDisk = Reports.render(spooled, as: ReportFormat.allCases)
    #expect(fromDisk.map(\.name) == fromMemory.map(\.name))
    for (left, right) in zip(fromDisk, fromMemory) {
      #expect(left.bytes == right.bytes, "\(left.name)")
    }
  }

  /// However large a report is, it is made in pieces of about one size.
  @Test func largeFilesComeInPieces() throws {
    let report = BusyReport.report(groups: 60, breaks: 3000)
    let long = Reports.render(report, as: [.xml, .csv, .json])
      .filter { !["clusters.csv", "groups.csv"].contains($0.name) }
    for file in long {
      var pieces: [Int] = []
      try file.write { pieces.append($0.count) }
      #expect(pieces.count > 3 && pieces.allSatisfy { $0 < 2 * Reports.piece }, "\(file.name)")
    }
  }
}
