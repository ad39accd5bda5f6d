import Foundation
import Operations
import Synchronization
import TestSupport
import Testing

/// Every system that tieout reads, from its own tables in a real PostgreSQL to breaks and
/// corrections: what was planted is found, and nothing else.
@Suite(.serialized) struct SystemDemoTests {
  @Test(arguments: SystemDemo.systems)
  func findsWhatWasPlantedAndNothingElse(system: String) async throws {
    let reports = try Scratch.directory()
    defer { try? FileManager.default.removeItem(at: reports) }
    let said = Mutex("")
    let status = try await SystemDemo(system, reportDirectory: reports.path).run(
      say: { text in said.withLock { $0 += text } }, progress: { _ in })
    #expect(status == .done, "\(said.withLock { $0 })")
  }

  @Test func aSystemThatIsNotKnownIsNamedWithThoseThatAre() {
    let error = thrown(UsageError.self) { _ = try SystemDemo("acme", reportDirectory: ".") }
    #expect(error?.message.hasPrefix("--system: there is no demo of 'acme'") == true)
  }
}
