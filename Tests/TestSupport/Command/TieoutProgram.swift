import Foundation

/// The built program, run as a process of its own.
package struct TieoutProgram: Sendable {
  package struct Result: Sendable {
    /// Exit status, or minus the signal that ended the process.
    package let status: Int32
    package let output: String
    package let errors: String
    /// Of the program's memory, as far as it was told in time; `nil` where it was not asked for.
    package var peakKilobytes: Int?
  }

  /// Put before the program: a tracer, say.
  package var wrapper: [String] = []
  package var environment: [String: String]

  /// - Parameter dsn: of both books.
  package init(dsn: String? = nil, environment: [String: String] = [:]) {
    var all = [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8",
      "TIEOUT_NOW": max(Date(), Self.afterTheBooks).formatted(.iso8601),
    ]
    if let dsn {
      all["TIEOUT_GATEWAY_DSN"] = dsn
      all["TIEOUT_LEDGER_DSN"] = dsn
    }
    self.environment = all.merging(environment) { $1 }
  }

  /// The months of the tests' books are over by then, also where a machine's clock is behind.
  private static let afterTheBooks = Date(timeIntervalSince1970: 1_796_083_200)

  package func run(_ arguments: String..., in directory: String? = nil) throws -> Result {
    try run(arguments, in: directory)
  }

  package func run(_ arguments: [String], in directory: String? = nil) throws -> Result {
    let process = Process()
    let command = Self.limit + wrapper + [Self.path] + arguments
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    process.environment = environment
    if let directory { process.currentDirectoryURL = URL(filePath: directory) }
    // Files, not pipes: a full pipe would hold the program up.
    let output = try Scratch.file()
    let errors = try Scratch.file()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    defer {
      try? FileManager.default.removeItem(at: output)
      try? FileManager.default.removeItem(at: errors)
    }
    try process.run()
    process.waitUntilExit()
    let status = process.terminationStatus
    return Result(
      status: process.terminationReason == .uncaughtSignal ? -status : status,
      output: try String(contentsOf: output, encoding: .utf8),
      errors: try String(contentsOf: errors, encoding: .utf8))
  }

  /// Runs the program under a shell that reads off the most memory it has had, again and again until
  /// it ends: what a parent is told of a child would count what was there before the child began.
  package func runMeasured(_ arguments: [String], in directory: String? = nil) throws -> Result {
    let peak = try Scratch.file()
    defer { try? FileManager.default.removeItem(at: peak) }
    var measured = self
    measured.wrapper = ["bash", "-c", Self.measure, peak.path]
    var result = try measured.run(arguments, in: directory)
    let told = try String(contentsOf: peak, encoding: .utf8)
    result.peakKilobytes = told.firstMatch(of: /VmHWM:\s*([0-9]+) kB/).flatMap { Int($0.1) }
    return result
  }

  private static let measure = """
    "$@" &
    while peak=$(grep VmHWM /proc/$!/status 2>/dev/null); do echo "$peak" >"$0"; sleep 0.02; done
    wait $!
    """

  /// A program that hangs makes a failed test, not tests without end.
  private static let limit = ["timeout", "--kill-after=30", "10m"]

  /// Beside the test bundle.
  private static var path: String {
    URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appending(path: "tieout").path
  }
}
