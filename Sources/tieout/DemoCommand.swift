import ArgumentParser
import Foundation
import Operations

/// `tieout demo`: all of it, on made-up books.
struct DemoCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Reconcile made-up books with planted breaks in a private PostgreSQL.",
    discussion: """
      Starts a throw-away PostgreSQL of its own (no TCP port, removed at the end), fills it with \
      two months of LLM usage and a ledger beside it, breaks of every kind planted in both, runs a \
      month-end over them, posts the corrections, and runs again to show that nothing is left. \
      Equal seeds give equal books.

      With --system, the books are those of one of the systems tieout reads: its own tables, with \
      every fault it is known for.

      Examples:
        tieout demo
        tieout demo --system litellm
        tieout demo --keep                 then look around with psql
        tieout demo --events 20000 --seed 7

      Exit status: 0 every planted break was found, none invented, and the second run had nothing \
      to post; 70 otherwise.
      """)

  @Flag(help: "Keep the server until Ctrl-C, to look at the books.")
  var keep = false

  @Option(
    help: ArgumentHelp(
      "Where the reports go (default: Reports/runs below the current directory).",
      valueName: "dir"))
  var reportDir = "Reports/runs"

  @Option(help: ArgumentHelp("About how many usage events; at least 5000.", valueName: "number"))
  var events = 300_000

  @Option(help: ArgumentHelp("What the books are made from.", valueName: "number"))
  var seed: UInt64 = 20_261_031

  @Option(
    help: ArgumentHelp(
      "The books of one system instead: \(SystemDemo.systems.joined(separator: ", ")).",
      valueName: "name"))
  var system: String?

  func perform(in surroundings: Surroundings) async throws -> ExitStatus {
    try RangeFlags.refuseEmpty([reportDir], flag: "--report-dir")
    let console = surroundings.console
    let line = ProgressLine(console: console, quiet: false)
    defer { line.clear() }
    let say: @Sendable (String) -> Void = { text in
      line.clear()
      console.output(text)
    }
    if let system {
      return try await SystemDemo(system, reportDirectory: reportDir).run(
        say: say, progress: { line.show($0) })
    }
    guard events >= 5000 else {
      throw UsageError("--events: \(events) is too few", hint: "the breaks need 5000 or more")
    }
    let demo = DemoRun(
      plan: DemoPlan(seed: seed, events: events), reportDirectory: reportDir, keep: keep)
    return try await demo.run(say: say, progress: { line.show($0) })
  }
}
