import Accounting
import Reconciliation

/// A run on record.
package struct StoredRun: Hashable, Sendable {
  package var number: Int
  package var id: String
  package var job: String
  package var range: DayRange
  package var asOf: Instant
  package var posted: Bool
  package var status: String
  package var usageRows: Int
  package var ledgerRows: Int
  package var breaks: Int
  package var corrections: Int
  package var version: String
  package var recordDigest: String
  package var previousDigest: String?
  /// `nil` where the run was recorded by a version that kept none.
  package var reportDigest: String?
  package var manifest: String?
}

/// Which runs to read.
package enum RunSelection: Hashable, Sendable {
  /// The last ones, the last one first; `nil` = of all jobs, all of them.
  case latest(job: String?, limit: Int?)
  /// Those whose id begins like this, or whose number this is.
  case named(String)
  /// Runs of the same settings, days and moment, which another id tells apart.
  case twins(of: RunHeader)
}

extension Connection {
  package func storedRuns(_ selection: RunSelection) throws(BooksError) -> [StoredRun] {
    guard try TieoutSchema.exists(on: self) else { return [] }
    let keepsLife = try RunRecord.keepsLife(on: self)
    let (condition, parameters) = selection.condition
    let result = try query(
      """
      select run_number, run_id, job, from_day, to_day, \(History.microseconds("as_of")), posted,
        status, usage_rows, ledger_rows, breaks, corrections, version, record_digest,
        previous_digest, \(keepsLife ? "report_digest, manifest" : "null, null")
      from tieout.run where \(condition)
      """, parameters)
    return (0..<result.rowCount).compactMap { row in StoredRun(result, row) }
  }

  /// The pieces of a run's report, in order.
  package func storedReport(
    ofRun number: Int, receive: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    try copyOut(
      """
      copy (select body from tieout.run_report where run_number = \(number) order by part)
      to stdout (format binary)
      """
    ) { row in
      if let body = row.fields[0] { try receive(body) }
    }
  }
}

extension PostgresBooks {
  /// The head of the audit chain; `nil` where no run is on record.
  package func chainHead() throws(BooksError) -> String? {
    try ledger.connection.query(
      "select record_digest from tieout.run order by run_number desc limit 1"
    ).scalar
  }

  package func storedRuns(_ selection: RunSelection) throws(BooksError) -> [StoredRun] {
    try ledger.connection.storedRuns(selection)
  }

  package func storedReport(
    ofRun number: Int, receive: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    try ledger.connection.storedReport(ofRun: number, receive: receive)
  }
}

extension RunSelection {
  /// SQL with its parameters.
  fileprivate var condition: (String, [String?]) {
    switch self {
    case .latest(let job, let limit):
      (
        "($1::text is null or job = $1) order by run_number desc limit $2::bigint",
        [job, limit.map(String.init)]
      )
    case .named(let name):
      (
        """
        starts_with(run_id, $1) or run_number::text = $1
        order by run_id <> $1, run_number
        """, [name]
      )
    case .twins(let run):
      (
        """
        config_digest = $1 and from_day = $2::date and to_day = $3::date
        and as_of = $4::timestamptz and posted = $5::boolean and run_id <> $6 order by run_number
        """,
        [
          run.configDigest, run.range.first.description, run.range.last.description,
          run.asOf.description, run.posted ? "true" : "false", run.id,
        ]
      )
    }
  }
}

extension StoredRun {
  fileprivate init?(_ result: borrowing QueryResult, _ row: Int) {
    func number(_ column: Int) -> Int { result.text(row, column).flatMap { Int($0) } ?? 0 }
    guard let first = result.text(row, 3).flatMap({ CivilDate($0) }),
      let last = result.text(row, 4).flatMap({ CivilDate($0) }),
      let range = DayRange(from: first, to: last),
      let microseconds = result.text(row, 5).flatMap({ Int64($0) })
    else { return nil }
    self.init(
      number: number(0), id: result.text(row, 1) ?? "", job: result.text(row, 2) ?? "",
      range: range, asOf: Instant(microseconds: microseconds), posted: result.text(row, 6) == "t",
      status: result.text(row, 7) ?? "", usageRows: number(8), ledgerRows: number(9),
      breaks: number(10), corrections: number(11), version: result.text(row, 12) ?? "",
      recordDigest: result.text(row, 13) ?? "", previousDigest: result.text(row, 14),
      reportDigest: result.text(row, 15), manifest: result.text(row, 16))
  }
}
