import Foundation

/// The built executable, run as a script would run it: in a directory of its own, with nothing in
/// the environment but what a test gives, and without a terminal.
final class BuiltProgram {
  struct Answer {
    var status: Int32
    var output: String
    var error: String
  }

  let directory: URL

  init() throws {
    directory = FileManager.default.temporaryDirectory
      .appending(path: "tieout-command-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  func callAsFunction(
    _ arguments: String..., environment: [String: String] = [:]
  ) async throws -> Answer {
    try await self(arguments, environment: environment)
  }

  func callAsFunction(
    _ arguments: [String], environment: [String: String] = [:]
  ) async throws -> Answer {
    let process = Process()
    process.executableURL = try Self.executable()
    process.arguments = arguments
    process.currentDirectoryURL = directory
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    let (outputFile, output) = try capture()
    let (errorFile, error) = try capture()
    process.standardOutput = output
    process.standardError = error
    return try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { process in
        continuation.resume(
          with: Result {
            Answer(
              status: process.terminationStatus,
              output: try String(contentsOf: outputFile, encoding: .utf8),
              error: try String(contentsOf: errorFile, encoding: .utf8))
          })
      }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
  }

  /// Writes a file into the program's working directory.
  func write(_ text: String, to path: String) throws {
    let file = directory.appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  /// Output goes to files, which no amount of it can fill.
  private func capture() throws -> (URL, FileHandle) {
    let file = directory.appending(path: ".captured-\(UUID().uuidString)")
    try Data().write(to: file)
    return (file, try FileHandle(forWritingTo: file))
  }

  /// The package manager builds it beside the tests.
  static func executable() throws -> URL {
    guard let tests = Bundle.main.executableURL else { throw CocoaError(.fileNoSuchFile) }
    return tests.deletingLastPathComponent().appending(path: "tieout")
  }
}
