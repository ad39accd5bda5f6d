import Accounting
import Billing
import Reconciliation

/// Both books in PostgreSQL, on one server or two: the gateway's, which is only read, and the
/// ledger's, which is read and posted to. Calls block; one thread at a time.
package final class PostgresBooks {
  let gateway: Book
  let ledger: Book
  let zone: BillingZone
  /// Where the relations of a first pass lie, if that is known.
  var heaps: [Relation: Heap] = [:]
  /// Told how far the reading has come, a few times a second at most.
  package var reading: ((ReadingProgress) -> Void)?
  /// From as many rows on, the server is asked to compile the statements of a first pass.
  package var rowsToCompile = 2_000_000
  /// Requests read in full since the last first pass.
  var requestsRead = 0
  /// Of the last first pass.
  var eventNumbers: EventNumbers?
  var hasUnreadableAmounts = true
  /// What the servers counted while it read; absent for what is to be counted yet.
  var gatheredTotals: [Relation: GatheredTotal] = [:]
  /// Whether both sessions are of one server and database, so that they can share a snapshot.
  private var isOneDatabase = false

  /// Connects to both.
  /// - Parameter zone: the job's time zone; tells the period of usage that is set aside.
  package init(
    gateway: BookPlace, ledger: BookPlace, zone: BillingZone, patience: Patience = .standard
  ) throws(BooksError) {
    self.zone = zone
    self.gateway = try Book("gateway", gateway, relations: Relation.ofGateway, patience: patience)
    self.ledger = try Book("ledger", ledger, relations: Relation.ofLedger, patience: patience)
    // The gateway is never written; only its grants protect it, this only guards against a bug.
    try self.gateway.connection.execute("set default_transaction_read_only = on")
    try findAbsentRelations()
    self.gateway.findUUIDColumns()
    self.ledger.findUUIDColumns()
    isOneDatabase =
      try PostgresBooks.identity(self.gateway.connection)
      == PostgresBooks.identity(self.ledger.connection)
    heaps[.usageEvent] = Heap.find(
      behind: self.gateway.requiredSelect(.usageEvent), of: self.gateway)
    heaps[.entry] = Heap.find(behind: self.ledger.requiredSelect(.entry), of: self.ledger)
  }

  /// Stops whatever the server is doing for either book, from any thread.
  package var cancellation: Cancellation {
    Cancellation([gateway.connection, ledger.connection])
  }

  /// The id columns of type uuid.
  package func uuidColumns(_ relation: Relation) -> Set<String> {
    book(of: relation).uuids(relation)
  }

  func book(of relation: Relation) -> Book {
    Relation.ofGateway.contains(relation) ? gateway : ledger
  }

  /// From here on every read sees the books as they stand now, however long the run takes.
  ///
  /// In one database both sessions share one snapshot. Else the ledger's is the older one: a charge
  /// that is posted while the run begins is then either not seen at all, or seen with its usage,
  /// never as a charge that nothing supports.
  package func beginSnapshot() throws(BooksError) {
    endSnapshot()
    var exported: String?
    for book in [ledger, gateway] {
      try book.connection.execute("begin isolation level repeatable read, read only")
      if isOneDatabase, book === ledger {
        exported = try book.connection.query("select pg_export_snapshot()").scalar
      } else if let exported {
        let name = try book.connection.literal(exported)
        try book.connection.execute("set transaction snapshot \(name)")
      }
      try book.connection.execute("select 1")  // BEGIN alone takes no snapshot
    }
  }

  /// One server process and one database on it.
  private static func identity(_ connection: Connection) throws(BooksError) -> String? {
    try connection.query(
      """
      select concat_ws(' ', pg_postmaster_start_time(), inet_server_addr(), inet_server_port(),
        (select oid from pg_catalog.pg_database where datname = current_database()))
      """
    ).scalar
  }

  package func endSnapshot() {
    gateway.connection.rollBack()
    endLedgerSnapshot()
  }

  /// The gateway's stays.
  func endLedgerSnapshot() {
    ledger.connection.rollBack()
  }
}

// MARK: One run at a time

extension PostgresBooks {
  /// "tieout" in ASCII. The server keeps such locks per database, so each ledger has its own.
  static let lockKey: Int64 = 0x7469_656F_7574

  /// Takes the lock that keeps other runs off this ledger until `unlock()`, or until the session
  /// ends. To be called before `beginSnapshot()`: inside a snapshot the lock would come with books
  /// as they stood before the other run was done.
  /// - Returns: `false` when another run holds it.
  package func tryLock() throws(BooksError) -> Bool {
    precondition(!ledger.connection.isInTransaction, "the lock comes before the snapshot")
    return try ledger.connection
      .query("select pg_try_advisory_lock(\(PostgresBooks.lockKey))").scalar == "t"
  }

  package func unlock() {
    ledger.connection.rollBack()
    _ = try? ledger.connection.query("select pg_advisory_unlock(\(PostgresBooks.lockKey))")
  }
}
