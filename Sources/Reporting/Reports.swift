import Reconciliation

/// How a report can be written.
package enum ReportFormat: String, CaseIterable, Sendable {
  case xml, html, csv, json
}

/// One file of a report, complete.
package struct ReportFile: Sendable {
  package let name: String
  package let bytes: [UInt8]

  package init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }
}

/// One result in, bytes out. Equal reports give equal bytes.
package enum Reports {
  /// The files of a report, in the order of `ReportFormat` and each once: `report.xml`,
  /// `report.html`, `groups.csv`, `breaks.csv` and `corrections.csv`, `report.json`.
  ///
  /// - Throws: `ReportingError` of kind `fault` when the XML breaks its own schema, `MoneyError`
  ///   when a total over all groups of a currency overflows.
  package static func render(
    _ report: RunReport, as formats: [ReportFormat]
  ) throws -> [ReportFile] {
    try ReportFormat.allCases.filter(formats.contains).flatMap { format in
      switch format {
      case .xml: [ReportFile(name: "report.xml", bytes: try XMLReport.bytes(of: report))]
      case .html: [ReportFile(name: "report.html", bytes: try HTMLReport.bytes(of: report))]
      case .csv: CSVReport.files(of: report)
      case .json: [ReportFile(name: "report.json", bytes: JSONReport.bytes(of: report))]
      }
    }
  }
}
