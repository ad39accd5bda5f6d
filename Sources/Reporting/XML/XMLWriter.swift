import CLibXML2

/// Owns one `xmlTextWriter` and the memory it writes to.
struct XMLWriter: ~Copyable {
  private let buffer: xmlBufferPtr
  private let writer: xmlTextWriterPtr

  init() throws(ReportingError) {
    guard let buffer = xmlBufferCreate() else { throw XMLWriter.failure("xmlBufferCreate") }
    guard let writer = xmlNewTextWriterMemory(buffer, 0) else {
      xmlBufferFree(buffer)
      throw XMLWriter.failure("xmlNewTextWriterMemory")
    }
    self.buffer = buffer
    self.writer = writer
  }

  deinit {
    xmlFreeTextWriter(writer)
    xmlBufferFree(buffer)
  }

  func startDocument() throws(ReportingError) {
    try check(xmlTextWriterSetIndent(writer, 1), "xmlTextWriterSetIndent")
    try check(
      xmlTextWriterStartDocument(writer, "1.0", "UTF-8", nil), "xmlTextWriterStartDocument")
  }

  func start(_ name: String) throws(ReportingError) {
    try check(xmlTextWriterStartElement(writer, name), "xmlTextWriterStartElement")
  }

  func end() throws(ReportingError) {
    try check(xmlTextWriterEndElement(writer), "xmlTextWriterEndElement")
  }

  func attribute(_ name: String, _ text: String) throws(ReportingError) {
    try check(
      xmlTextWriterWriteAttribute(writer, name, xmlText(text)), "xmlTextWriterWriteAttribute")
  }

  func element(_ name: String, _ text: String) throws(ReportingError) {
    try check(
      xmlTextWriterWriteElement(writer, name, xmlText(text)), "xmlTextWriterWriteElement")
  }

  func endDocument() throws(ReportingError) {
    try check(xmlTextWriterEndDocument(writer), "xmlTextWriterEndDocument")
  }

  /// Bytes that were written and not yet handed over, but for the last few.
  var waiting: Int { Int(xmlBufferLength(buffer)) }

  /// Hands over what was written so far.
  func take() throws(ReportingError) -> [UInt8] {
    try check(xmlTextWriterFlush(writer), "xmlTextWriterFlush")
    defer { xmlBufferEmpty(buffer) }
    return Array(UnsafeBufferPointer(start: xmlBufferContent(buffer), count: waiting))
  }

  private func check(_ result: Int32, _ function: StaticString) throws(ReportingError) {
    guard result >= 0 else { throw XMLWriter.failure(function) }
  }

  private static func failure(_ function: StaticString) -> ReportingError {
    ReportingError(
      .fault, "report.xml cannot be written: \(function) failed",
      hint: "libxml2 is most likely out of memory; run the job over a shorter range")
  }
}
