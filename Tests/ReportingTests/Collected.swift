import Reconciliation

@testable import Reporting

// What is written piece by piece, whole.

extension ReportFile {
  /// Traps where the bytes cannot be made: tests that expect so write by themselves.
  var bytes: [UInt8] {
    do {
      return try collected(write)
    } catch {
      fatalError("\(name): \(error)")
    }
  }
}

extension JSONReport {
  static func bytes(of report: RunReport) -> [UInt8] {
    ReportFile(name: "report.json") { try write(report, to: $0) }.bytes
  }
}

extension XMLReport {
  static func bytes(of report: RunReport) throws -> [UInt8] {
    try collected { try write(report, to: $0) }
  }
}

extension ReportSchema {
  func validate(_ document: [UInt8]) throws {
    let validator = try ReportValidator()
    try validator.examine(document)
    try validator.finish()
  }
}

func collected(_ write: (ByteSink) throws -> Void) throws -> [UInt8] {
  var bytes: [UInt8] = []
  try write { bytes += $0 }
  return bytes
}
