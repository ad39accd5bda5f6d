import ArgumentParser
import Foundation
import Operations

/// Which job file.
struct JobOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The job file; the examples in Jobs/ explain every key.", valueName: "file"))
  var job: String?

  @Flag(help: "Short for --job Jobs/nightly.yaml.")
  var nightly = false

  @Flag(help: "Short for --job Jobs/month-end.yaml.")
  var monthEnd = false

  /// - Returns: `nil` where none was named.
  func path() throws(UsageError) -> String? {
    let named = [job, nightly ? "Jobs/nightly.yaml" : nil, monthEnd ? "Jobs/month-end.yaml" : nil]
      .compactMap(\.self)
    guard named.count <= 1 else {
      throw UsageError(
        "--job, --nightly and --month-end exclude each other", hint: "give one of the three")
    }
    return named.first
  }

  /// The file's settings, or the defaults where none was named, under those of the environment.
  func read(_ surroundings: Surroundings) throws -> Job {
    let job = try path().map { try JobFile.read($0) } ?? Job()
    return job.over(by: surroundings.environment)
  }

  /// The same, but where none was named it is the month-end job, if there is one.
  func readMonthEnd(_ surroundings: Surroundings) throws -> Job {
    var options = self
    let usual = "Jobs/month-end.yaml"
    if try path() == nil, FileManager.default.fileExists(atPath: usual) { options.job = usual }
    return try options.read(surroundings)
  }
}
