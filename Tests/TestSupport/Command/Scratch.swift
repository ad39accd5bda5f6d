import Foundation

/// Files and directories of tests, in one folder that goes when the process does.
package enum Scratch {
  private static let folder: Result<URL, any Error> = Result {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "tieout-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    atexit { try? FileManager.default.removeItem(at: Scratch.folder.get()) }
    return folder
  }

  package static func directory() throws -> URL {
    let directory = try path()
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
    return directory
  }

  package static func file() throws -> URL {
    let file = try path()
    try Data().write(to: file)
    return file
  }

  private static func path() throws -> URL {
    try folder.get().appending(path: UUID().uuidString)
  }
}
