import Reporting

extension RunOutcome {
  /// Writes `report.json` as the reports have it, piece by piece.
  package func writeJSON(to sink: ([UInt8]) -> Void) throws {
    for file in Reports.render(report, as: [.json]) { try file.write(sink) }
  }
}
