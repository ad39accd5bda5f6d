/// Writes comma-separated values as RFC 4180 has them: CRLF, quotes where needed.
///
/// Null is an empty field, an empty text is `""`.
struct CSVWriter {
  private(set) var bytes: [UInt8] = []
  private var isAtStart = true

  /// Hands over what was written so far.
  mutating func take() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  mutating func endRow() {
    bytes.append(contentsOf: [0x0D, 0x0A])
    isAtStart = true
  }

  /// A number or a word of tieout's own, which needs neither quotes nor care.
  mutating func plain(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
  }

  /// Text that others chose. What a spreadsheet would take for a formula gets an apostrophe before
  /// it, which spreadsheets read as "text follows".
  mutating func text(_ text: String?) {
    separate()
    guard let text else { return }
    let isFormula = CSVWriter.looksLikeFormula(text)
    guard isFormula || text.isEmpty || text.utf8.contains(where: CSVWriter.needsQuotes) else {
      bytes.append(contentsOf: text.utf8)
      return
    }
    bytes.append(UInt8(ascii: "\""))
    if isFormula { bytes.append(UInt8(ascii: "'")) }
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") { bytes.append(byte) }
      bytes.append(byte)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func separate() {
    if !isAtStart { bytes.append(UInt8(ascii: ",")) }
    isAtStart = false
  }

  /// `= + - @`, their full-width twins, and control characters, which some programs skip.
  private static func looksLikeFormula(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, !first.isLetterOrDigit else { return false }
    return "=+-@\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}".unicodeScalars.contains(first)
      || first.properties.generalCategory == .control
  }

  /// A semicolon or a tab is what some programs split fields at, whatever the file is called.
  private static func needsQuotes(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: ";")
      || byte < 0x20
  }
}

extension Unicode.Scalar {
  /// Of ASCII: most texts begin with one, and need no further look.
  fileprivate var isLetterOrDigit: Bool {
    switch self {
    case "a"..."z", "A"..."Z", "0"..."9": true
    default: false
    }
  }
}
