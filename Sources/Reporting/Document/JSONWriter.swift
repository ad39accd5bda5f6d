/// Writes JSON (RFC 8259) as UTF-8, byte for byte the same for the same values.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []

  /// Hands over what was written so far.
  mutating func take() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  mutating func raw(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  mutating func name(_ name: String) {
    string(name)
    raw(": ")
  }

  mutating func value(_ value: Value) {
    switch value {
    case .text(let text?): string(text)
    case .text(nil): raw("null")
    case .amount(let amount, let currency): string(amount.text(in: currency))
    case .number(let number): string(number.description)
    case .count(let count): bytes.append(contentsOf: String(count).utf8)
    case .flag(let flag): flag ? raw("true") : raw("false")
    case .texts(let texts, _): array(texts) { $0.string($1) }
    case .record(let record): object(record)
    case .records(let records, _): array(records) { $0.object($1) }
    case .bridge(let steps, let currency): array(steps) { $0.object($1.named(in: currency)) }
    }
  }

  mutating func object(_ values: [NamedValue]) {
    raw("{")
    for (index, field) in values.enumerated() {
      if index > 0 { raw(", ") }
      name(field.name)
      value(field.value)
    }
    raw("}")
  }

  /// The same as `object(_:)` with every field taken from `record`.
  mutating func record<Record>(_ record: Record, _ fields: [Field<Record>]) {
    raw("{")
    for (index, field) in fields.enumerated() {
      if index > 0 { raw(", ") }
      name(field.name)
      value(field.value(record))
    }
    raw("}")
  }

  private mutating func array<Element>(
    _ elements: [Element], write: (inout JSONWriter, Element) -> Void
  ) {
    raw("[")
    for (index, element) in elements.enumerated() {
      if index > 0 { raw(", ") }
      write(&self, element)
    }
    raw("]")
  }

  mutating func string(_ text: String) {
    raw("\"")
    var text = text
    text.withUTF8 { utf8 in
      var start = utf8.startIndex
      for index in utf8.indices where JSONWriter.mustEscape(utf8[index]) {
        bytes.append(contentsOf: utf8[start..<index])
        escape(utf8[index])
        start = index + 1
      }
      bytes.append(contentsOf: utf8[start...])
    }
    raw("\"")
  }

  private static func mustEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  private mutating func escape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): raw("\\\"")
    case UInt8(ascii: "\\"): raw("\\\\")
    case UInt8(ascii: "\n"): raw("\\n")
    case UInt8(ascii: "\r"): raw("\\r")
    case UInt8(ascii: "\t"): raw("\\t")
    default:
      let digits = Array("0123456789abcdef".utf8)
      raw("\\u00")
      bytes.append(digits[Int(byte >> 4)])
      bytes.append(digits[Int(byte & 15)])
    }
  }
}
