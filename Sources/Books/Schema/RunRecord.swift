import Accounting
import Reconciliation

/// What tieout remembers of a run: one row of `tieout.run`, and when each break was seen.
struct RunRecord {
  private let report: RunReport
  private let digest: String
  private let memory: RunMemory

  /// - Parameter digest: of the judgement.
  init(_ report: RunReport, digest: String, memory: RunMemory) {
    self.report = report
    self.digest = digest
    self.memory = memory
  }

  /// Adds to the open transaction. A run that is recorded already is left as it is: equal inputs
  /// give equal run ids.
  /// - Returns: `false` where schema tieout is not installed.
  func write(to session: Connection) throws(BooksError) -> Bool {
    guard try TieoutSchema.exists(on: session) else { return false }
    // One at a time, or two runs would both follow the same one.
    try session.execute("select pg_advisory_xact_lock(\(PostgresBooks.lockKey) + 1)")
    let known = try session.query(
      "select exists (select from tieout.run where run_id = $1)", [report.run.id])
    if known.scalar != "t" {
      try session.query(RunRecord.insertRun, fields)
      try memory.write(for: report.run, to: session)
      try memory.preparation?.write(report, to: session)
    }
    for breaks in report.judgement.breaks.batches(of: 1000) {
      try session.query(RunRecord.insertBreaks, arrays(breaks))
    }
    return true
  }

  /// The digest covers the texts of `$1`…`$17` and the digest of the run before, so that no record
  /// can be changed, taken out or put in between without all later ones changing.
  private static let insertRun = """
    with last as (
      select run_number, record_digest from tieout.run order by run_number desc limit 1
    ), chained as (
      select coalesce((select run_number from last), 0) + 1 as run_number,
        (select record_digest from last) as previous
    )
    insert into tieout.run (run_number, run_id, job, from_day, to_day, timezone, as_of, posted,
      status, config_digest, version, usage_rows, ledger_rows, set_aside_rows, groups, breaks,
      corrections, judgement_digest, previous_digest, record_digest)
    select run_number, $1, $2, $3::date, $4::date, $5, $6::timestamptz, $7::boolean, $8, $9, $10,
      $11::bigint, $12::bigint, $13::bigint, $14::bigint, $15::bigint, $16::bigint, $17, previous,
      \(AuditChain.digest(of: "$18::text", after: "previous"))
    from chained
    """

  private var fields: [String?] {
    let run = report.run
    let judgement = report.judgement
    let fields = [
      run.id, run.job, run.range.first.description, run.range.last.description, run.timezone,
      run.asOf.description, run.posted ? "true" : "false", run.status.rawValue, run.configDigest,
      run.version, "\(judgement.controls.usageRows)", "\(judgement.controls.ledgerRows)",
      "\(judgement.controls.setAsideRows)", "\(judgement.groups.count)",
      "\(judgement.breaks.count)", "\(judgement.corrections.count)", digest,
    ]
    return fields + [AuditChain.text(fields)]
  }

  private static let insertBreaks = """
    insert into tieout.break as known (break_id, code, tenant_id, deployment_id, currency, period,
      request_id, amount, first_seen, last_seen, last_run_id)
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::date[],
      $7::text[], $8::numeric[], $9::timestamptz[], $10::timestamptz[], $11::text[])
    on conflict (break_id) do update set amount = excluded.amount, last_seen = excluded.last_seen,
      last_run_id = excluded.last_run_id
    where known.last_seen < excluded.last_seen
    """

  private func arrays(_ breaks: some Sequence<Break>) -> [String] {
    let run = report.run
    let fields: [(Break) -> String?] = [
      \.id, \.code.rawValue, \.group.tenant, \.group.deployment, \.group.currency.code,
      \.group.period.firstDay.description, \.requestID, \.amount.description,
      \.firstSeen.description, { _ in run.asOf.description }, { _ in run.id },
    ]
    return fields.map { field in ArrayText.of(breaks.map(field)) }
  }
}
