import FoundationEssentials
import Testing

@testable import Reporting

/// Files that were looked at and found right. `TIEOUT_UPDATE_GOLDEN=1` writes them anew.
enum Golden {
  static let directory = "\(#filePath)".replacing("Golden.swift", with: "Golden")

  static func expect(_ file: ReportFile, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let path = "\(directory)/\(file.name)"
    if ProcessInfo.processInfo.environment["TIEOUT_UPDATE_GOLDEN"] != nil {
      try Data(file.bytes).write(to: URL(filePath: path))
      return
    }
    let golden = try [UInt8](Data(contentsOf: URL(filePath: path)))
    guard golden != file.bytes else { return }
    Issue.record("\(file.name) \(difference(golden, file.bytes))", sourceLocation: sourceLocation)
  }

  /// The first line that differs, on both sides.
  private static func difference(_ golden: [UInt8], _ bytes: [UInt8]) -> String {
    let split = { (bytes: [UInt8]) in
      bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    }
    let (expected, found) = (split(golden), split(bytes))
    let number = zip(expected, found).enumerated().first { $1.0 != $1.1 }?.offset
    let line = number ?? min(expected.count, found.count)
    let text = { (lines: [ArraySlice<UInt8>]) in
      line < lines.count ? String(decoding: lines[line], as: UTF8.self) : "(end of file)"
    }
    return "differs in line \(line + 1)\n  golden: \(text(expected))\n  found:  \(text(found))"
  }
}
