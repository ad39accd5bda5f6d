import CLibXML2

/// Stands between libxml2's parser and its schema validator, and hands each text on whole.
///
/// The parser tells a text in pieces (a new one at every `&lt;`), and the validator copies what it
/// has at each of them: left to themselves, they take hours over a name of some megabytes.
final class SchemaRelay {
  private let validator: xmlSchemaValidCtxtPtr
  private let plug: xmlSchemaSAXPlugPtr
  /// Where the validator leaves its own handler, and restores ours when it is unplugged.
  private let slots: UnsafeMutablePointer<xmlSAXHandlerPtr?>
  private let targets: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  private let parser: xmlParserCtxtPtr
  private var text: [UInt8] = []
  private(set) var complaint = Complaint()

  /// - Returns: `nil` when memory is short.
  init?(_ schema: xmlSchemaPtr) {
    guard let validator = xmlSchemaNewValidCtxt(schema) else { return nil }
    slots = .allocate(capacity: 1)
    slots.initialize(to: nil)
    targets = .allocate(capacity: 1)
    targets.initialize(to: nil)
    let parser = xmlCreatePushParserCtxt(nil, nil, nil, 0, "report.xml")
    guard let plug = xmlSchemaSAXPlug(validator, slots, targets), let parser else {
      xmlFreeParserCtxt(parser)
      xmlSchemaFreeValidCtxt(validator)
      slots.deallocate()
      targets.deallocate()
      return nil
    }
    self.validator = validator
    self.plug = plug
    self.parser = parser
    listen()
  }

  deinit {
    xmlFreeParserCtxt(parser)
    xmlSchemaSAXUnplug(plug)
    xmlSchemaFreeValidCtxt(validator)
    slots.deallocate()
    targets.deallocate()
  }

  /// Takes the next piece of the document.
  func examine(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { bytes in
      let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      _ = xmlParseChunk(parser, start, Int32(bytes.count), 0)
    }
  }

  func finish() {
    _ = xmlParseChunk(parser, nil, 0, 1)
    if parser.pointee.wellFormed != 1 || xmlSchemaIsValid(validator) != 1 {
      complaint.note(nil, line: xmlSAX2GetLineNumber(parser))
    }
  }

  private func listen() {
    _ = xmlCtxtUseOptions(parser, Int32(XML_PARSE_NONET.rawValue | XML_PARSE_HUGE.rawValue))
    let context = Unmanaged.passUnretained(self).toOpaque()
    parser.pointee.sax.pointee = SchemaRelay.events
    parser.pointee.userData = context
    xmlSchemaSetValidStructuredErrors(
      validator,
      { context, error in
        guard let error else { return }
        SchemaRelay.at(context).complaint.note(error.pointee.message, line: error.pointee.line)
      }, context)
    xmlSchemaValidateSetLocator(
      validator,
      { parser, _, line in
        line?.pointee = UInt(max(xmlSAX2GetLineNumber(parser), 0))
        return 0
      }, parser)
  }

  private static func at(_ context: UnsafeMutableRawPointer?) -> SchemaRelay {
    guard let context else { preconditionFailure("libxml2 lost the relay") }
    return Unmanaged.fromOpaque(context).takeUnretainedValue()
  }

  /// Hands the text so far to the validator.
  private func flush() {
    guard !text.isEmpty else { return }
    text.withUnsafeBufferPointer {
      slots.pointee?.pointee.characters?(targets.pointee, $0.baseAddress, Int32($0.count))
    }
    text.removeAll(keepingCapacity: text.count < 1 << 20)
  }

  private static var events: xmlSAXHandler {
    let receiveText: charactersSAXFunc = { context, bytes, count in
      SchemaRelay.at(context).text.append(
        contentsOf: UnsafeBufferPointer(start: bytes, count: Int(count)))
    }
    var events = xmlSAXHandler()
    events.initialized = UInt32(XML_SAX2_MAGIC)
    events.characters = receiveText
    events.ignorableWhitespace = receiveText
    events.cdataBlock = receiveText
    events.startElementNs = {
      context, name, prefix, uri, spaceCount, spaces, attributeCount, defaulted, attributes in
      let relay = SchemaRelay.at(context)
      relay.flush()
      relay.slots.pointee?.pointee.startElementNs?(
        relay.targets.pointee, name, prefix, uri, spaceCount, spaces, attributeCount, defaulted,
        attributes)
    }
    events.endElementNs = { context, name, prefix, uri in
      let relay = SchemaRelay.at(context)
      relay.flush()
      relay.slots.pointee?.pointee.endElementNs?(relay.targets.pointee, name, prefix, uri)
    }
    events.serror = { context, error in
      guard let error else { return }
      SchemaRelay.at(context).complaint.note(error.pointee.message, line: error.pointee.line)
    }
    return events
  }
}
