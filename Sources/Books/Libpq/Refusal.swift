extension BooksError {
  /// Reads why a connection failed from libpq's verbose message:
  /// `connection to server … failed: FATAL:  28P01: password authentication failed for user "x"`,
  /// or, where no server answered, libpq's own words.
  init(refused message: String, by book: String) {
    let lines = message.split(whereSeparator: \.isNewline).map(String.init)
      .filter { !$0.hasPrefix("LOCATION:") && !$0.hasPrefix("\t") }
    let line = lines.last { BooksError.stateAndText(in: $0) != nil } ?? lines.first ?? "no answer"
    if let (state, text) = BooksError.stateAndText(in: line) {
      self.init(ServerReport(sqlState: state, message: text), of: book)
      return
    }
    let text = line.hasPrefix("connection to server") ? line : "cannot connect: \(line)"
    let (category, hint) = BooksError.meaning(ofRefusal: message)
    self.init(category, "\(book): \(text)", hint: hint)
  }

  private static func stateAndText(in line: String) -> (String, String)? {
    for piece in line.ranges(of: ":  ") {
      let rest = line[piece.upperBound...]
      let state = rest.prefix(5)
      let isCode = state.utf8.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
      }
      if state.utf8.count == 5, isCode, rest.dropFirst(5).hasPrefix(": ") {
        return (String(state), String(rest.dropFirst(7)))
      }
    }
    return nil
  }

  private static func meaning(ofRefusal message: String) -> (Category, String) {
    if message.contains("SSL") || message.contains("certificate") {
      return (.configuration, "check sslmode, sslrootcert and the server's certificate and name")
    }
    if message.contains("no password supplied") {
      return (.configuration, "give a password: PGPASSWORD, ~/.pgpass or the service file")
    }
    if message.contains("definition of service") || message.contains("service file") {
      return (.configuration, "check the service name, ~/.pg_service.conf and PGSERVICEFILE")
    }
    if message.contains("invalid") {
      return (.configuration, "check the settings of the connection string and the PG* variables")
    }
    if message.contains("could not translate host name") {
      return (.unavailable, "check the host name, and that names can be resolved here")
    }
    return (.unavailable, "check that the server is up, and host and port; run again")
  }
}
