import Books
import Foundation

/// A file of usage events, a JSON object a line. It is read piece by piece, however long it is.
struct UsageFile {
  /// Bytes; a longer line is no event.
  private static let longestLine = 1 << 20
  private static let piece = 1 << 18

  let path: String

  /// - Throws: `UsageError` for what is no file: it is read twice, so that a bad line is found before
  ///   anything is taken in.
  init(_ path: String) throws {
    self.path = path
    let attributes = try? FileManager.default.attributesOfItem(
      atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
    guard attributes?[.type] as? FileAttributeType == .typeRegular else {
      let exists = FileManager.default.fileExists(atPath: path)
      throw UsageError(
        exists ? "\(path) is no file" : "there is no file \(path)",
        hint: "give a file of JSON lines, one usage event a line")
    }
  }

  /// Hands over each line that is not blank, with its number from 1.
  func forEachLine(_ body: (Int, ArraySlice<UInt8>) throws -> Void) throws {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw UsageError("\(path) cannot be read", hint: "check its permissions")
    }
    defer { try? file.close() }
    var number = 0
    var rest: [UInt8] = []
    func take(_ line: ArraySlice<UInt8>) throws {
      number += 1
      let isBlank = line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
      if !isBlank { try body(number, line) }
    }
    while let data = try file.read(upToCount: Self.piece), !data.isEmpty {
      rest += data
      var start = 0
      while let end = rest[start...].firstIndex(of: 0x0A) {
        try take(rest[start..<end])
        start = end + 1
      }
      rest.removeFirst(start)
      guard rest.count <= Self.longestLine else {
        throw ImportRefused(path, [(number + 1, "longer than \(Self.longestLine) bytes")], 1)
      }
    }
    if !rest.isEmpty { try take(rest[...]) }
  }
}

/// Why nothing of a file was taken in.
struct ImportRefused: UserFacingError {
  /// As many bad lines as one line can tell.
  static let told = 5

  let path: String
  let lines: [(Int, String)]
  let count: Int

  init(_ path: String, _ lines: [(Int, String)], _ count: Int) {
    self.path = path
    self.lines = lines
    self.count = count
  }

  var exitStatus: ExitStatus { .incompleteData }

  var message: String {
    let told = lines.map { "line \($0.0): \($0.1)" }
    let rest = count - lines.count
    return "\(path): " + (told + (rest > 0 ? ["and \(rest) more"] : [])).joined(separator: "; ")
  }

  var hint: String? { "nothing of the file was recorded: mend it and import it again" }
}
