import Books
import Operations
import Synchronization

/// One throw-away PostgreSQL for all tests of a process. It goes when the process does.
package enum TestCluster {
  private static let template = "contract"
  private static let counter = Atomic<Int>(0)
  private static let shared = Task { try await start() }

  /// A new database with the contract's relations, empty.
  /// - Returns: its connection string.
  package static func database() async throws -> String {
    try await shared.value.createDatabase(nextName(), template: template)
  }

  /// A new database with nothing in it.
  package static func emptyDatabase() async throws -> String {
    try await shared.value.createDatabase(nextName())
  }

  /// A new database, empty, of another encoding than UTF-8.
  package static func latinDatabase() async throws -> String {
    let cluster = try await shared.value
    let name = nextName()
    try Connection("server", conninfo: cluster.dsn(database: "postgres")).execute(
      """
      create database \(name) template template0 encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'
      """)
    return cluster.dsn(database: name)
  }

  /// A new database that lets one role in by password only.
  package static func lockedDatabase(role: String, password: String) async throws -> String {
    let name = nextName()
    let dsn = try await shared.value.createDatabase(name)
    let session = try Connection(name, conninfo: dsn)
    try session.execute(
      """
      create role \(session.identifier(role)) login password \(session.literal(password));
      create temp table hba (n serial, line text);
      insert into hba (line) values ('local \(name) \(role) scram-sha-256');
      insert into hba (line) select regexp_split_to_table(pg_read_file('pg_hba.conf'), E'\\n');
      do $$ begin execute format('copy (select line from hba order by n) to %L',
        current_setting('hba_file')); end $$;
      select pg_reload_conf()
      """)
    return dsn
  }

  /// A further server, for as long as `body` runs; `body` gets its folder and a connection string.
  package static func another<Value>(
    _ body: (_ folder: String, _ dsn: String) async throws -> Value
  ) async throws -> Value {
    try await ThrowawayCluster.with { cluster in
      try await body(cluster.folder, cluster.dsn(database: "postgres"))
    }
  }

  private static func nextName() -> String {
    "test_\(counter.wrappingAdd(1, ordering: .relaxed).newValue)"
  }

  private static func start() async throws -> ThrowawayCluster {
    let (ready, continuation) = AsyncThrowingStream.makeStream(of: ThrowawayCluster.self)
    Task.detached {
      do {
        try await ThrowawayCluster.with { cluster in
          try prepare(cluster)
          continuation.yield(cluster)
          while true { try await Task.sleep(for: .seconds(3600)) }
        }
      } catch {
        continuation.finish(throwing: error)
      }
    }
    for try await cluster in ready { return cluster }
    throw CancellationError()
  }

  private static func prepare(_ cluster: ThrowawayCluster) throws {
    try cluster.createDatabase(template)
    let session = try cluster.connect(to: template)
    try session.execute(ContractSchema.sql)
    // Roles belong to the whole server: made here, so that no two tests make them at once.
    try session.execute(
      """
      create role tieout_reader nologin; create role tieout_poster nologin;
      create role tieout_controller nologin;
      grant tieout_reader to tieout_poster; grant tieout_poster to tieout_controller
      """)
  }
}
