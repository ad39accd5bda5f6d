import ArgumentParser
import Operations

/// `tieout report`: the reports of a run on record.
struct ReportCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write the reports of a run on record again, byte for byte.",
    discussion: """
      Read from schema tieout beside the ledger, and from nothing else: the books may have changed \
      since. What is stored is held against the audit chain first, and against what this version \
      would write.

      Examples:
        tieout report 2026-10-31-60419b3dcd
        tieout report 17 --format html,csv --report-dir /tmp/reports

      Exit status: 0 written, 65 the stored report is gone, was altered, or is of another version.
      """)

  @Argument(
    help: ArgumentHelp("The run's id, the beginning of it, or its number.", valueName: "run"))
  var run: RecordID

  @OptionGroup var jobOptions: JobOptions

  @Option(
    help: ArgumentHelp(
      "Report formats: xml, html, csv, json, with commas between (default: the job's, or all).",
      valueName: "list"))
  var format: [String] = []

  @Option(
    help: ArgumentHelp(
      "Where the run's report directory is made (default: the job's, or Reports/runs).",
      valueName: "dir"))
  var reportDir: String?

  func perform(in surroundings: Surroundings) throws -> ExitStatus {
    try RangeFlags.refuseEmpty([reportDir], flag: "--report-dir")
    let job = try jobOptions.read(surroundings)
    let replay = try ReportReplay(
      ofRun: run.text, job, as: try RangeFlags.formats(format) ?? job.formats,
      to: reportDir ?? job.reportDirectory, scratch: surroundings.scratch)
    surroundings.console.error(replay.summary)
    return .done
  }
}
