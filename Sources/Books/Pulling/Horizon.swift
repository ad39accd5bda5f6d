import Accounting

/// Up to when the rows of a book are all to be seen by a snapshot that is taken afterwards.
///
/// A row's time is taken before its transaction commits: an event recorded at 02:00 may come to
/// light at 02:10. So a watermark may not pass the start of the oldest transaction that is open
/// when the snapshot is taken, and the writers' clocks are not the server's.
extension Book {
  /// What clocks may differ by, and what may pass between a row's time and its transaction.
  static let clockMargin: Int64 = 5 * 60
  /// How old an open transaction may be that cannot be seen: on a standby, in another role's
  /// session, or prepared.
  static let blindMargin: Int64 = 3600

  /// To be asked before the snapshot is taken: a transaction that is open when the snapshot is
  /// taken is then either seen here, or began later.
  func horizon() throws(BooksError) -> Instant {
    precondition(!connection.isInTransaction, "the horizon comes before the snapshot")
    let result = try connection.query(
      """
      with others as (
        select xact_start, query = '<insufficient privilege>' as is_hidden
        from pg_catalog.pg_stat_activity
        where datid = (select oid from pg_catalog.pg_database where datname = current_database())
          and pid <> pg_backend_pid() and usesysid is not null
      ), blind as (
        select pg_is_in_recovery()
          or exists (select from others where is_hidden)
          or exists (select from pg_catalog.pg_prepared_xacts where database = current_database())
          as is_blind
      ), seen as (
        select least(clock_timestamp(), (select min(xact_start) from others),
          (select min(prepared) from pg_catalog.pg_prepared_xacts
            where database = current_database()),
          case when pg_is_in_recovery() then pg_last_xact_replay_timestamp() end) as moment
      )
      select \(History.microseconds("moment")), is_blind from seen, blind
      """)
    guard let moment = result.instant(0, 0) else {
      preconditionFailure("clock_timestamp() is a time")
    }
    let isBlind = result.text(0, 1) == "t"
    return moment.adding(seconds: -(isBlind ? Book.blindMargin : Book.clockMargin))
  }

  /// The adapter, the server and the database: what a watermark or a stored total is of.
  func identity() throws(BooksError) -> String {
    let mayAsk = try connection.query(
      "select has_function_privilege('pg_catalog.pg_control_system()', 'execute')"
    ).scalar
    let server =
      mayAsk == "t"
      ? try connection.query("select system_identifier from pg_catalog.pg_control_system()").scalar
      : nil
    return "\(adapter.name) on \(server ?? "unknown")/\(connection.database)"
  }
}

extension PostgresBooks {
  /// Before `recordedAt` and `postedAt`, a snapshot taken from now on misses no event and no entry.
  package func horizons() throws(BooksError) -> (recordedAt: Instant, postedAt: Instant) {
    (recordedAt: try gateway.horizon(), postedAt: try ledger.horizon())
  }
}
