/// Lends C an array of strings that ends in NULL.
func withCStrings<Value>(
  _ strings: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Value
) -> Value {
  var bytes: [CChar] = []
  let offsets = strings.map { string -> Int? in
    guard let string else { return nil }
    defer { bytes += string.utf8CString }
    return bytes.count
  }
  return bytes.withUnsafeBufferPointer { buffer in
    let pointers = offsets.map { offset in offset.flatMap { buffer.baseAddress?.advanced(by: $0) } }
    return (pointers + [nil]).withUnsafeBufferPointer { list in
      guard let first = list.baseAddress else { preconditionFailure("a list that ends in NULL") }
      return body(first)
    }
  }
}
