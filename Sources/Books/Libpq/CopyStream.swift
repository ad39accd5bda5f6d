import CPostgres

/// COPYs queued on one session and read as their rows arrive, without waiting. Several statements
/// go to the server at once, so that it begins the next while the last is still being read.
final class CopyStream {
  /// Statements that are sent together.
  private static let batch = 32

  private enum State {
    case toSend
    case awaitingResult
    case copying
  }

  private let connection: Connection
  private let statements: [String]
  private var sent = 0
  private var state = State.toSend
  private var isFirstRow = false
  private var rowsOfStatement = 0
  /// The statement that is being read, by its place in the list.
  private(set) var current = -1
  private(set) var isDone = false

  init(_ statements: [String], on connection: Connection) {
    self.connection = connection
    self.statements = statements
  }

  private var pointer: OpaquePointer { connection.pointer }

  /// Hands over rows that have arrived, as the server sent them.
  ///
  /// - Parameters:
  ///   - limit: of rows, so that another stream gets its turn.
  ///   - begin: called before the first row of each statement.
  /// - Returns: how many rows were handed over; 0 where none has arrived.
  func take(
    _ limit: Int, begin: () -> Void, receive: (UnsafeRawBufferPointer) throws -> Void
  ) throws -> Int {
    var taken = 0
    while taken < limit, !isDone {
      switch state {
      case .toSend: try send()
      case .awaitingResult: guard try nextResult(begin) else { return taken }
      case .copying:
        guard let rows = try takeRows(limit - taken, receive) else { return taken }
        taken += rows
      }
    }
    return taken
  }

  private func send() throws(BooksError) {
    guard sent < statements.count else {
      isDone = true
      return
    }
    let end = min(sent + CopyStream.batch, statements.count)
    connection.requireFree()
    guard PQsendQuery(pointer, statements[sent..<end].joined(separator: ";\n")) == 1 else {
      throw connection.lost()
    }
    sent = end
    state = .awaitingResult
  }

  /// - Returns: `false` where the next result has not arrived.
  private func nextResult(_ begin: () -> Void) throws(BooksError) -> Bool {
    if PQisBusy(pointer) == 1 {
      guard PQconsumeInput(pointer) == 1 else { throw connection.lost() }
      if PQisBusy(pointer) == 1 { return false }
    }
    guard let next = PQgetResult(pointer) else {
      state = .toSend
      return true
    }
    let result = QueryResult(owning: next)
    try connection.check(result)
    if result.status == PGRES_COPY_OUT {
      current += 1
      rowsOfStatement = 0
      isFirstRow = true
      state = .copying
      begin()
    } else if result.affectedRows != rowsOfStatement {
      throw BooksError(
        .data,
        "\(connection.book): \(rowsOfStatement) rows arrived of \(result.affectedRows) sent",
        hint: "run again; look at what lies between here and the server if it happens twice")
    }
    return true
  }

  /// - Returns: `nil` where no row has arrived.
  private func takeRows(
    _ limit: Int, _ receive: (UnsafeRawBufferPointer) throws -> Void
  ) throws -> Int? {
    var taken = 0
    var hasLooked = false
    while taken < limit {
      var buffer: UnsafeMutablePointer<CChar>?
      let length = PQgetCopyData(pointer, &buffer, 1)
      if length > 0 {
        defer { PQfreemem(buffer) }
        hasLooked = false
        guard try take(UnsafeRawBufferPointer(start: buffer, count: Int(length)), receive) else {
          continue
        }
        taken += 1
      } else if length == 0 {
        if hasLooked { return taken > 0 ? taken : nil }
        guard PQconsumeInput(pointer) == 1 else { throw connection.lost() }
        hasLooked = true
      } else {
        try endOfCopy(length)
        return taken
      }
    }
    return taken
  }

  /// - Returns: `false` for the trailer.
  private func take(
    _ message: UnsafeRawBufferPointer, _ receive: (UnsafeRawBufferPointer) throws -> Void
  ) throws -> Bool {
    var bytes = message
    if isFirstRow {
      isFirstRow = false
      bytes = try CopyFormat.afterHeader(bytes, of: connection.book)
    }
    guard bytes.count > 2 else { return false }
    try receive(bytes)
    rowsOfStatement += 1
    return true
  }

  private func endOfCopy(_ code: Int32) throws(BooksError) {
    guard code == -1 else { throw connection.lost() }
    state = .awaitingResult
  }

  /// Stops the server and drops what is still on its way, so that the session can be used again.
  func cancel() {
    guard !isDone else { return }
    Cancellation([connection]).cancel()
    var buffer: UnsafeMutablePointer<CChar>?
    while true {
      while PQgetCopyData(pointer, &buffer, 0) > 0 { PQfreemem(buffer) }
      guard let rest = PQgetResult(pointer) else { return }
      PQclear(rest)
    }
  }
}
