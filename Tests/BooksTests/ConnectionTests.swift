import Books
import TestSupport
import Testing

@Suite struct ConnectionTests {
  private func connect() async throws -> Connection {
    try Connection("test", conninfo: try await TestCluster.emptyDatabase(), patience: .none)
  }

  @Test func theSessionCallsItselfTieout() async throws {
    #expect(try await connect().query("show application_name").scalar == "tieout")
  }

  /// What a database sets for its sessions changes nothing of what is read and written.
  @Test func whatADatabaseSetsIsSetAnew() async throws {
    let dsn = try await TestCluster.emptyDatabase()
    let owner = try Connection("owner", conninfo: dsn)
    let name = try owner.identifier(owner.database)
    for setting in [
      "extra_float_digits = -10", "array_nulls = off", "default_transaction_read_only = on",
      "datestyle = 'German'",
    ] {
      try owner.execute("alter database \(name) set \(setting)")
    }
    let session = try Connection("test", conninfo: dsn)
    #expect(
      try session.query("select 1234.5678901234567::float8::text::numeric").scalar
        == "1234.5678901234567")
    #expect(try session.query("select ('{NULL}'::numeric[])[1] is null").scalar == "t")
    #expect(try session.query("select '2026-10-01'::date").scalar == "2026-10-01")
    try session.execute("create table written (id int)")
  }

  @Test func parametersAndNullsGoThroughUnharmed() async throws {
    let session = try await connect()
    let texts = ["", "it's", "back\\slash", "\"quoted\"", "line\nend", "{a,b}", "drop table x; --"]
    for text in texts {
      #expect(try session.query("select $1::text", [text]).scalar == text)
      #expect(try session.query("select \(session.literal(text))").scalar == text)
      #expect(try session.query("select (\(session.literal([text])))[1]").scalar == text)
    }
    #expect(try session.query("select $1::text", [nil]).scalar == nil)
    #expect(throws: BooksError.self) { try session.query("select $1::text", ["a\0b"]) }
    #expect(throws: BooksError.self) { try session.literal("a\0b") }
  }

  @Test func anErrorInMidCopyLeavesTheSessionUsable() async throws {
    let session = try await connect()
    let statement = """
      copy (select 100 / (5000 - n) from generate_series(1, 9000) n) to stdout (format binary)
      """
    var rows = 0
    let error = booksError { try session.copyOut(statement) { _ in rows += 1 } }
    #expect(error?.category == .data)
    #expect(error?.sqlState == "22012")
    #expect(rows == 4999)
    #expect(try session.query("select 1").scalar == "1")
  }

  @Test func aReceiverThatThrowsEndsTheCopy() async throws {
    struct Enough: Error {}
    let session = try await connect()
    #expect(throws: Enough.self) {
      try session.copyOut(
        "copy (select generate_series(1, 3000000)) to stdout (format binary)"
      ) { _ in throw Enough() }
    }
    #expect(try session.query("select 1").scalar == "1")
  }

  @Test func aRefusedLineInMidCopyLeavesTheSessionUsable() async throws {
    let session = try await connect()
    try session.execute("create table number (n int)")
    let error = booksError {
      try session.copyIn("copy number from stdin", rows: ["1\n", "two\n", "3\n"])
    }
    #expect(error?.sqlState == "22P02")
    #expect(try session.query("select count(*) from number").scalar == "0")
    let rows = (1...50_000).lazy.map { "\($0)\n" }
    #expect(try session.copyIn("copy number from stdin", rows: rows) == 50_000)
  }

  @Test func copyTextBringsEveryCharacterAcross() async throws {
    let session = try await connect()
    try session.execute("create table note (a text, b text)")
    let text = "tab\t, line\nend, return\r, back\\slash, \\N, \u{1}, 🧾"
    try session.copyIn("copy note from stdin", rows: [CopyText.line([text, nil])])
    let result = try session.query("select a, b from note")
    #expect(result.text(0, 0) == text)
    #expect(result.text(0, 1) == nil)
  }

  @Test func aStatementTimeoutIsUnavailable() async throws {
    let session = try Connection(
      "test", conninfo: try await TestCluster.emptyDatabase(),
      patience: Patience(attempts: 1, statementTimeout: .milliseconds(20)))
    let error = booksError { try session.execute("select pg_sleep(30)") }
    #expect(error?.category == .unavailable)
    #expect(try session.query("select 1").scalar == "1")
  }

  @Test func aStatementMayBeCancelled() async throws {
    let session = try await connect()
    let cancellation = session.cancellation
    var rows = 0
    let error = booksError {
      try session.copyOut(
        "copy (select generate_series(1, 5000000)) to stdout (format binary)"
      ) { _ in
        rows += 1
        if rows == 10 { cancellation.cancel() }
      }
    }
    #expect(error?.sqlState == "57014")
    #expect(error?.category == .unavailable)
    #expect(try session.query("select 1").scalar == "1")
  }

  @Test func aBackendEndedInMidCopyIsUnavailable() async throws {
    let dsn = try await TestCluster.emptyDatabase()
    let session = try Connection("ledger", conninfo: dsn)
    let killer = try Connection("killer", conninfo: dsn)
    let pid = try session.query("select pg_backend_pid()").scalar ?? ""
    var rows = 0
    let error = booksError {
      try session.copyOut(
        "copy (select generate_series(1, 5000000)) to stdout (format binary)"
      ) { _ in
        rows += 1
        if rows == 10 { try killer.query("select pg_terminate_backend(\(pid))") }
      }
    }
    #expect(error?.category == .unavailable)
    #expect(booksError { try session.execute("select 1") }?.category == .unavailable)
  }

  @Test func aTransactionThatFailedIsNotCommitted() async throws {
    let session = try await connect()
    try session.execute("create table number (n int unique)")
    try session.execute("begin; insert into number values (1)")
    #expect(throws: BooksError.self) { try session.execute("insert into number values (1)") }
    #expect(booksError { try session.commit() }?.category == .conflict)
    #expect(!session.isInTransaction)
    #expect(try session.query("select count(*) from number").scalar == "0")
  }

  @Test func deadlocksAndSerializationFailuresAreConflicts() async throws {
    let session = try await connect()
    for (state, category) in [
      ("40P01", BooksError.Category.conflict), ("40001", .conflict), ("55P03", .conflict),
      ("57P01", .unavailable), ("53100", .unavailable), ("22003", .data), ("P0001", .data),
      ("42501", .configuration),
    ] {
      let error = booksError {
        try session.execute(
          "do $$ begin raise exception 'as asked' using errcode = '\(state)'; end $$")
      }
      #expect(error?.category == category, "\(state)")
      #expect(error?.sqlState == state)
    }
  }
}
