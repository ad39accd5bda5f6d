import CPostgres

/// One row of a binary COPY: its fields where libpq put them, `nil` = NULL. The memory is lent for
/// the length of the call.
package struct CopyRow: ~Copyable {
  // Rows come by the hundred thousand: one list of fields, without counted references, serves all.
  private let slots: UnsafeMutableBufferPointer<UnsafeRawBufferPointer?>

  package init(columns: Int) {
    slots = .allocate(capacity: columns)
    slots.initialize(repeating: nil)
  }

  deinit { slots.deallocate() }

  package var fields: UnsafeBufferPointer<UnsafeRawBufferPointer?> { UnsafeBufferPointer(slots) }

  /// Finds the fields of one message; `bytes` starts at the row's field count.
  /// - Returns: `false` at the trailer that ends the COPY.
  package func split(
    _ bytes: UnsafeRawBufferPointer, of book: String
  ) throws(BooksError) -> Bool {
    guard bytes.count >= 2 else { throw CopyFormat.malformed(book) }
    let count = Int16(bigEndian: bytes.loadUnaligned(as: Int16.self))
    guard count >= 0 else { return false }
    guard Int(count) == slots.count else { throw CopyFormat.malformed(book) }
    var offset = 2
    for index in 0..<slots.count {
      guard bytes.count - offset >= 4 else { throw CopyFormat.malformed(book) }
      let length = Int(
        Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)))
      offset += 4
      guard length >= 0 else {
        slots[index] = nil
        continue
      }
      guard bytes.count - offset >= length else { throw CopyFormat.malformed(book) }
      slots[index] = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])
      offset += length
    }
    return true
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
    requireFree()
    guard let started = PQexec(pointer, statement) else { throw lost() }
    let result = QueryResult(owning: started)
    try check(result)
    guard result.status == PGRES_COPY_OUT else {
      preconditionFailure("no COPY TO STDOUT: \(statement)")
    }
    do {
      try receiveRows(columns: result.columnCount, receive)
    } catch {
      cancellation.cancel()
      drainCopy()
      throw error
    }
    try finishCopy()
  }

  /// The header of the format travels with the first row: signature, flags, extension.
  private func receiveRows(
    columns: Int, _ receive: (borrowing CopyRow) throws -> Void
  ) throws {
    let row = CopyRow(columns: columns)
    var isFirst = true
    while let message = try nextMessage() {
      defer { PQfreemem(UnsafeMutableRawPointer(mutating: message.baseAddress)) }
      var bytes = message
      if isFirst {
        isFirst = false
        bytes = try CopyFormat.afterHeader(bytes, of: book)
        if bytes.isEmpty { continue }
      }
      if try row.split(bytes, of: book) { try receive(row) }
    }
  }

  private func nextMessage() throws(BooksError) -> UnsafeRawBufferPointer? {
    var buffer: UnsafeMutablePointer<CChar>?
    let length = PQgetCopyData(pointer, &buffer, 0)
    switch length {
    case -1: return nil
    case ..<0:
      try finishCopy()
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
  @discardableResult func finishCopy() throws(BooksError) -> Int {
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
