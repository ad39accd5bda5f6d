import Books
import Synchronization
import TestSupport
import Testing

/// Connections that do not come about: what is said, and what is never said.
@Suite struct RefusalTests {
  private func refusal(_ conninfo: String, _ patience: Patience = .none) -> BooksError? {
    booksError { _ = try Connection("ledger", conninfo: conninfo, patience: patience) }
  }

  @Test func anUnknownDatabaseOrRoleIsConfiguration() async throws {
    let dsn = try await TestCluster.emptyDatabase()
    let database = refusal(dsn + " dbname=nowhere")
    #expect(database?.category == .configuration)
    #expect(database?.sqlState == "3D000")
    #expect(database?.what == "ledger: database \"nowhere\" does not exist")
    let role = refusal(dsn + " user=nobody_here")
    #expect(role?.category == .configuration)
    #expect(role?.what == "ledger: role \"nobody_here\" does not exist")
  }

  @Test func aServerThatIsNotThereIsUnavailableAndTriedAgain() {
    let pauses = Mutex<[Duration]>([])
    let patience = Patience(attempts: 3, pauses: [.seconds(1), .seconds(5)]) { pause in
      pauses.withLock { $0.append(pause) }
    }
    let error = refusal("host=/nonexistent dbname=x", patience)
    #expect(error?.category == .unavailable)
    #expect(error?.what.contains("/nonexistent") == true)
    #expect(pauses.withLock { $0 } == [.seconds(1), .seconds(5)])
  }

  @Test func aWrongPasswordIsNotTriedAgainAndNotRepeated() async throws {
    let dsn = try await TestCluster.lockedDatabase(role: "keeper", password: "right horse")
    _ = try Connection("ledger", conninfo: dsn + " user=keeper password='right horse'")
    let patience = Patience(attempts: 3) { _ in Issue.record("tried again") }
    let error = refusal(dsn + " user=keeper password=hunter2", patience)
    #expect(error?.category == .configuration)
    #expect(error?.sqlState == "28P01")
    #expect(error?.description.contains("hunter2") == false)
    let none = refusal(dsn + " user=keeper passfile=/nonexistent")
    #expect(none?.category == .configuration)
    #expect(none?.hint.contains("PGPASSWORD") == true)
  }

  @Test(arguments: [
    "host=x password=hunter2 secret", "postgresql://u:hunter2@[::1", "pasword=hunter2",
    "host=x password='hunter2", "hunter2=1", "postgresql://u:p%zzhunter2@h/d",
  ])
  func aConnectionStringThatCannotBeReadIsNotRepeated(conninfo: String) {
    let error = refusal(conninfo)
    #expect(error?.category == .configuration)
    #expect(error?.description.contains("hunter2") == false)
    #expect(error?.description.contains("pasword") == false)
  }

  @Test func tlsThatCannotBeIsConfiguration() {
    let error = refusal(
      "host=localhost sslmode=verify-full sslrootcert=/nonexistent/root.crt dbname=x port=1")
    #expect(error != nil)
    #expect(error?.what.contains("\n") == false)
  }

  @Test func anUnknownServiceIsConfiguration() {
    let error = refusal("service=no-such-service")
    #expect(error?.category == .configuration)
    #expect(error?.what.contains("no-such-service") == true)
  }
}
