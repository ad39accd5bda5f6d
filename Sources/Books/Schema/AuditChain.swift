import Accounting
import Reconciliation

/// Each run's record carries a digest over itself and the digest of the record before it: none can
/// be changed, taken out or put in between without all later ones failing. That the last ones were
/// cut off, a chain cannot show.
enum AuditChain {
  /// What a record's digest covers: its fields, one a line.
  static func text(_ fields: [String]) -> String { fields.joined(separator: "\n") }

  /// The digest as the server computes it.
  static func digest(of text: String, after previous: String) -> String {
    "'sha256:' || encode(sha256(convert_to(concat_ws(E'\\n', \(text), \(previous)), 'UTF8')), 'hex')"
  }

  /// The same, computed here: the head of the chain once the record stands.
  static func digest(of text: String, after previous: String?) -> String {
    var digest = PlainDigest()
    digest.add(([text] + [previous].compactMap(\.self)).joined(separator: "\n"))
    return digest.text
  }

  /// - Parameter contents: whether records tell of a manifest and a report.
  private static func records(contents: Bool) -> String {
    """
    select run_number, run_id, job, from_day, to_day, timezone, \(History.microseconds("as_of")),
      posted::text, status, config_digest, version, usage_rows, ledger_rows, set_aside_rows, groups,
      breaks, corrections, judgement_digest\(contents ? ", manifest, report_digest" : "")
    from tieout.run order by run_number
    """
  }

  private static let firstFault = """
    select min(run.run_number) from tieout.run
      join unnest($1::bigint[], $2::text[]) as told (run_number, text) using (run_number)
      left join tieout.run before on before.run_number = run.run_number - 1
    where run.previous_digest is distinct from before.record_digest
      or run.record_digest <> \(digest(of: "told.text", after: "run.previous_digest"))
    """

  /// Computes every digest again.
  static func examine(on session: Connection) throws(BooksError) -> Finding {
    let result = try session.query(records(contents: try RunRecord.keepsLife(on: session)))
    var numbers: [String] = []
    var texts: [String] = []
    for row in 0..<result.rowCount {
      var fields = (1..<18).map { result.text(row, $0) ?? "" }
      fields[5] = result.instant(row, 6)?.description ?? ""
      // Records of an older version have neither.
      fields += (18..<result.columnCount).compactMap { result.text(row, $0) }
      numbers.append(result.text(row, 0) ?? "")
      texts.append(text(fields))
    }
    let fault = try session.query(
      firstFault, [ArrayText.of(numbers), ArrayText.of(texts)]
    ).scalar
    guard let fault else {
      let runs = numbers.count == 1 ? "1 recorded run" : "\(numbers.count) recorded runs"
      return Finding(.ok, "ledger: the audit chain of \(runs) holds")
    }
    return Finding(
      .advice, "ledger: the audit chain of tieout.run is broken at run number \(fault)",
      hint: "its record, or one before it, was changed or removed; find out who may write there")
  }
}
