import Accounting
import Books
import Reconciliation

/// The runs on record, the last one first.
package struct RunList {
  private let runs: [StoredRun]
  private let job: String?

  /// - Parameters:
  ///   - job: where the ledger is.
  ///   - name: only runs of this job; `nil` = of all.
  ///   - limit: `nil` = all of them.
  /// - Throws: `BooksError`, `HistoryError`.
  package init(_ job: Job, named name: String?, limit: Int?) throws {
    let session = try Connection("ledger", conninfo: job.ledger.dsn ?? "")
    guard try TieoutSchema.version(on: session) != nil else { throw HistoryError.noHistory }
    self.job = name
    runs = try session.storedRuns(.latest(job: name, limit: limit))
  }

  package var text: String {
    guard !runs.isEmpty else {
      return job.map { "no run of job '\($0.harmless)' is on record\n" } ?? "no run is on record\n"
    }
    var table = TextTable([.right, .left, .left, .left, .left, .left, .right, .right])
    for run in runs {
      let days = run.range.first == run.range.last ? "" : " to \(run.range.last)"
      table.append(
        "\(run.number)", run.id, run.job.harmless, "\(run.range.first)\(days)",
        run.asOf.description, run.status + (run.posted ? ", posted" : ""),
        Summary.number(run.breaks), Summary.number(run.corrections))
    }
    let lines = table.lines(
      headings: ["", "run", "job", "days", "as of", "status", "breaks", "corrections"], indent: 0)
    return lines.map { $0 + "\n" }.joined()
  }

  /// One object a line.
  package var json: String {
    runs.map { run in
      let texts = [
        ("run", run.id), ("job", run.job), ("from", run.range.first.description),
        ("to", run.range.last.description), ("as_of", run.asOf.description),
        ("status", run.status), ("version", run.version), ("record_digest", run.recordDigest),
      ].map { "\"\($0)\": \(JSONText.quoted($1))" }
      let others = [
        "\"number\": \(run.number)", "\"posted\": \(run.posted)",
        "\"usage_rows\": \(run.usageRows)", "\"ledger_rows\": \(run.ledgerRows)",
        "\"breaks\": \(run.breaks)", "\"corrections\": \(run.corrections)",
        "\"has_report\": \(run.reportDigest != nil)",
      ]
      return "{" + (texts + others).joined(separator: ", ") + "}\n"
    }.joined()
  }
}
