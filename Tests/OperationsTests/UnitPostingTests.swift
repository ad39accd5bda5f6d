import Books
import Foundation
import Operations
import Reconciliation
import TestSupport
import Testing

/// Corrections in units, from what a run proposes to what the contract's own ledger holds.
@Suite struct UnitPostingTests {
  private let books: OctoberBooks

  /// A meter of sonnet with 10,000 tokens a month and a pool behind it. One call was booked to the
  /// pool though the meter had room, one not at all, and one entry has no call behind it.
  init() async throws {
    books = try await OctoberBooks()
    try books.session.execute(
      """
      insert into gateway.meter (slug, kind, unit, credit_cost, category_slug, period)
      values ('inference', 'usage_pool', 'unit', null, null, '1 month'),
             ('sonnet', 'quota', 'token', 0.01, 'inference', '1 month');
      insert into gateway.allowance (allowance_id, tenant_id, account, unit, kind, amount, starts_at)
      values ('a', 'acme', 'meter:sonnet', 'token', 'limit', 10000, '2026-07-15T00:00:00Z'),
             ('b', 'acme', 'pool:inference', 'unit', 'limit', 60, '2026-07-15T00:00:00Z');
      """)
    try call("misplaced", "2026-10-20T10:00:00Z", 1200)
    try meter("m1", "pool:inference", 12, "unit", "2026-10-20T10:00:03Z")
    try call("forgotten", "2026-10-21T10:00:00Z", 300)
    try meter("m2", "meter:sonnet", 77, "token", "2026-10-22T10:00:00Z")
  }

  /// A call that costs units of its meter, and no money.
  private func call(_ request: String, _ at: String, _ tokens: Int) throws {
    try books.session.query(
      """
      insert into gateway.usage_event (event_id, request_id, tenant_id, occurred_at, recorded_at,
        model, input_tokens, charge)
      values ('event of ' || $1, $1, 'acme', $2::timestamptz, $2::timestamptz, 'sonnet',
        $3::bigint, 0)
      """, [request, at, "\(tokens)"])
  }

  private func meter(
    _ id: String, _ account: String, _ quantity: Int, _ unit: String, _ postedAt: String
  ) throws {
    try books.session.query(
      """
      insert into ledger.entry (entry_id, tenant_id, account, amount, quantity, unit, period,
        posted_at)
      values ($1, 'acme', $2, 0, $3::numeric, $4, '2026-10-01', $5::timestamptz)
      """, [id, account, "\(quantity)", unit, postedAt])
  }

  /// What runs have added, in order.
  private func added() throws -> [String] {
    let result = try books.session.query(
      """
      select concat_ws(' ', tenant_id, kind, quantity, unit, account, amount, currency,
        'of ' || reverses_entry_id, 'for ' || request_id, reason)
      from ledger.entry where run_id is not null order by account, quantity
      """)
    return (0..<result.rowCount).map { result.text($0, 0) ?? "" }
  }

  private static let right = [
    "acme adjustment -77 token meter:sonnet 0 XXX of m2 meter-misallocation",
    "acme adjustment 300 token meter:sonnet 0 XXX for forgotten meter-misallocation",
    "acme adjustment 1200 token meter:sonnet 0 XXX for misplaced meter-misallocation",
    "acme adjustment -12 unit pool:inference 0 XXX of m1 for misplaced meter-misallocation",
  ]

  private func posting(_ change: (inout RunRequest) -> Void = { _ in }) throws -> RunOutcome {
    try books.run(post: true) {
      $0.job.rules[.meterMisallocation] = .post
      change(&$0)
    }
  }

  @Test func whatIsPostedIsPostedOnceAndTheMetersAreRight() throws {
    let first = try posting()
    #expect(first.report.judgement.corrections.allSatisfy { $0.status == .posted })
    #expect(try added() == Self.right)
    let second = try posting()
    #expect(second.corrections(.posted) == 0)
    #expect(second.breaks == [])
    #expect(try added() == Self.right)
    // No money has moved.
    let groups = [first, second].map { $0.report.judgement.groups.map { "\($0.key) \($0.posted)" } }
    #expect(groups[0] == groups[1])
    #expect(
      first.report.judgement.controls.ledgerRows == second.report.judgement.controls.ledgerRows)
  }

  /// Back and forth: the entry without a call turns out to be a call's whose log came late.
  @Test func whatIsRightAgainIsTakenAgain() throws {
    _ = try posting()
    try call("late", "2026-10-22T09:59:58Z", 77)
    #expect(try posting().corrections(.posted) == 1)
    #expect(try added().filter { $0.contains(" 77 token") }.count == 1)
    #expect(try posting().breaks == [])
  }

  @Test func whatWaitsIsApprovedWithItsQuantities() throws {
    let run = try books.run(post: true)
    #expect(run.exitStatus == .correctionsHeld)
    #expect(try added() == [])
    let list = try CorrectionList(books.job, run: nil)
    #expect(list.text(color: false).contains("-12 unit on pool:inference"))
    #expect(list.json.contains(#""account": "pool:inference", "quantity": "-12", "unit": "unit""#))
    _ = try Approving(books.job, run.report.run.id, by: "ann")
    _ = try books.posting(run)
    #expect(try added() == Self.right)
    #expect(try books.post(run) == nil)
    #expect(try books.run().breaks == [])
  }

  @Test func oneBreakIsApprovedWhole() throws {
    let run = try books.run()
    let found = try #require(
      run.report.judgement.breaks.first { $0.explanation.contains("went to pool:inference") })
    #expect(
      try Approving(books.job, found.id, by: "ann").summary.hasPrefix(
        "ann has approved 2 corrections of break \(found.id)"))
    _ = try books.posting(run)
    #expect(try added() == [Self.right[2], Self.right[3]])
  }

  @Test func aQuantityIsUnderTheSignature() throws {
    let run = try books.run()
    _ = try Approving(books.job, run.report.run.id, by: "ann")
    try books.session.execute(
      "update tieout.proposed_correction set quantity = -13 where quantity = -12")
    let refusal = thrown(PostingRefused.self) { _ = try books.post(run) }
    #expect(refusal == .altered(run.report.run.id))
    #expect(try added() == [])
  }

  @Test func entriesInUnitsCountAgainstTheLimitOfEntries() throws {
    let run = try posting { $0.job.limits.entries = 3 }
    #expect(run.corrections(.held) == 4)
    #expect(try added() == [])
    #expect(try posting { $0.job.limits.amount = .zero }.corrections(.posted) == 4)
  }

  /// A ledger of one's own with a `post.sql`, which knows no quantities.
  @Test func whatTakesMoneyAloneGetsProposals() throws {
    let folder = books.reports.appending(path: "own-ledger")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let statements = [
      "entry.sql": "select * from ledger.entry",
      "post.sql": """
      insert into ledger.entry (entry_id, tenant_id, deployment_id, kind, request_id, amount,
        currency, period, service_period, reverses_entry_id, idempotency_key, reason, run_id,
        posted_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, coalesce($14, now()))
      on conflict do nothing
      """,
    ]
    for (name, sql) in statements {
      try Data(sql.utf8).write(to: folder.appending(path: name))
    }
    // A charge twice: money is posted, units are not.
    try books.entry("again", "request-3", "3")
    let run = try posting { $0.job.ledger.adapter = folder.path }
    #expect(run.corrections(.posted) == 1)
    #expect(run.corrections(.held) == 4)
    #expect(
      run.report.judgement.corrections.compactMap(\.heldBecause).allSatisfy {
        $0.hasPrefix("proposal only: ")
      })
    #expect(
      try books.value(
        "select string_agg(kind || ' ' || amount, ',') from ledger.entry where run_id is not null")
        == "reversal -3.00")
  }

  @Test func theReportReadsBack() throws {
    let run = try books.run()
    let found = try #require(
      run.report.judgement.breaks.first { $0.explanation.contains("went to pool:inference") })
    let explanation = try Explanation(breakID: found.id, in: books.reports.path)
    #expect(
      explanation.corrections.compactMap(\.units?.description).sorted() == [
        "+1200 token on meter:sonnet", "-12 unit on pool:inference",
      ])
  }
}
