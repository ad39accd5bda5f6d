import CPostgres
import Reconciliation

/// COPYs queued on one session and read as their rows arrive, without waiting. Several statements
/// go to the server at once, so that it begins the next while the last is still being read.
final class CopyStream {
  /// Statements that are sent together.
  private static let sentTogether = 32
  /// The rows of a batch, each as the server sent it.
  typealias Rows = UnsafeBufferPointer<UnsafeRawBufferPointer>

  private enum State {
    case toSend
    case awaitingResult
    case copying
  }

  private let connection: Connection
  /// Rows that are handed over together.
  private let batch: Int
  private let rows: UnsafeMutablePointer<UnsafeRawBufferPointer>
  private let buffers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let statements: [String]
  private var sent = 0
  private var state = State.toSend
  private var isFirstRow = false
  private var rowsOfStatement = 0
  /// The COPY that is being read, by its place among the COPYs.
  private(set) var current = -1
  private(set) var isDone = false

  /// - Parameter batch: rows that are handed over together, at most.
  init(_ statements: [String], batch: Int = FirstPass.batch, on connection: Connection) {
    self.connection = connection
    self.statements = statements
    self.batch = batch
    rows = .allocate(capacity: batch)
    buffers = .allocate(capacity: batch)
  }

  deinit {
    rows.deallocate()
    buffers.deallocate()
  }

  private var pointer: OpaquePointer { connection.pointer }

  /// Hands over rows that have arrived, a batch at a time.
  ///
  /// - Parameters:
  ///   - limit: of rows, so that another stream gets its turn; some more may come.
  ///   - begin: called before the first row of each statement.
  /// - Returns: how many rows were handed over; 0 where none has arrived.
  func take(
    _ limit: Int, begin: () -> Void, receive: (Rows) throws -> Void
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
    let end = min(sent + CopyStream.sentTogether, statements.count)
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
  private func takeRows(_ limit: Int, _ receive: (Rows) throws -> Void) throws -> Int? {
    var taken = 0
    while taken < limit {
      let (count, hasEnded) = try takeBatch(receive)
      taken += count
      if hasEnded { return taken }
      if count < batch { return taken > 0 ? taken : nil }
    }
    return taken
  }

  /// Hands over one batch; a small one where no more has arrived.
  private func takeBatch(
    _ receive: (Rows) throws -> Void
  ) throws -> (count: Int, hasEnded: Bool) {
    var held = 0
    var count = 0
    defer { for index in 0..<held { PQfreemem(buffers[index]) } }
    var hasEnded = false
    var hasLooked = false
    while held < batch {
      let length = PQgetCopyData(pointer, buffers + held, 1)
      if length > 0 {
        let message = UnsafeRawBufferPointer(start: buffers[held], count: Int(length))
        held += 1
        if let row = try row(of: message) {
          rows[count] = row
          count += 1
        }
      } else if length == 0 {
        if hasLooked { break }
        guard PQconsumeInput(pointer) == 1 else { throw connection.lost() }
        hasLooked = true
      } else {
        try endOfCopy(length)
        hasEnded = true
        break
      }
    }
    if count > 0 { try receive(Rows(start: rows, count: count)) }
    rowsOfStatement += count
    return (held, hasEnded)
  }

  /// - Returns: `nil` for the trailer.
  private func row(
    of message: UnsafeRawBufferPointer
  ) throws(BooksError) -> UnsafeRawBufferPointer? {
    var bytes = message
    if isFirstRow {
      isFirstRow = false
      bytes = try CopyFormat.afterHeader(bytes, of: connection.book)
    }
    return bytes.count > 2 ? bytes : nil
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
