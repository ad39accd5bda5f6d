/// How the ids of a first pass's lean rows are told.
package struct LeanIDs: Sendable {
  package enum Form: Sendable {
    case text
    /// The 16 bytes of a uuid: of a column that holds nothing else, and is compared with no text.
    case uuid
  }

  package var requests: Form
  package var calls: Form

  package init(requests: Form = .text, calls: Form = .text) {
    self.requests = requests
    self.calls = calls
  }
}

extension LeanIDs.Form {
  /// The id as a row read in full tells it.
  func text(_ id: UnsafeRawBufferPointer) -> String {
    if self == .uuid, id.count == UUIDText.width, let base = id.baseAddress {
      return UUIDText.text(base)
    }
    return String(decoding: id, as: UTF8.self)
  }

  /// Lends the id of a row read in full as lean rows tell it.
  func withBytes<Value>(
    of id: String, _ body: (UnsafeRawBufferPointer) throws -> Value
  ) rethrows -> Value {
    if self == .uuid, let halves = UUIDText.halves(id) {
      return try withUnsafeBytes(of: (halves.0.bigEndian, halves.1.bigEndian), body)
    }
    return try id.withBytes(body)
  }
}

extension FirstPass {
  func digest(request id: String) -> RequestDigest {
    ids.requests.withBytes(of: id) { digester.digest($0) }
  }

  /// Writes a request down to be read in full.
  func suspect(_ id: String) throws {
    try ids.requests.withBytes(of: id) { try suspect($0) }
  }
}
