extension String {
  /// - Returns: `nil` where the bytes are not valid UTF-8.
  package init?(utf8 bytes: UnsafeRawBufferPointer) {
    // Said of a span, for of a sequence the library looks at what kind of one it is each time, which
    // costs more than the text.
    let text = bytes.bindMemory(to: UInt8.self)
    guard let valid = try? UTF8Span(validating: text.span) else { return nil }
    self.init(copying: valid)
  }
}
