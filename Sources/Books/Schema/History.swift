import Accounting
import Reconciliation

extension PostgresBooks {
  /// Whether schema tieout stands beside the ledger.
  package func isInstalled() throws(BooksError) -> Bool {
    try TieoutSchema.exists(on: ledger.connection)
  }

  /// Looks up when breaks were first seen, by their ids; finds none where schema tieout is not
  /// installed. The history is never read whole: it grows with every run.
  package func firstSeen() throws(BooksError) -> FirstSeen {
    guard try isInstalled() else { return { _ in [:] } }
    let statement = """
      select break_id, \(History.microseconds("first_seen")) from tieout.break
      where break_id = any($1::text[])
      """
    return { [session = ledger.connection] ids in
      let result = try session.query(statement, [ArrayText.of(ids)])
      var seen: [String: Instant] = [:]
      for row in 0..<result.rowCount {
        guard let id = result.text(row, 0), let time = result.instant(row, 1) else { continue }
        seen[id] = time
      }
      return seen
    }
  }

  package func closedPeriods() throws -> [ClosedPeriod]? {
    guard try isInstalled() else { return nil }
    let result = try ledger.connection.query(
      """
      select to_char(period, 'YYYY-MM'), \(History.microseconds("closed_at"))
      from tieout.closed_period order by period
      """)
    return try (0..<result.rowCount).map { row throws(BooksError) in
      guard let period = AccountingPeriod(result.text(row, 0) ?? ""),
        let closedAt = result.instant(row, 1)
      else {
        throw BooksError(
          .data, "tieout.closed_period: row \(row + 1) holds no month or no time",
          hint: "correct the row")
      }
      return ClosedPeriod(period: period, closedAt: closedAt)
    }
  }
}

enum History {
  /// A finite time as microseconds since 1970, exactly.
  static func microseconds(_ column: String) -> String {
    "case when isfinite(\(column)) then (extract(epoch from \(column)) * 1000000)::bigint end"
  }
}

extension QueryResult {
  func instant(_ row: Int, _ column: Int) -> Instant? {
    text(row, column).flatMap { Int64($0) }.map(Instant.init(microseconds:))
  }
}
