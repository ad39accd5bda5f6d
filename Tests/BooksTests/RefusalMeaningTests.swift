import Testing

@testable import Books

/// libpq's own words, for servers that cannot be put up in a test.
@Suite struct RefusalMeaningTests {
  @Test(arguments: [
    (
      """
      connection to server at "db" (10.0.0.1), port 5432 failed: Connection refused
      \tIs the server running on that host and accepting TCP/IP connections?
      """, BooksError.Category.unavailable,
      "ledger: connection to server at \"db\" (10.0.0.1), port 5432 failed: Connection refused"
    ),
    (
      "could not translate host name \"db\" to address: Name or service not known",
      .unavailable,
      "ledger: cannot connect: could not translate host name \"db\" to address: "
        + "Name or service not known"
    ),
    (
      "connection to server at \"db\", port 5432 failed: SSL error: certificate verify failed",
      .configuration,
      "ledger: connection to server at \"db\", port 5432 failed: SSL error: certificate verify failed"
    ),
    (
      """
      connection to server at "db", port 5432 failed: server certificate for "other" \
      does not match host name "db"
      """, .configuration,
      """
      ledger: connection to server at "db", port 5432 failed: server certificate for "other" \
      does not match host name "db"
      """
    ),
    (
      """
      connection to server at "db", port 5432 failed: FATAL:  57P03: the database system is \
      starting up
      LOCATION:  ProcessStartupPacket, postmaster.c:2417
      """, .unavailable, "ledger: the database system is starting up"
    ),
    (
      """
      connection to server at "db", port 5432 failed: SCHWERWIEGEND:  28P01: \
      Passwort-Authentifizierung für Benutzer »x« fehlgeschlagen
      """, .configuration,
      "ledger: Passwort-Authentifizierung für Benutzer »x« fehlgeschlagen"
    ),
    ("", .unavailable, "ledger: cannot connect: no answer"),
  ])
  func aRefusalIsUnderstood(message: String, category: BooksError.Category, what: String) {
    let error = BooksError(refused: message, by: "ledger")
    #expect(error.category == category)
    #expect(error.what == what)
  }

  @Test func errorsAreOneLine() {
    let error = BooksError(.data, "a\nb\t\u{1}c\u{2028}d\n", hint: "e\r\nf")
    #expect(error.description == "a b c d (hint: e f)")
  }
}
