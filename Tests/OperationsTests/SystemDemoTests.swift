import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Operations

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

  /// Two entries alike that nothing supports, held against what is expected.
  @Test(arguments: [
    (["2 unsupported-charge acme chat 2026-10 - 7.00"], 0, 0),
    (["2 unsupported-charge acme chat 2026-10 - 7.00 | No event supports  # why"], 0, 0),
    // The words are of one alone, whichever line comes first.
    (
      [
        "unsupported-charge acme chat 2026-10 - 7.00",
        "unsupported-charge acme chat 2026-10 - 7.00 | No event supports",
      ], 0, 0
    ),
    (["unsupported-charge acme chat 2026-10 - 7.00"], 0, 1),
    (["3 unsupported-charge acme chat 2026-10 - 7.00"], 1, 0),
    (["2 unsupported-charge acme chat 2026-10 - 7.00 | the moon"], 2, 2),
  ])
  func whatIsExpectedIsCountedAndExplained(
    _ lines: [String], missing: Int, invented: Int
  ) async throws {
    let books = try await OctoberBooks()
    for ghost in ["1", "2"] { try books.entry("ghost \(ghost)", "no request \(ghost)", "7") }
    let found = try books.run().report.judgement.breaks.map { found in
      var alike = found
      alike.requestID = nil
      return alike
    }
    let text = (["as-of 2026-11-03T06:00:00Z"] + lines).joined(separator: "\n")
    let differences = try ExpectedBreaks(text, file: "expected.txt").differences(from: found)
    #expect(differences.missing.count == missing && differences.invented.count == invented)
  }

  @Test func aSystemThatIsNotKnownIsNamedWithThoseThatAre() {
    let error = thrown(UsageError.self) { _ = try SystemDemo("acme", reportDirectory: ".") }
    #expect(error?.message.hasPrefix("--system: there is no demo of 'acme'") == true)
  }
}
