import Books
import Subprocess

/// A private PostgreSQL for as long as a closure runs: own folder, unix socket, no TCP port, made
/// for speed and not for keeping.
///
/// A watchdog, a shell in a session of its own, starts the server and waits on a pipe that this
/// process holds. The pipe closes when this process is done or gone, however it went: by return,
/// error, Ctrl-C or kill -9. Then the watchdog stops the server and removes the folder.
package struct ThrowawayCluster: Sendable {
  /// Holds the socket and the data.
  package let folder: String

  /// Starts a server, runs `body`, stops the server and removes all its files, also when `body`
  /// throws or its task is cancelled.
  ///
  /// - Throws: `BooksError` when there is no server to start; and what `body` throws.
  package static func with<Value>(
    _ body: (ThrowawayCluster) async throws -> Value
  ) async throws -> Value {
    let command = try Watchdog.command([try ServerBinaries.find()] + folders())
    let (folders, announcement) = AsyncThrowingStream.makeStream(of: String.self)
    let (end, ending) = AsyncStream.makeStream(of: Never.self)
    // A task of its own: when the caller's is cancelled, the watchdog is still seen to its end.
    let keeper = Task {
      do {
        try await keep(command, announcement, until: end)
        announcement.finish()
      } catch {
        announcement.finish(throwing: error)
      }
    }
    let result: Result<Value, any Error>
    do {
      var iterator = folders.makeAsyncIterator()
      guard let folder = try await iterator.next() else { throw CancellationError() }
      result = .success(try await body(ThrowawayCluster(folder: folder)))
    } catch {
      result = .failure(error)
    }
    ending.finish()
    await keeper.value
    return try result.get()
  }

  private static func keep(
    _ command: [String], _ announcement: AsyncThrowingStream<String, any Error>.Continuation,
    until end: AsyncStream<Never>
  ) async throws {
    _ = try await Subprocess.run(
      .path(.init(command[0])), arguments: Arguments(Array(command.dropFirst())),
      environment: .custom(["PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C"]),
      workingDirectory: "/", platformOptions: Watchdog.options,
      input: .inputWriter, output: .sequence, error: .discarded
    ) { watchdog in
      announcement.yield(try await readyFolder(watchdog.standardOutput))
      for await _ in end {}
      try await watchdog.standardInputWriter.finish()
    }
  }

  /// The watchdog's only output is `ready FOLDER`, or why there is no server.
  private static func readyFolder(_ output: SubprocessOutputSequence) async throws -> String {
    var said = ""
    for try await line in output.strings() {
      if line.hasPrefix("ready ") { return String(line.dropFirst(6)) }
      said += line + " "
    }
    throw BooksError(
      .unavailable, "the private PostgreSQL did not start: \(said)",
      hint: "check that /tmp or TMPDIR has room, and that its programs run: initdb --version")
  }

  /// Folders to put the cluster in, best first. A socket's path may not be longer than 107 bytes,
  /// of which `/tieout.XXXXXX/.s.PGSQL.5432` takes 28.
  private static func folders() -> [String] {
    ([Host.environment("TMPDIR"), "/tmp", "/var/tmp"].compactMap { $0 })
      .filter { $0.hasPrefix("/") && $0.utf8.count <= 79 && !$0.contains("'") }
  }
}

extension ThrowawayCluster {
  /// The connection string of a database, as the server's superuser.
  package func dsn(database: String) -> String {
    let name = database.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
    return "host='\(folder)' port=5432 user=postgres dbname='\(name)' sslmode=disable"
  }

  package func connect(to database: String) throws(BooksError) -> Connection {
    try Connection(database, conninfo: dsn(database: database))
  }

  /// - Parameter template: a database without sessions, to be copied.
  /// - Returns: the new database's connection string.
  @discardableResult package func createDatabase(
    _ name: String, template: String? = nil
  ) throws(BooksError) -> String {
    let server = try connect(to: "postgres")
    var statement = "create database \(try server.identifier(name))"
    if let template { statement += " template \(try server.identifier(template))" }
    try server.execute(statement)
    return dsn(database: name)
  }
}
