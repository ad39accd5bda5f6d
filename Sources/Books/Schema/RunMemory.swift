import Accounting
import Reconciliation

/// What a recorded run leaves for the runs after it, in the transaction of its record.
package struct RunMemory: Hashable, Sendable {
  /// `nil` = this run moves no watermark.
  package var watermark: Watermark?
  /// The last day that the run judged, whole or in part.
  package var through: CivilDate?
  /// The gateway's place, as `PostgresBooks.gatewayName` tells it.
  package var gateway = ""
  /// Days counted anew, and the names of the books they are of.
  package var counts: [DayCount] = []
  package var books: [Relation: String] = [:]
  /// `nil` = what the run proposes is not kept.
  package var preparation: Preparation?

  package init() {}

  func write(for run: RunHeader, to session: Connection) throws(BooksError) {
    guard try RunMemory.isKept(on: session) else { return }
    if let watermark { try write(watermark, for: run, through ?? run.range.last, to: session) }
    try write(counts, for: run, to: session)
  }

  /// Whether the installed schema has the tables.
  static func isKept(on session: Connection) throws(BooksError) -> Bool {
    guard let version = try TieoutSchema.version(on: session) else { return false }
    return version >= 2
  }
}

// MARK: Watermarks

extension RunMemory {
  /// A run that looks back at days which another has passed moves nothing.
  private func write(
    _ watermark: Watermark, for run: RunHeader, _ through: CivilDate, to session: Connection
  ) throws(BooksError) {
    try session.query(
      """
      insert into tieout.watermark (run_number, job, gateway, to_day, recorded_at, posted_at,
        judged_to, settled_at)
      select run_number, job, $2, $7::date, $3::timestamptz, $4::timestamptz, $5::timestamptz,
        $6::timestamptz
      from tieout.run where run_id = $1 and not exists (select from tieout.watermark known
        where known.job = run.job and known.gateway = $2 and known.to_day > $7::date)
      """,
      [
        run.id, gateway, watermark.recordedAt.description, watermark.postedAt.description,
        watermark.judgedTo.description, watermark.settledAt.description, through.description,
      ])
  }
}

extension PostgresBooks {
  /// How far the runs of a job saw the books before it came to the days up to `day`. The runs over
  /// the same days do not count, so that a run made again judges the same; and where a later day
  /// was judged already, what is late is that run's.
  ///
  /// - Returns: `nil` where nothing is on record.
  package func watermark(job: String, before day: CivilDate) throws(BooksError) -> Watermark? {
    guard try RunMemory.isKept(on: ledger.connection) else { return nil }
    let times = ["recorded_at", "posted_at", "judged_to", "settled_at"]
    let result = try ledger.connection.query(
      """
      select \(times.map(History.microseconds).joined(separator: ", "))
      from tieout.watermark where job = $1 and gateway = $2 and to_day < $3::date
        and not exists (select from tieout.watermark later
          where later.job = $1 and later.gateway = $2 and later.to_day > $3::date)
      order by to_day desc, run_number desc limit 1
      """, [job, try gatewayName(), day.description])
    guard result.rowCount == 1, let recordedAt = result.instant(0, 0),
      let postedAt = result.instant(0, 1), let judgedTo = result.instant(0, 2),
      let settledAt = result.instant(0, 3)
    else { return nil }
    return Watermark(
      recordedAt: recordedAt, postedAt: postedAt, judgedTo: judgedTo, settledAt: settledAt)
  }

  /// Whether schema tieout has what incremental runs need.
  package func keepsMemory() throws(BooksError) -> Bool {
    try RunMemory.isKept(on: ledger.connection)
  }

  /// Which database the usage is read from, and how.
  package func gatewayName() throws(BooksError) -> String { try gateway.identity() }
}
