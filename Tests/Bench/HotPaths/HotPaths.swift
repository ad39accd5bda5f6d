import Foundation

/// Runs one hot path on input made in memory, so that valgrind can count its instructions:
///
///     hotpaths SECTION        prints how often, and a checksum
///     hotpaths                lists the sections
///
/// Only what runs inside `hotpathMeasured` counts; making the input does not. The same program
/// counts the same instructions on every run: one thread, no clock, no random hashing.
@main struct HotPaths {
  static func main() throws {
    guard let name = CommandLine.arguments.dropFirst().first else {
      for section in sections { print(section.name) }
      return
    }
    guard let section = sections.first(where: { $0.name == name }) else {
      FileHandle.standardError.write(Data("hotpaths: there is no section '\(name)'\n".utf8))
      exit(64)
    }
    guard getenv("SWIFT_DETERMINISTIC_HASHING") != nil else {
      FileHandle.standardError.write(Data("hotpaths: set SWIFT_DETERMINISTIC_HASHING=1\n".utf8))
      exit(64)
    }
    measured = try section.prepare()
    hotpathMeasured()
    print("\(section.name): checksum \(checksum)")
  }

  /// To add one: a name, and a function that makes its input and returns the work.
  private static var sections: [Section] {
    [
      Section(name: "numeric-decode", prepare: numericDecode),
      Section(name: "copy-row-decode", prepare: copyRowDecode),
      Section(name: "first-pass", prepare: firstPass),
      Section(name: "match", prepare: match),
      Section(name: "sum-and-round", prepare: sumAndRound),
    ]
  }
}

/// A hot path by name.
struct Section {
  /// Does the work once and returns something that depends on all of it.
  typealias Work = () throws -> Int

  let name: String
  let prepare: () throws -> Work
}

nonisolated(unsafe) private var measured: Section.Work = { 0 }
nonisolated(unsafe) private var checksum = 0

/// What callgrind collects: it looks for this name within the symbols.
@inline(never) func hotpathMeasured() {
  do { checksum = try measured() } catch { fatalError("\(error)") }
}
