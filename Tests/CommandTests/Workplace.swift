import Foundation
import TestSupport

/// A directory of its own to run the program in.
final class Workplace {
  let directory: URL

  init() throws { directory = try Scratch.directory() }

  deinit { try? FileManager.default.removeItem(at: directory) }

  func tieout(
    _ arguments: [String], dsn: String? = nil, environment: [String: String] = [:]
  ) throws -> TieoutProgram.Result {
    try TieoutProgram(dsn: dsn, environment: environment).run(arguments, in: directory.path)
  }

  func write(_ text: String, to path: String) throws {
    let file = directory.appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  /// The names in a directory, sorted; empty where there is none.
  func files(in path: String) -> [String] {
    let folder = directory.appending(path: path).path
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }
}
