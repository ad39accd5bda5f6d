import ArgumentParser
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

  func validate() throws {
    let given = [job != nil, nightly, monthEnd].count { $0 }
    guard given <= 1 else {
      throw UsageError(
        "--job, --nightly and --month-end exclude each other", hint: "give one of the three")
    }
  }

  var path: String? {
    if nightly { return "Jobs/nightly.yaml" }
    if monthEnd { return "Jobs/month-end.yaml" }
    return job
  }

  /// The file's settings, or the defaults where none was named, under those of the environment.
  func read(_ surroundings: Surroundings) throws -> Job {
    let job = try path.map { try JobFile.read($0) } ?? Job()
    return job.over(by: surroundings.environment)
  }
}
