import Books
import Foundation
import TestSupport
import Testing

/// `tieout check` says which index a run would want, as SQL to paste.
@Suite struct CheckIndexTests {
  private static let missing = [
    "gateway.usage_event (occurred_at);", "gateway.usage_event (recorded_at);",
    "gateway.usage_event (request_id);",
    "gateway.usage_event (provider_request_id) where provider_request_id is not null;",
    "ledger.entry (posted_at);",
    "ledger.entry (reverses_entry_id) where reverses_entry_id is not null;",
    "ledger.entry (period);",
  ].map { "run: create index concurrently on \($0)" }

  private func advice(_ books: PostgresBooks) throws -> [Finding] {
    try books.check(posting: false).filter { $0.verdict == .advice && $0.what.contains("index") }
  }

  private func statements(_ books: PostgresBooks) throws -> [String] {
    try advice(books).compactMap(\.hint)
  }

  @Test func eachMissingIndexIsNamedAndItsStatementMendsIt() async throws {
    let test = try await TestBooks()
    let statements = try statements(test.open())
    #expect(statements == Self.missing)
    for statement in statements {
      try test.session.execute(String(statement.trimmingPrefix("run: ")))
    }
    #expect(try advice(test.open()).isEmpty)
    let findings = try test.open().check(posting: false).map(\.what)
    #expect(findings.contains("ledger.entry has the indexes that runs look rows up by"))
    #expect(findings.contains("gateway.usage_event has the indexes that runs look rows up by"))
  }

  @Test func anIndexThatServesAnotherQuestionDoesNotCount() async throws {
    let test = try await TestBooks()
    try test.session.execute(
      """
      create index on gateway.usage_event (tenant_id, occurred_at);
      create index on gateway.usage_event (recorded_at) where status = 'error';
      create index on ledger.entry (posted_at, tenant_id) where account = 'llm_usage'
      """)
    let statements = try statements(test.open())
    #expect(statements == Self.missing.filter { !$0.contains("posted_at") })
  }

  @Test func viewsAndPartitionsAreTakenApart() async throws {
    let test = try await TestBooks()
    try test.session.execute(
      """
      create table "the Log" (like gateway.usage_event) partition by range (occurred_at);
      create table log_1 partition of "the Log" for values from ('2026-01-01') to ('2026-02-01');
      create table log_2 partition of "the Log" for values from ('2026-02-01') to (maxvalue);
      create index on "the Log" (recorded_at);
      alter table "the Log" rename request_id to "Request";
      drop table gateway.usage_event;
      create view gateway.usage_event as select "Request" as request_id, event_id,
        provider_request_id, attempt_kind, tenant_id, deployment_id, user_id, key_id, session_id,
        caller_type, occurred_at, recorded_at, operation, provider, model, service_tier, is_batch,
        status, billable, token_basis, input_tokens, cache_read_tokens, cache_write_5m_tokens,
        cache_write_1h_tokens, output_tokens, reasoning_tokens, quantity, unit, cost, charge,
        charge_minor, currency, price_version, policy_id
        from "the Log" l join (select 1 as one) o on one = 1
      """)
    let statements = try statements(test.open()).filter { $0.contains("Log") }
    #expect(
      statements == [
        #"run: create index on public."the Log" (occurred_at);"#,
        #"run: create index on public."the Log" ("Request");"#,
        "run: create index on public.\"the Log\" (provider_request_id) "
          + "where provider_request_id is not null;",
      ])
    for statement in statements {
      try test.session.execute(String(statement.trimmingPrefix("run: ")))
    }
    #expect(try advice(test.open()).allSatisfy { !$0.what.contains("Log") })
  }

  @Test func expressionsAreIndexedAndWhatCannotBeToldIsSaid() async throws {
    let test = try await TestBooks()
    try test.session.execute(
      """
      alter table ledger.entry rename to posting;
      alter table ledger.posting add number int;
      create view ledger.entry as select entry_id, tenant_id, deployment_id, account, kind,
        number::text as request_id, amount, currency, quantity, unit, period, service_period,
        posted_at, null::text as reverses_entry_id, idempotency_key,
        reason, run_id, metadata from ledger.posting
      """)
    let findings = try advice(test.open()).filter { !$0.what.contains("usage_event") }
    let hints = findings.compactMap(\.hint)
    #expect(!findings.contains { $0.what.contains("reverses_entry_id") })
    let statement = try #require(hints.first { $0.contains("number") })
    #expect(statement == "run: create index concurrently on ledger.posting (((number)::text));")
    try test.session.execute(String(statement.trimmingPrefix("run: ")))
    #expect(try !advice(test.open()).contains { $0.what.contains("number") })

    try test.session.execute(
      """
      create or replace view ledger.entry as select entry_id, tenant_id, deployment_id, account,
        kind, number::text as request_id, amount, currency, quantity, unit, period, service_period,
        max(posted_at) over () as posted_at, null::text as reverses_entry_id, idempotency_key,
        reason, run_id, metadata from ledger.posting
      """)
    let untold = try advice(test.open()).map(\.what)
    #expect(
      untold.contains(
        "ledger.entry: which table's posted_at it reads cannot be told, nor whether it has an index"
      ))
  }
}
