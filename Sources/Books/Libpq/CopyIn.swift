import CPostgres

extension Connection {
  /// Runs `copy … from stdin` with lines of COPY's text format, each with its line end.
  /// - Returns: the number of rows the server took.
  @discardableResult package func copyIn(
    _ statement: String, rows: some Sequence<String>
  ) throws(BooksError) -> Int {
    requireFree()
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
    return try finishCopy()
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
