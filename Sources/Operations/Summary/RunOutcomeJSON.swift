import Reporting

extension RunOutcome {
  /// `report.json`, as the reports have it.
  package var json: String {
    get throws {
      let files = try Reports.render(report, as: [.json])
      return files.map { String(decoding: $0.bytes, as: UTF8.self) }.joined()
    }
  }
}
