import Reconciliation

/// How a report can be written.
package enum ReportFormat: String, CaseIterable, Sendable {
  case xml, html, csv, json
}

/// Takes the bytes of a file, piece by piece.
package typealias ByteSink = (_ bytes: [UInt8]) throws -> Void

/// One file of a report. Its bytes are made as they are written, for there may be more of them than
/// memory holds.
package struct ReportFile: Sendable {
  package let name: String
  /// - Throws: what the sink throws; `ReportingError` of kind `fault` for XML that breaks its own
  ///   schema; `MoneyError` where a total on the page, over all groups of a currency, overflows.
  package let write: @Sendable (_ sink: ByteSink) throws -> Void

  package init(name: String, write: @escaping @Sendable (_ sink: ByteSink) throws -> Void) {
    self.name = name
    self.write = write
  }

  package init(name: String, bytes: [UInt8]) {
    self.init(name: name) { sink in try sink(bytes) }
  }
}

extension RunReport {
  /// The bytes of `report.json` in pieces, each whole lines of text.
  package func document(in scratch: Scratch) throws -> Spool<String> {
    var pieces = SpoolWriter<String>(in: scratch)
    try JSONReport.write(self) { try pieces.append(String(decoding: $0, as: UTF8.self)) }
    return try pieces.finish()
  }
}

/// One result in, bytes out. Equal reports give equal bytes.
package enum Reports {
  /// Bytes that are gathered before they are handed to a sink.
  static let piece = 1 << 16

  /// The files of a report, in the order of `ReportFormat` and each once: `report.xml`,
  /// `report.html`, `clusters.csv`, `groups.csv`, `breaks.csv` and `corrections.csv`, with
  /// `roll_forward.csv` where a history of breaks is kept and `roundings.csv` where whole months
  /// were judged, `report.json`.
  package static func render(
    _ report: RunReport, as formats: [ReportFormat]
  ) -> [ReportFile] {
    ReportFormat.allCases.filter(formats.contains).flatMap { format in
      switch format {
      case .xml: [ReportFile(name: "report.xml") { try XMLReport.write(report, to: $0) }]
      // The page shows the largest only, so it is short.
      case .html: [ReportFile(name: "report.html") { try $0(HTMLReport.bytes(of: report)) }]
      case .csv: CSVReport.files(of: report)
      case .json: [ReportFile(name: "report.json") { try JSONReport.write(report, to: $0) }]
      }
    }
  }
}
