import Accounting
import Reconciliation

/// What runs proposed and what people decided about it, as schema tieout beside the ledger has it.
package struct ApprovalBook {
  let session: Connection
  /// The SELECT of the ledger's entries.
  let entries: String

  /// - Throws: `BooksError` of category `configuration` where the schema is not there.
  package init(ledger place: BookPlace) throws(BooksError) {
    let adapter = try Adapter(place.adapter, relations: Relation.ofLedger, book: "ledger")
    let session = try Connection("ledger", conninfo: place.conninfo)
    try self.init(session, entries: adapter.requiredSelect(.entry))
  }

  init(_ session: Connection, entries: String) throws(BooksError) {
    self.session = session
    self.entries = entries
    guard try ApprovalSchema.isInstalled(on: session) else {
      throw BooksError(
        .configuration,
        "ledger: database \(session.database) has no schema tieout that keeps approvals",
        hint: "run `tieout install` as the owner of the database")
    }
  }
}

extension PostgresBooks {
  /// `nil` where the installed schema keeps no approvals.
  package func approvals() throws(BooksError) -> ApprovalBook? {
    guard try ApprovalSchema.isInstalled(on: ledger.connection) else { return nil }
    return try ApprovalBook(ledger.connection, entries: ledger.requiredSelect(.entry))
  }
}

/// A run as it was recorded, with all that it takes to make it again but the job's settings.
package struct StoredProposal: Hashable, Sendable {
  package var runNumber: String
  package var runID: String
  package var job: String
  package var range: DayRange
  package var asOf: Instant
  package var configDigest: String
  package var preparation: Preparation
  /// Corrections that the run did not post, and the digest over them.
  package var corrections: Int
  package var digest: String
}

// MARK: Reading proposals

extension ApprovalBook {
  /// The runs whose id is, or else begins with, `id`, newest first; of no id, the newest run.
  /// - Parameter limit: how many at most.
  package func proposals(of id: String?, limit: Int = 2) throws(BooksError) -> [StoredProposal] {
    let columns = ["as_of", "p.recorded_at", "p.posted_at", "p.judged_to", "p.settled_at"]
    let result = try session.query(
      """
      select r.run_number, r.run_id, r.job, r.from_day, r.to_day, r.config_digest, p.prepared_by,
        p.corrections, p.digest, \(columns.map(History.microseconds).joined(separator: ", "))
      from tieout.run r join tieout.proposal p using (run_number)
      where $1::text is null or r.run_id = $1 or starts_with(r.run_id, $1)
      order by r.run_id = $1 desc, r.run_number desc limit $2::bigint
      """, [id, "\(limit)"])
    var proposals: [StoredProposal] = []
    for row in 0..<result.rowCount {
      func text(_ column: Int) -> String { result.text(row, column) ?? "" }
      guard let first = CivilDate(text(3)), let last = CivilDate(text(4)),
        let range = DayRange(from: first, to: last), let asOf = result.instant(row, 9)
      else { throw unreadable("tieout.run: the days or the moment of \(text(1))") }
      proposals.append(
        StoredProposal(
          runNumber: text(0), runID: text(1), job: text(2), range: range, asOf: asOf,
          configDigest: text(5),
          preparation: Preparation(
            preparedBy: text(6), places: try places(of: text(0)),
            lateSince: watermark(result, row, from: 10)),
          corrections: Int(text(7)) ?? 0, digest: text(8)))
    }
    return proposals.first?.runID == id ? Array(proposals.prefix(1)) : proposals
  }

  private func places(of runNumber: String) throws(BooksError) -> PlaceFilter {
    func list(_ column: String) throws(BooksError) -> [String] {
      let result = try session.query(
        "select unnest(\(column)) from tieout.proposal where run_number = $1::bigint", [runNumber])
      return (0..<result.rowCount).compactMap { result.text($0, 0) }
    }
    return PlaceFilter(tenants: try list("tenants"), deployments: try list("deployments"))
  }

  private func watermark(
    _ result: borrowing QueryResult, _ row: Int, from column: Int
  ) -> Watermark? {
    guard let recordedAt = result.instant(row, column),
      let postedAt = result.instant(row, column + 1),
      let judgedTo = result.instant(row, column + 2),
      let settledAt = result.instant(row, column + 3)
    else { return nil }
    return Watermark(
      recordedAt: recordedAt, postedAt: postedAt, judgedTo: judgedTo, settledAt: settledAt)
  }

  func unreadable(_ what: String) -> BooksError {
    BooksError(
      .data, "\(what) cannot be read back", hint: "find out who changed the rows; run anew")
  }
}
