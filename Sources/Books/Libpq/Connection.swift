import CPostgres

/// One session with a server. Every result is drained before a method returns, also after an error
/// and in the middle of a COPY, so that the session can always be used again.
package final class Connection {
  /// What the connection is for, in messages: `gateway` or `ledger`.
  package let book: String
  let owner: ConnectionOwner

  /// - Parameter conninfo: libpq's connection string or URI; empty = the `PG*` variables.
  package init(
    _ book: String, conninfo: String, patience: Patience = .standard
  ) throws(BooksError) {
    self.book = book
    owner = try patience.retrying { () throws(BooksError) -> ConnectionOwner in
      try ConnectionOwner.connect(book, conninfo: conninfo, timeout: patience.connectTimeout)
    }
    try prepareSession(patience)
  }

  var pointer: OpaquePointer { owner.pointer }

  package var database: String { PQdb(pointer).map { String(cString: $0) } ?? "" }
  /// As in 150018 for 15.18.
  package var serverVersion: Int { Int(PQserverVersion(pointer)) }
  package var isInTransaction: Bool { PQtransactionStatus(pointer) != PQTRANS_IDLE }

  /// What a role or a database sets for its sessions must not change what is read and written:
  /// money kept as a float would lose digits in its text. A judgement may take longer than a server
  /// lets a transaction idle; nothing here waits for a lock without end; and rows that a policy would
  /// hide are an error, for what is not seen is taken for missing.
  private func prepareSession(_ patience: Patience) throws(BooksError) {
    var settings = [
      "set datestyle = 'ISO'", "set timezone = 'UTC'", "set extra_float_digits = 1",
      "set array_nulls = on", "set default_transaction_read_only = off",
      "set idle_in_transaction_session_timeout = 0", "set lock_timeout = '30s'",
      "set row_security = off",
    ]
    if let limit = patience.statementTimeout {
      settings.append("set statement_timeout = \(limit.inMilliseconds)")
    }
    try execute(settings.joined(separator: ";"))
  }

  /// Runs one statement or several; results are dropped.
  package func execute(_ sql: String) throws(BooksError) {
    requireFree()
    guard let result = PQexec(pointer, sql) else { throw lost() }
    try check(QueryResult(owning: result))
  }

  /// Runs one statement, with `$1`, `$2`… bound to text; `nil` = NULL.
  @discardableResult package func query(
    _ sql: String, _ parameters: [String?] = []
  ) throws(BooksError) -> QueryResult {
    requireFree()
    for case let text? in parameters { try refuseNUL(in: text) }
    let result = withCStrings(parameters) {
      PQexecParams(pointer, sql, Int32(parameters.count), nil, $0, nil, nil, 0)
    }
    guard let result else { throw lost() }
    let owned = QueryResult(owning: result)
    try check(owned)
    return owned
  }

  /// Sends one statement and does not wait; `received()` does.
  func send(_ sql: String) throws(BooksError) {
    requireFree()
    guard PQsendQuery(pointer, sql) == 1 else { throw lost() }
  }

  /// Makes libpq's buffer larger, so that many rows take one look. It grows to hold the largest row
  /// it has met, and stays so; there is no other way to ask for it.
  func widenBuffer() throws(BooksError) {
    try query("select repeat('.', \(40_000))")
  }

  /// The results of the statements that were sent, one by one as they arrive.
  func received(_ take: (borrowing QueryResult) throws(BooksError) -> Void) throws(BooksError) {
    var failure: BooksError?
    while let next = PQgetResult(pointer) {
      let result = QueryResult(owning: next)
      guard failure == nil else { continue }
      do throws(BooksError) {
        try check(result)
        try take(result)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    guard PQstatus(pointer) == CONNECTION_OK else { throw lost() }
  }

  /// Stops what was sent and drops its result, so that the session can be used again.
  func abandon() {
    guard PQtransactionStatus(pointer) == PQTRANS_ACTIVE else { return }
    cancellation.cancel()
    while let rest = PQgetResult(pointer) { PQclear(rest) }
  }

  /// A session does one thing at a time; whoever receives rows has to wait for the last.
  func requireFree() {
    precondition(
      PQtransactionStatus(pointer) != PQTRANS_ACTIVE, "the session is in the middle of a COPY")
  }

  func check(_ result: borrowing QueryResult) throws(BooksError) {
    switch result.status {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE, PGRES_COPY_OUT, PGRES_COPY_IN:
      return
    case PGRES_EMPTY_QUERY:
      throw BooksError(.configuration, "\(book): the statement is empty", hint: "write a SELECT")
    default:
      guard let report = ServerReport(result) else { throw lost() }
      throw BooksError(report, of: book)
    }
  }

  /// libpq's own failures come without an error code; its text may quote what was sent.
  func lost() -> BooksError {
    BooksError(
      .unavailable, "\(book): the connection to the server was lost",
      hint: "check that the server is up; run again, nothing was written by halves")
  }

  private func refuseNUL(in text: String) throws(BooksError) {
    guard !text.utf8.contains(0) else {
      throw BooksError(
        .configuration, "\(book): a name holds the character NUL, which PostgreSQL cannot store",
        hint: "take it out of the tenants, deployments or texts given")
    }
  }
}

extension Connection {
  /// The text as an SQL literal, quotes included.
  package func literal(_ text: String) throws(BooksError) -> String {
    try refuseNUL(in: text)
    guard let escaped = PQescapeLiteral(pointer, text, text.utf8.count) else { throw lost() }
    defer { PQfreemem(escaped) }
    return String(cString: escaped)
  }

  /// The texts as a literal of type `text[]`.
  package func literal(_ texts: [String]) throws(BooksError) -> String {
    try literal(ArrayText.of(texts)) + "::text[]"
  }

  /// The name as an SQL identifier, quoted.
  package func identifier(_ name: String) throws(BooksError) -> String {
    try refuseNUL(in: name)
    guard let escaped = PQescapeIdentifier(pointer, name, name.utf8.count) else { throw lost() }
    defer { PQfreemem(escaped) }
    return String(cString: escaped)
  }

  /// Ends the open transaction for good. After a failed statement COMMIT would quietly roll back.
  package func commit() throws(BooksError) {
    guard PQtransactionStatus(pointer) != PQTRANS_INERROR else {
      rollBack()
      throw BooksError(
        .conflict, "\(book): a statement of the transaction failed, so nothing was committed",
        hint: "run again")
    }
    do {
      try execute("commit")
    } catch {
      // What the server refuses, it says.
      guard PQstatus(pointer) != CONNECTION_OK, error.sqlState == nil else { throw error }
      var open = BooksError(
        .unavailable,
        "\(book): the connection was lost in the middle of a commit: whether anything was written is "
          + "not known",
        hint: "run again: what was written is found, and not written twice")
      open.leavesOutcomeOpen = true
      throw open
    }
  }

  /// Whose rights count: the role logged in as, unless the session has switched to another.
  func role() throws(BooksError) -> String { try query("select current_user").scalar ?? "" }

  /// Takes back whatever transaction is open; a connection that is gone has none.
  package func rollBack() {
    guard isInTransaction, PQstatus(pointer) == CONNECTION_OK else { return }
    _ = try? execute("rollback")
  }
}

/// PostgreSQL's text form of a one-dimensional array.
enum ArrayText {
  static func of(_ texts: [String?]) -> String {
    let quote = UInt8(ascii: "\"")
    let backslash = UInt8(ascii: "\\")
    var array = [UInt8(ascii: "{")]
    for (index, text) in texts.enumerated() {
      if index > 0 { array.append(UInt8(ascii: ",")) }
      guard let text else {
        array += "NULL".utf8
        continue
      }
      array.append(quote)
      for byte in text.utf8 {
        if byte == quote || byte == backslash { array.append(backslash) }
        array.append(byte)
      }
      array.append(quote)
    }
    array.append(UInt8(ascii: "}"))
    return String(decoding: array, as: UTF8.self)
  }
}
