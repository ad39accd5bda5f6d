import Books
import TestSupport
import Testing

/// A server that is reached by TLS alone, with a certificate of an authority of its own.
@Suite struct TLSTests {
  private static let books = """
    insert into gateway.usage_event (event_id, request_id, tenant_id, deployment_id, occurred_at,
      recorded_at, model, input_tokens, charge)
    select 'event-' || n, 'request-' || n, 'acme', 'chat', moment, moment, 'm', n, 0.25
    from generate_series(1, 3000) n,
      lateral (select timestamptz '2026-10-01 12:00Z' + n * interval '10 min' as moment) m;
    insert into ledger.entry (entry_id, tenant_id, deployment_id, request_id, amount, period,
      posted_at)
    select 'entry-' || n, 'acme', 'chat', 'request-' || n, 0.25, date '2026-10-01', '2026-11-01'
    from generate_series(1, 2990) n
    """

  private static let october = ["run", "--period", "2026-10", "--as-of", "2026-11-02T00:00:00Z"]

  @Test func aRunThatVerifiesTheServerWorksFromEndToEnd() async throws {
    try await TLSServer.with { server in
      let session = try Connection("books", conninfo: server.socketDSN)
      try session.execute(Self.books)
      let workplace = try Workplace()
      let dsn = server.dsn()
      #expect(try workplace.tieout(["install"], dsn: dsn).status == 0)
      let posted = try workplace.tieout(Self.october + ["--post"], dsn: dsn)
      #expect(posted.status == 0, "\(posted.errors)")
      #expect(posted.errors.contains("Tied out after posting 10 corrections"))
      #expect(try session.query("select count(*) from ledger.entry").scalar == "3000")

      let plain = try workplace.tieout(Self.october, dsn: dsn + " sslmode=disable")
      #expect(plain.status == 78, "\(plain.errors)")

      let stranger = try workplace.tieout(Self.october, dsn: server.dsn(authority: "other.crt"))
      expectOneLine(stranger, naming: "certificate verify failed", "sslrootcert")
      let elsewhere = try workplace.tieout(Self.october, dsn: server.dsn(host: "other.test"))
      expectOneLine(elsewhere, naming: "does not match host name \"other.test\"", "name")
      let nowhere = try workplace.tieout(Self.october, dsn: server.dsn(authority: "none.crt"))
      expectOneLine(nowhere, naming: "none.crt", "sslrootcert")
    }
  }

  private func expectOneLine(
    _ answer: TieoutProgram.Result, naming what: String, _ fix: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(answer.status == 78, sourceLocation: sourceLocation)
    #expect(answer.errors.contains(what), "\(answer.errors)", sourceLocation: sourceLocation)
    let parts = answer.errors.split(separator: "; hint: ")
    #expect(parts.count == 2 && parts[1].contains(fix), sourceLocation: sourceLocation)
    #expect(answer.errors.hasPrefix("error: gateway: "), sourceLocation: sourceLocation)
    #expect(answer.errors.split(separator: "\n").count == 1, sourceLocation: sourceLocation)
  }
}
