import CPostgres

/// The one owner of a `PGconn`.
struct ConnectionOwner: ~Copyable {
  let pointer: OpaquePointer

  init(owning pointer: OpaquePointer) { self.pointer = pointer }

  deinit { PQfinish(pointer) }
}

extension ConnectionOwner {
  /// Connects, step by step: so the wait is bounded whatever the server does, and a refusal comes
  /// with its error code, whatever language the server speaks.
  static func connect(
    _ book: String, conninfo: String, timeout: Duration
  ) throws(BooksError) -> ConnectionOwner {
    try checkSyntax(of: conninfo, book)
    // Later settings stand before earlier ones: what the connection string says is kept.
    let settings = [
      ("keepalives_idle", "60"), ("keepalives_interval", "10"), ("keepalives_count", "6"),
      ("fallback_application_name", "tieout"), ("dbname", conninfo), ("client_encoding", "UTF8"),
    ]
    let started = withCStrings(settings.map(\.0)) { keywords in
      withCStrings(settings.map(\.1)) { values in PQconnectStartParams(keywords, values, 1) }
    }
    guard let started else {
      throw BooksError(.unavailable, "\(book): out of memory", hint: "run again")
    }
    let owner = ConnectionOwner(owning: started)
    PQsetNoticeProcessor(started, { _, _ in }, nil)  // notices are nobody's business here
    PQsetErrorVerbosity(started, PQERRORS_VERBOSE)  // the only way to the code of a refusal
    try finish(started, book, within: timeout)
    PQsetErrorVerbosity(started, PQERRORS_DEFAULT)
    return owner
  }

  private static func finish(
    _ connection: OpaquePointer, _ book: String, within timeout: Duration
  ) throws(BooksError) {
    let clock = ContinuousClock()
    let deadline = clock.now + (ownTimeout(of: connection) ?? timeout)
    var state = PGRES_POLLING_WRITING
    while state != PGRES_POLLING_OK {
      guard state != PGRES_POLLING_FAILED, PQstatus(connection) != CONNECTION_BAD else {
        throw BooksError(refused: String(cString: PQerrorMessage(connection)), by: book)
      }
      let isInTime = waitForSocket(
        PQsocket(connection), toRead: state == PGRES_POLLING_READING,
        atMost: deadline - clock.now)
      guard isInTime else {
        throw BooksError(
          .unavailable, "\(book): no answer from the server in time",
          hint: "check host and port, and that a firewall lets the connection through")
      }
      state = PQconnectPoll(connection)
    }
  }

  /// `connect_timeout` as the connection string, the service file or the environment give it.
  private static func ownTimeout(of connection: OpaquePointer) -> Duration? {
    guard let options = PQconninfo(connection) else { return nil }
    defer { PQconninfoFree(options) }
    var option = options
    while let keyword = option.pointee.keyword {
      if String(cString: keyword) == "connect_timeout", let value = option.pointee.val,
        let seconds = Int(String(cString: value)), seconds > 0
      {
        return .seconds(seconds)
      }
      option += 1
    }
    return nil
  }

  /// libpq's own message quotes the piece it stumbles over, which may be one of a password.
  private static func checkSyntax(of conninfo: String, _ book: String) throws(BooksError) {
    guard conninfo.contains("=") || conninfo.contains("://") else { return }
    guard let options = PQconninfoParse(conninfo, nil) else {
      throw BooksError(
        .configuration, "\(book): the connection string cannot be read",
        hint: "write it as 'host=… dbname=… user=…' or 'postgresql://…'; quote values with blanks")
    }
    PQconninfoFree(options)
  }
}
