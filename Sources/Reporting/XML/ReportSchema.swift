import CLibXML2

/// Owns the compiled `Reports/tieout-report-1.xsd`.
struct ReportSchema: ~Copyable {
  private let schema: xmlSchemaPtr

  init() throws(ReportingError) {
    let text = PackageResources.tieout_report_1_xsd
    let compiled = text.withUnsafeBytes { bytes -> xmlSchemaPtr? in
      let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      guard let parser = xmlSchemaNewMemParserCtxt(start, Int32(bytes.count)) else { return nil }
      defer { xmlSchemaFreeParserCtxt(parser) }
      return xmlSchemaParse(parser)
    }
    guard let compiled else { throw ReportSchema.fault("tieout-report-1.xsd does not compile") }
    schema = compiled
  }

  deinit { xmlSchemaFree(schema) }

  /// Hands the compiled schema to `SchemaRelay`, which must not outlive it.
  func relay() throws(ReportingError) -> SchemaRelay {
    guard let relay = SchemaRelay(schema) else {
      throw ReportSchema.fault("libxml2 is out of memory")
    }
    return relay
  }

  fileprivate static func fault(_ what: String) -> ReportingError {
    ReportingError(
      .fault, "report.xml does not pass its own schema: \(what)",
      hint: "this is a mistake in tieout; please report it with this line")
  }
}

/// Parses a report anew, as a stranger would, and validates it on the way, piece by piece. No tree is
/// built, so that memory does not grow with the number of breaks.
final class ReportValidator {
  // The relay goes first when both go.
  private var relay: SchemaRelay?
  private let schema: ReportSchema

  init() throws(ReportingError) {
    schema = try ReportSchema()
    relay = try schema.relay()
  }

  deinit { relay = nil }

  /// - Throws: `ReportingError` of kind `fault` with libxml2's first complaint.
  func examine(_ bytes: [UInt8]) throws(ReportingError) {
    relay?.examine(bytes)
    try check()
  }

  /// Says that the document is complete.
  func finish() throws(ReportingError) {
    relay?.finish()
    try check()
  }

  private func check() throws(ReportingError) {
    if let text = relay?.complaint.text { throw ReportSchema.fault(text) }
  }
}

/// The first thing libxml2 has to say against a document; `nil` for a good one.
struct Complaint {
  private(set) var text: String?

  init(text: String? = nil) { self.text = text }

  mutating func note(_ message: UnsafePointer<CChar>?, line: Int32) {
    guard text == nil else { return }
    let words = message.map { String(cString: $0) } ?? "an error without a message"
    text = "line \(line): " + words.split { $0.isNewline }.joined(separator: " ")
  }
}
