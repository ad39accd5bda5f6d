import CPostgres

/// The one owner of a `PGresult`.
package struct QueryResult: ~Copyable {
  let pointer: OpaquePointer

  init(owning pointer: OpaquePointer) { self.pointer = pointer }

  deinit { PQclear(pointer) }

  var status: ExecStatusType { PQresultStatus(pointer) }

  package var rowCount: Int { Int(PQntuples(pointer)) }
  package var columnCount: Int { Int(PQnfields(pointer)) }

  /// Rows inserted, updated or copied.
  package var affectedRows: Int { PQcmdTuples(pointer).flatMap { Int(String(cString: $0)) } ?? 0 }

  /// A field in the server's text form; `nil` = NULL.
  package func text(_ row: Int, _ column: Int) -> String? {
    guard PQgetisnull(pointer, Int32(row), Int32(column)) == 0,
      let value = PQgetvalue(pointer, Int32(row), Int32(column))
    else { return nil }
    let length = Int(PQgetlength(pointer, Int32(row), Int32(column)))
    return String(decoding: UnsafeRawBufferPointer(start: value, count: length), as: UTF8.self)
  }

  /// The first field of the first row.
  package var scalar: String? { rowCount > 0 && columnCount > 0 ? text(0, 0) : nil }

  package func columnName(_ column: Int) -> String {
    PQfname(pointer, Int32(column)).map { String(cString: $0) } ?? ""
  }

  /// The type's OID; of a domain, that of the type under it.
  package func columnType(_ column: Int) -> UInt32 { PQftype(pointer, Int32(column)) }

  func diagnostic(_ field: Character) -> String? {
    guard let code = field.asciiValue,
      let text = PQresultErrorField(pointer, Int32(code))
    else { return nil }
    return String(cString: text)
  }
}
