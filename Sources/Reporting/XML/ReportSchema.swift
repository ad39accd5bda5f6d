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

  /// Parses `document` anew, as a stranger would, and validates it on the way. No tree is built, so
  /// that memory does not grow with the number of breaks.
  ///
  /// - Throws: `ReportingError` of kind `fault` with libxml2's first complaint.
  func validate(_ document: [UInt8]) throws(ReportingError) {
    guard let size = Int32(exactly: document.count) else {
      throw ReportSchema.fault("it is larger than 2 GiB")
    }
    let complaint = document.withUnsafeBytes { bytes in
      let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      return SchemaRelay(schema)?.complaint(about: start, size)
        ?? Complaint(text: "libxml2 is out of memory")
    }
    if let text = complaint.text { throw ReportSchema.fault(text) }
  }

  private static func fault(_ what: String) -> ReportingError {
    ReportingError(
      .fault, "report.xml does not pass its own schema: \(what)",
      hint: "this is a mistake in tieout; please report it with this line")
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
