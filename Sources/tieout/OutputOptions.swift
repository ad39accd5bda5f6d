import ArgumentParser
import Operations

/// Where a run's results go.
struct OutputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where the run's report directory is made (default: the job's, or Reports/runs).",
      valueName: "dir"))
  var reportDir: String?

  @Option(
    help: ArgumentHelp(
      "Report formats: xml, html, csv, json, with commas between (default: the job's, or all).",
      valueName: "list"))
  var format: [String] = []

  @Option(help: "What makes exit status 1.")
  var failOn: FailOn = .breaks

  @Flag(help: "Print report.json to standard output.")
  var json = false

  @Flag(help: "Print nothing but errors.")
  var quiet = false

  @Option(help: "The log on standard error: text for people, JSON lines for programs.")
  var logFormat: LogFormat = .text

  /// `nil` = the job's.
  func directory() throws(UsageError) -> String? {
    try RangeFlags.refuseEmpty([reportDir], flag: "--report-dir")
    return reportDir
  }
}

enum FailOn: String, ExpressibleByArgument, CaseIterable {
  case breaks, never
}
