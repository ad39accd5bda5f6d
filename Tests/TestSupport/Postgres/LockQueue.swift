import Books

/// Who waits for a lock of one database: asked of the server, so that nothing is left to luck.
package enum LockQueue {
  /// Returns once as many sessions wait for a lock of this kind (`advisory`, `relation`,
  /// `transactionid`…). It holds its thread all the while: a test that gave it up between two looks
  /// might come back when those who waited have already given up.
  ///
  /// - Throws: `BooksError` when they do not come within 25 seconds, less than tieout itself waits.
  package static func holds(_ count: Int, waitingFor kind: String, of dsn: String) throws {
    let session = try Connection("lock queue", conninfo: dsn)
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(25)
    while clock.now < deadline {
      let waiting = try session.query(
        """
        select count(*) from pg_stat_activity where datname = current_database()
          and wait_event_type = 'Lock' and wait_event = $1
        """, [kind]
      ).scalar
      if waiting == "\(count)" { return }
      Patience.sleepOnThread(.milliseconds(10))
    }
    throw BooksError(
      .unavailable, "not \(count) sessions wait for a lock of type \(kind)",
      hint: "look for what ended before it came to wait")
  }
}
