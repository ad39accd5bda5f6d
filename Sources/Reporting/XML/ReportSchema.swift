import CLibXML2

/// Owns the compiled `Reports/tieout-report-1.xsd`.
struct ReportSchema: ~Copyable {
  private let schema: xmlSchemaPtr

  init() throws(ReportingError) {
    let text = PackageResources.tieout_report_1_xsd
    let compiled = text.withUnsafeBytes { bytes -> xmlSchemaPtr? in
      guard
        let parser = xmlSchemaNewMemParserCtxt(
          bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
      else { return nil }
      defer { xmlSchemaFreeParserCtxt(parser) }
      return xmlSchemaParse(parser)
    }
    guard let compiled else { throw ReportSchema.fault("tieout-report-1.xsd does not compile") }
    schema = compiled
  }

  deinit { xmlSchemaFree(schema) }

  /// Parses `document` anew, as a stranger would, and validates it on the way. The document is
  /// streamed, so that memory does not grow with the number of breaks.
  ///
  /// - Throws: `ReportingError` of kind `fault` with libxml2's first complaint.
  func validate(_ document: [UInt8]) throws(ReportingError) {
    var complaint = XMLComplaint()
    let result = document.withUnsafeBytes { bytes in
      withUnsafeMutablePointer(to: &complaint) { ReportSchema.read(bytes, schema, $0) }
    }
    guard result == 0, complaint.text == nil else {
      throw ReportSchema.fault(complaint.text ?? "libxml2 gives no reason (status \(result))")
    }
  }

  private static func fault(_ what: String) -> ReportingError {
    ReportingError(
      .fault, "report.xml does not pass its own schema: \(what)",
      hint: "this is a mistake in tieout; please report it with this line")
  }

  /// - Returns: 0 for a document that is well-formed and valid.
  private static func read(
    _ bytes: UnsafeRawBufferPointer, _ schema: xmlSchemaPtr,
    _ complaint: UnsafeMutablePointer<XMLComplaint>
  ) -> Int32 {
    let options = Int32(XML_PARSE_NONET.rawValue | XML_PARSE_HUGE.rawValue)
    let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
    guard
      let reader = xmlReaderForMemory(start, Int32(bytes.count), "report.xml", "UTF-8", options)
    else { return -1 }
    defer { xmlFreeTextReader(reader) }
    xmlTextReaderSetStructuredErrorHandler(
      reader,
      { context, error in
        guard let context, let error else { return }
        context.assumingMemoryBound(to: XMLComplaint.self).pointee.note(
          error.pointee.message, line: error.pointee.line)
      }, complaint)
    guard xmlTextReaderSetSchema(reader, schema) == 0 else { return -1 }
    var status = xmlTextReaderRead(reader)
    while status == 1 { status = xmlTextReaderRead(reader) }
    return status == 0 && xmlTextReaderIsValid(reader) == 1 ? 0 : -1
  }
}

/// The first thing libxml2 has to say against a document.
private struct XMLComplaint {
  private(set) var text: String?

  mutating func note(_ message: UnsafePointer<CChar>?, line: Int32) {
    guard text == nil else { return }
    let words = message.map { String(cString: $0) } ?? "an error without a message"
    let oneLine = words.split { $0.isNewline }.joined(separator: " ")
    text = "line \(line): \(oneLine)"
  }
}
