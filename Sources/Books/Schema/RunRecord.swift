import Accounting
import Reconciliation

/// What tieout remembers of a run: one row of `tieout.run`, its report, and what became of each
/// break.
struct RunRecord {
  private let report: RunReport
  private let digest: String
  private let memory: RunMemory
  private let contents: RunContents?

  /// - Parameter digest: of the judgement.
  init(_ report: RunReport, digest: String, memory: RunMemory, contents: RunContents?) {
    self.report = report
    self.digest = digest
    self.memory = memory
    self.contents = contents
  }

  /// Whether the installed schema keeps reports, and what becomes of breaks.
  static func keepsLife(on session: Connection) throws(BooksError) -> Bool {
    try session.query("select to_regclass('tieout.break_change') is not null").scalar == "t"
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
    guard known.scalar != "t" else { return true }
    let inserted = try session.query(insertRun, fields + [AuditChain.text(covered)])
    if contents != nil, inserted.text(0, 1) != report.run.recordDigest {
      throw BooksError(
        .conflict, "ledger: another run was recorded while this one was under way",
        hint: "run again")
    }
    try memory.write(for: report.run, to: session)
    try memory.preparation?.write(report, to: session)
    guard try RunRecord.keepsLife(on: session) else { return true }
    let number = inserted.text(0, 0) ?? ""
    try writeReport(number, to: session)
    try writeBreaks(number, to: session)
    return true
  }

  /// The digest covers the texts of all fields and the digest of the run before, so that no record
  /// can be changed, taken out or put in between without all later ones changing.
  private var insertRun: String {
    let isFull = contents != nil
    let text = "$\(fields.count + 1)::text"
    return """
      with last as (
        select run_number, record_digest from tieout.run order by run_number desc limit 1
      ), chained as (
        select coalesce((select run_number from last), 0) + 1 as run_number,
          (select record_digest from last) as previous
      )
      insert into tieout.run (run_number, run_id, job, from_day, to_day, timezone, as_of, posted,
        status, config_digest, version, usage_rows, ledger_rows, set_aside_rows, groups, breaks,
        corrections, judgement_digest, \(isFull ? "manifest, report_digest, " : "")
        previous_digest, record_digest)
      select run_number, $1, $2, $3::date, $4::date, $5, $6::timestamptz, $7::boolean, $8, $9, $10,
        $11::bigint, $12::bigint, $13::bigint, $14::bigint, $15::bigint, $16::bigint, $17,
        \(isFull ? "$18, $19, " : "") previous, \(AuditChain.digest(of: text, after: "previous"))
      from chained returning run_number, record_digest
      """
  }

  /// What the record's digest covers.
  var covered: [String] {
    let run = report.run
    let judgement = report.judgement
    return [
      run.id, run.job, run.range.first.description, run.range.last.description, run.timezone,
      run.asOf.description, run.posted ? "true" : "false", run.status.rawValue, run.configDigest,
      run.version, "\(judgement.controls.usageRows)", "\(judgement.controls.ledgerRows)",
      "\(judgement.controls.setAsideRows)", "\(judgement.groups.count)",
      "\(judgement.breaks.count)", "\(judgement.corrections.count)", digest,
    ] + (contents.map { [$0.manifest, $0.reportDigest] } ?? [])
  }

  private var fields: [String?] { covered }
}

// MARK: The report

extension RunRecord {
  private func writeReport(_ run: String, to session: Connection) throws(BooksError) {
    guard let pieces = contents?.report else { return }
    // Lazy from here on, or all lines would be made before the first is sent.
    let rows = pieces.enumerated().lazy.map { part, piece in
      CopyText.line([run, "\(part)", "\\x" + Hexadecimal.text(piece.utf8)])
    }
    try session.copyIn("copy tieout.run_report (run_number, part, body) from stdin", rows: rows)
  }
}

// MARK: Breaks

extension RunRecord {
  /// All at once, by way of a table of the transaction's own: there may be very many.
  private func writeBreaks(_ run: String, to session: Connection) throws(BooksError) {
    guard contents == nil || contents?.sightings != nil else { return }
    try session.execute(RunRecord.makeTable)
    if let sightings = contents?.sightings {
      try copy(sightings, to: session)
    } else {
      try copy(report.judgement.breaks.lazy.map { BreakSighting(BreakRecord($0)) }, to: session)
    }
    try session.query(RunRecord.upsertSeen, [report.run.asOf.description, report.run.id])
    try session.query(RunRecord.updateGone, [report.run.asOf.description])
    try session.query(RunRecord.insertChanges, [run])
    try session.execute("drop table pg_temp.tieout_sighting")
  }

  private func copy(
    _ sightings: some Sequence<BreakSighting>, to session: Connection
  ) throws(BooksError) {
    let rows = sightings.lazy.map { sighting in
      let record = sighting.record
      return CopyText.line([
        record.id, record.code.rawValue, record.group.tenant, record.group.deployment,
        record.group.currency.code, record.group.period.firstDay.description, record.requestID,
        record.entryID, record.amount.description, record.occurredAt?.description,
        record.firstSeen.description, record.state.rawValue, sighting.isSeen ? "t" : "f",
        sighting.isChange ? "t" : "f", sighting.before?.state.rawValue,
        sighting.before?.code.rawValue, sighting.before?.amount.description,
      ])
    }
    try session.copyIn("copy pg_temp.tieout_sighting from stdin", rows: rows)
  }

  private static let makeTable = """
    create temporary table tieout_sighting (
      break_id text not null, code text not null, tenant_id text not null, deployment_id text,
      currency char(3) not null, period date not null, request_id text, entry_id text,
      amount numeric not null, occurred_at timestamptz, first_seen timestamptz not null,
      state text not null, is_seen boolean not null, is_change boolean not null,
      state_before text, code_before text, amount_before numeric
    ) on commit drop
    """

  private static let upsertSeen = """
    insert into tieout.break as known (break_id, code, tenant_id, deployment_id, currency, period,
      request_id, entry_id, amount, occurred_at, first_seen, last_seen, last_run_id, state,
      state_since)
    select break_id, code, tenant_id, deployment_id, currency, period, request_id, entry_id, amount,
      occurred_at, first_seen, $1::timestamptz, $2, state, $1::timestamptz
    from pg_temp.tieout_sighting where is_seen
    on conflict (break_id) do update set code = excluded.code, amount = excluded.amount,
      last_seen = excluded.last_seen, last_run_id = excluded.last_run_id, state = excluded.state,
      state_since = case when known.state = excluded.state then known.state_since
        else excluded.state_since end
    where known.last_seen <= excluded.last_seen
    """

  private static let updateGone = """
    update tieout.break known set state = gone.state, state_since = $1::timestamptz
    from pg_temp.tieout_sighting gone
    where not gone.is_seen and known.break_id = gone.break_id
    """

  private static let insertChanges = """
    insert into tieout.break_change (run_number, break_id, state_before, state, code_before, code,
      amount_before, amount)
    select $1::bigint, break_id, state_before, state, code_before, code, amount_before, amount
    from pg_temp.tieout_sighting where is_change
    """
}
