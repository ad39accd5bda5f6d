import CPostgres

/// One row of a binary COPY: its fields where libpq put them, `nil` = NULL. The memory is lent for
/// the length of the call.
package struct CopyRow: ~Copyable {
  package fileprivate(set) var fields: [UnsafeRawBufferPointer?] = []

  /// Finds the fields of one message; `bytes` starts at the row's field count.
  /// - Returns: `false` at the trailer that ends the COPY.
  fileprivate mutating func split(
    _ bytes: UnsafeRawBufferPointer, of book: String
  ) throws(BooksError) -> Bool {
    fields.removeAll(keepingCapacity: true)
    guard bytes.count >= 2 else { throw CopyRow.malformed(book) }
    let count = Int16(bigEndian: bytes.loadUnaligned(as: Int16.self))
    guard count >= 0 else { return false }
    var offset = 2
    for _ in 0..<count {
      guard bytes.count - offset >= 4 else { throw CopyRow.malformed(book) }
      let length = Int(
        Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)))
      offset += 4
      guard length >= 0 else {
        fields.append(nil)
        continue
      }
      guard bytes.count - offset >= length else { throw CopyRow.malformed(book) }
      fields.append(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length]))
      offset += length
    }
    return true
  }

  fileprivate static func malformed(_ book: String) -> BooksError {
    BooksError(
      .data, "\(book): the server's binary COPY cannot be read",
      hint: "check that nothing but PostgreSQL 13 or later answers at this address")
  }
}

extension Connection {
  /// Runs `copy … to stdout (format binary)` and hands over each row as it arrives.
  ///
  /// What `receive` throws ends the COPY at once, cancels it on the server and is thrown on; an
  /// open transaction is then of no more use and wants a rollback.
  package func copyOut(
    _ statement: String, receive: (borrowing CopyRow) throws -> Void
  ) throws {
    guard let started = PQexec(pointer, statement) else { throw lost() }
    let result = QueryResult(owning: started)
    try check(result)
    guard result.status == PGRES_COPY_OUT else {
      preconditionFailure("no COPY TO STDOUT: \(statement)")
    }
    do {
      try receiveRows(receive)
    } catch {
      cancellation.cancel()
      drainCopy()
      throw error
    }
    try finish()
  }

  /// The header of the format travels with the first row: signature, flags, extension.
  private func receiveRows(_ receive: (borrowing CopyRow) throws -> Void) throws {
    var row = CopyRow()
    var isFirst = true
    while let message = try nextMessage() {
      defer { PQfreemem(UnsafeMutableRawPointer(mutating: message.baseAddress)) }
      var bytes = message
      if isFirst {
        isFirst = false
        bytes = try afterHeader(bytes)
        if bytes.isEmpty { continue }
      }
      if try row.split(bytes, of: book) { try receive(row) }
    }
  }

  private func afterHeader(
    _ bytes: UnsafeRawBufferPointer
  ) throws(BooksError) -> UnsafeRawBufferPointer {
    let signature: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00]
    guard bytes.count >= 19, bytes.starts(with: signature) else { throw CopyRow.malformed(book) }
    let extra = Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 15, as: UInt32.self)))
    guard bytes.count >= 19 + extra else { throw CopyRow.malformed(book) }
    return UnsafeRawBufferPointer(rebasing: bytes[(19 + extra)...])
  }

  private func nextMessage() throws(BooksError) -> UnsafeRawBufferPointer? {
    var buffer: UnsafeMutablePointer<CChar>?
    let length = PQgetCopyData(pointer, &buffer, 0)
    switch length {
    case -1: return nil
    case ..<0:
      try finish()
      throw lost()
    default: return UnsafeRawBufferPointer(start: buffer, count: Int(length))
    }
  }

  private func drainCopy() {
    var buffer: UnsafeMutablePointer<CChar>?
    while PQgetCopyData(pointer, &buffer, 0) > 0 { PQfreemem(buffer) }
    while let rest = PQgetResult(pointer) { PQclear(rest) }
  }

  /// Takes all results that are left and throws the first that is an error.
  @discardableResult private func finish() throws(BooksError) -> Int {
    var failure: BooksError?
    var rows = 0
    while let rest = PQgetResult(pointer) {
      let result = QueryResult(owning: rest)
      do throws(BooksError) {
        try check(result)
        rows = max(rows, result.affectedRows)
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
    guard PQstatus(pointer) == CONNECTION_OK else { throw lost() }
    return rows
  }
}

extension Connection {
  /// Runs `copy … from stdin` with lines of COPY's text format, each with its line end.
  /// - Returns: the number of rows the server took.
  @discardableResult package func copyIn(
    _ statement: String, rows: some Sequence<String>
  ) throws(BooksError) -> Int {
    guard let started = PQexec(pointer, statement) else { throw lost() }
    let result = QueryResult(owning: started)
    try check(result)
    guard result.status == PGRES_COPY_IN else {
      preconditionFailure("no COPY FROM STDIN: \(statement)")
    }
    var buffer: [UInt8] = []
    var isOpen = true
    for row in rows where isOpen {
      buffer += row.utf8
      if buffer.count >= 1 << 16 {
        isOpen = send(buffer)
        buffer.removeAll(keepingCapacity: true)
      }
    }
    if isOpen, buffer.isEmpty || send(buffer) { _ = PQputCopyEnd(pointer, nil) }
    return try finish()
  }

  private func send(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes {
      PQputCopyData(
        pointer, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count)) == 1
    }
  }
}

/// COPY's text format.
package enum CopyText {
  /// One line, its end included; `nil` = NULL.
  package static func line(_ fields: [String?]) -> String {
    fields.map { $0.map(escaped) ?? "\\N" }.joined(separator: "\t") + "\n"
  }

  private static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { [0x5C, 0x09, 0x0A, 0x0D].contains($0) }) else { return text }
    var line = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": line += "\\\\"
      case "\t": line += "\\t"
      case "\n": line += "\\n"
      case "\r": line += "\\r"
      default: line.unicodeScalars.append(scalar)
      }
    }
    return line
  }
}
