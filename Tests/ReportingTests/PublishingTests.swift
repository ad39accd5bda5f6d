import Foundation
import Testing

@testable import Reporting

@Suite struct PublishingTests {
  private static let files = [
    ReportFile(name: "report.json", bytes: Array("{}".utf8)),
    ReportFile(name: "big.csv", bytes: Array(repeating: 65, count: 3_000_000)),
    ReportFile(name: "empty.csv", bytes: []),
  ]

  private func names(in directory: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
  }

  @Test func nothingIsSeenBeforeItIsPublished() throws {
    try withTemporaryDirectory { directory in
      let target = "\(directory)/a/b"
      let staged = try ReportPublisher.stage(PublishingTests.files, in: target, runID: "run-1")
      #expect(try names(in: target).allSatisfy { $0.hasPrefix(".") })
      #expect(staged.directory == "\(target)/run-1")
      try staged.publish()
      #expect(try names(in: target) == ["run-1"])
      #expect(try names(in: "\(target)/run-1") == ["big.csv", "empty.csv", "report.json"])
      for file in PublishingTests.files {
        let bytes = try Data(contentsOf: URL(filePath: "\(target)/run-1/\(file.name)"))
        #expect([UInt8](bytes) == file.bytes)
      }
    }
  }

  @Test func publishingAgainReplacesWhatIsWrittenAgainAndKeepsTheRest() throws {
    try withTemporaryDirectory { directory in
      let report = "\(directory)/run-1"
      try ReportPublisher.stage(PublishingTests.files, in: directory, runID: "run-1").publish()
      let notes = "\(report)/notes"
      try FileManager.default.createDirectory(atPath: notes, withIntermediateDirectories: false)
      try Data("mine".utf8).write(to: URL(filePath: "\(notes)/october.txt"))
      let second = [
        ReportFile(name: "report.xml", bytes: [60]), ReportFile(name: "empty.csv", bytes: [61]),
      ]
      let staged = try ReportPublisher.stage(second, in: directory, runID: "run-1")
      #expect(try names(in: report) == ["big.csv", "empty.csv", "notes", "report.json"])
      try staged.publish()
      #expect(try names(in: directory) == ["run-1"])
      #expect(
        try names(in: report) == ["big.csv", "empty.csv", "notes", "report.json", "report.xml"])
      #expect(try Data(contentsOf: URL(filePath: "\(report)/empty.csv")) == Data([61]))
      #expect(try names(in: notes) == ["october.txt"])
    }
  }

  @Test func aFileInTheWayIsReplacedToo() throws {
    try withTemporaryDirectory { directory in
      try Data("old".utf8).write(to: URL(filePath: "\(directory)/run-1"))
      try ReportPublisher.stage(PublishingTests.files, in: directory, runID: "run-1").publish()
      #expect(try names(in: directory) == ["run-1"])
      #expect(try names(in: "\(directory)/run-1").count == 3)
    }
  }

  @Test func discardingLeavesNothing() throws {
    try withTemporaryDirectory { directory in
      try ReportPublisher.stage(PublishingTests.files, in: directory, runID: "run-1").publish()
      let staged = try ReportPublisher.stage(PublishingTests.files, in: directory, runID: "run-2")
      staged.discard()
      #expect(try names(in: directory) == ["run-1"])
    }
  }

  @Test func aFailureHalfWayLeavesNothing() throws {
    try withTemporaryDirectory { directory in
      let twice = PublishingTests.files + PublishingTests.files
      let error = #expect(throws: ReportingError.self) {
        try ReportPublisher.stage(twice, in: directory, runID: "run-1")
      }
      #expect(error?.kind == .unwritable)
      let left = try names(in: directory)
      #expect(left.isEmpty)
    }
  }

  @Test func whatAKilledRunLeftIsRemovedAndWhatALivingOneHoldsIsNot() throws {
    try withTemporaryDirectory { directory in
      let abandoned = "\(directory)/.run-1.staged-7"
      let files = FileManager.default
      try files.createDirectory(atPath: abandoned, withIntermediateDirectories: false)
      try Data("half".utf8).write(to: URL(filePath: "\(abandoned)/report.json"))
      let living = try ReportPublisher.stage(PublishingTests.files, in: directory, runID: "run-1")
      #expect(try names(in: directory) == [".run-1.staged-1"])
      let other = try ReportPublisher.stage(PublishingTests.files, in: directory, runID: "run-1")
      #expect(try names(in: directory) == [".run-1.staged-1", ".run-1.staged-2"])
      other.discard()
      try living.publish()
      #expect(try names(in: directory) == ["run-1"])
    }
  }

  @Test func aLinkIsRemovedAndNotFollowed() throws {
    try withTemporaryDirectory { directory in
      let outside = "\(directory)/outside"
      let files = FileManager.default
      try files.createDirectory(atPath: outside, withIntermediateDirectories: false)
      try Data("keep".utf8).write(to: URL(filePath: "\(outside)/keep"))
      let reports = "\(directory)/reports"
      try files.createDirectory(atPath: reports, withIntermediateDirectories: false)
      try files.createSymbolicLink(
        atPath: "\(reports)/.run-1.staged-5", withDestinationPath: outside)
      try ReportPublisher.stage(PublishingTests.files, in: reports, runID: "run-1").publish()
      #expect(try names(in: outside) == ["keep"])
    }
  }

  @Test func anUnwritablePlaceSaysWhatToDo() throws {
    try withTemporaryDirectory { directory in
      let file = "\(directory)/file"
      try Data().write(to: URL(filePath: file))
      let error = #expect(throws: ReportingError.self) {
        try ReportPublisher.stage(PublishingTests.files, in: "\(file)/runs", runID: "run-1")
      }
      #expect(error?.kind == .unwritable)
      #expect(error?.what == "cannot make \(file)/runs: Not a directory")
      #expect(error?.hint.contains("--report-dir") == true)
    }
    // Nobody can write there, root included.
    let error = #expect(throws: ReportingError.self) {
      try ReportPublisher.stage(PublishingTests.files, in: "/proc", runID: "run-1")
    }
    #expect(error?.kind == .unwritable)
  }

  @Test(arguments: [
    "", ".", "..", "a/b", ".hidden", "line\nbreak", "nul\u{0}", String(repeating: "x", count: 300),
  ])
  func aRunIsNotAPath(runID: String) throws {
    try withTemporaryDirectory { directory in
      #expect(throws: ReportingError.self) {
        try ReportPublisher.stage(PublishingTests.files, in: directory, runID: runID)
      }
      let left = try names(in: directory)
      #expect(left.isEmpty)
    }
  }

  @Test func aRelativeDirectoryWorks() throws {
    let name = "relative-\(UUID())"
    defer { try? FileManager.default.removeItem(atPath: name) }
    try ReportPublisher.stage(PublishingTests.files, in: "\(name)/runs/", runID: "run-1").publish()
    #expect(try names(in: "\(name)/runs") == ["run-1"])
  }
}
