import Books

/// Small books with mistakes in them, made by hand: each request of tenant `acme` has its figures
/// beside what is wrong with it. All mistakes are such that a run posts their corrections.
package enum HandMadeBooks {
  /// What `tieout run` is told to look at.
  package static let range = ["--from", "2026-10-01", "--to", "2026-10-31"]
  package static let asOf = ["--as-of", "2026-11-05T00:00:00Z"]
  /// Entries that a posting run adds: see the comments of `ledger`.
  package static let corrections = 12

  package static func load(into session: Connection) throws {
    try session.execute(usage + ledger + padding)
  }

  private static let usage = """
    insert into gateway.usage_event
      (event_id, request_id, provider_request_id, tenant_id, deployment_id, occurred_at,
       recorded_at, model, input_tokens, output_tokens, charge, currency, attempt_kind, status)
    values
      ('e1', 'r1', null, 'acme', 'prod', '2026-10-03 10:00Z', '2026-10-03 10:01Z', 'm', 1200, 1, 2.4049, 'USD', 'primary', 'ok'),
      ('e2', 'r2', 'p2', 'acme', 'prod', '2026-10-04 10:00Z', '2026-10-04 10:01Z', 'm', 1300, 1, 3.6, 'USD', 'primary', 'ok'),
      ('e3', 'r3', null, 'acme', 'prod', '2026-10-05 10:00Z', '2026-10-05 10:01Z', 'm', 1400, 1, 1.111, 'USD', 'primary', 'ok'),
      ('e4', 'r4', null, 'acme', 'prod', '2026-10-06 10:00Z', '2026-10-06 10:01Z', 'm', 1500, 1, 0.5, 'USD', 'primary', 'error'),
      ('e5', 'r5', null, 'acme', 'prod', '2026-10-07 10:00Z', '2026-10-07 10:01Z', 'm', 1600, 1, 5, 'USD', 'primary', 'ok'),
      ('e6', 'r6', null, 'acme', 'prod', '2026-10-31 23:30Z', '2026-10-31 23:31Z', 'm', 1700, 1, 7.77, 'USD', 'primary', 'ok'),
      ('e8', 'r8', null, 'zeta', 'eu', '2026-10-09 10:00Z', '2026-10-09 10:01Z', 'm', 1701, 1, 33.4, 'JPY', 'primary', 'ok'),
      ('e9', 'r9', null, 'acme', 'prod', '2026-10-09 10:00Z', '2026-10-09 10:01Z', 'm', 1702, 1, 0.9, 'USD', 'primary', 'ok'),
      ('e10', 'r10', 'p2', 'acme', 'prod', '2026-10-04 10:00:30Z', '2026-10-04 10:01:30Z', 'm', 1300, 1, 3.6, 'USD', 'retry', 'ok');

    """

  private static let ledger = """
    insert into ledger.entry
      (entry_id, tenant_id, deployment_id, request_id, amount, currency, period, posted_at)
    values
      ('l1', 'acme', 'prod', 'r1', 2.40, 'USD', '2026-10-01', '2026-10-03 11:00Z'),  -- right
      ('l2', 'acme', 'prod', 'r2', 3.60, 'USD', '2026-10-01', '2026-10-04 11:00Z'),
      ('l2b', 'acme', 'prod', 'r2', 3.60, 'USD', '2026-10-01', '2026-10-04 12:00Z'), -- double: 1
      ('l4', 'acme', 'prod', 'r4', 0.50, 'USD', '2026-10-01', '2026-10-06 12:00Z'),  -- failed: 1
      ('l5', 'acme', 'dev', 'r5', 5.00, 'USD', '2026-10-01', '2026-10-07 12:00Z'),   -- misposted: 2
      ('l6', 'acme', 'prod', 'r6', 7.77, 'USD', '2026-11-01', '2026-11-01 00:30Z'),  -- cut-off: 2
      ('l8', 'zeta', 'eu', 'r8', 30, 'JPY', '2026-10-01', '2026-10-09 12:00Z'),      -- amount: 1
      ('l9', 'acme', 'prod', 'r9', 0.90, 'EUR', '2026-10-01', '2026-10-09 12:00Z'),  -- currency: 2
      ('l10', 'acme', 'prod', 'r10', 3.60, 'USD', '2026-10-01', '2026-10-09 12:00Z');-- one call: 1
    -- r3 has no entry: 1. The group acme/prod drifts by a cent: 1.

    """

  /// Correct requests enough that the books are not read in one piece.
  private static let padding = """
    insert into gateway.usage_event
      (event_id, request_id, tenant_id, deployment_id, occurred_at, recorded_at, model,
       input_tokens, output_tokens, charge)
    select 'pe' || n, 'pr' || n, 'bulk', 'prod', timestamptz '2026-10-02 00:00Z' + n * interval '7 min',
      timestamptz '2026-10-02 00:01Z' + n * interval '7 min', 'm', n, 1, 0.25
    from generate_series(1, 3000) n;
    insert into ledger.entry
      (entry_id, tenant_id, deployment_id, request_id, amount, period, posted_at)
    select 'pl' || n, 'bulk', 'prod', 'pr' || n, 0.25, '2026-10-01',
      timestamptz '2026-10-02 00:02Z' + n * interval '7 min'
    from generate_series(1, 3000) n;
    """
}
