import Accounting
import ArgumentParser
import Operations

/// `tieout post`: what was approved, into the ledger.
struct PostCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "post",
    abstract: "Post what a run proposed, once it is approved.",
    discussion: """
      Makes the run again, over the same days and as of the same moment, and refuses if it proposes \
      anything else than it did. Then the corrections that are approved are posted, and those that \
      need no approval as far as the job's limits let them; in one transaction that commits only \
      if the groups it touches tie out.

      Example:
        tieout post 2026-10-31-60419b3dcd --job Jobs/month-end.yaml

      Exit status: 0 all of it is posted, 3 corrections are held, or the books have moved.
      """)

  @Argument(help: ArgumentHelp("The run's id, or the beginning of it.", valueName: "run"))
  var run: RecordID

  @OptionGroup(title: "Job") var jobOptions: JobOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp("Who posts (default: the login name).", valueName: "name"))
  var name: String?

  func perform(in surroundings: Surroundings) throws -> ExitStatus {
    let now = try surroundings.now()
    let job = try jobOptions.read(surroundings)
    let request = RunRequest(
      job: job, range: JobRange.yesterday.days(today: BillingZone.utc.day(of: now)), asOf: now,
      reportDirectory: try output.directory(), formats: try RangeFlags.formats(output.format),
      scratch: surroundings.scratch,
      preparedBy: try SignedText.name(name ?? surroundings.user))
    let observer = RunObserver(output, surroundings.console)
    defer { observer.clear() }
    let posted = try ApprovedPosting.post(run.text, request, progress: observer.advanced)
    guard let outcome = posted else {
      observer.clear()
      if !output.quiet {
        surroundings.console.error("The ledger holds all that run \(run.text) proposed.\n")
      }
      return .done
    }
    try observer.ended(outcome)
    return outcome.exitStatus
  }
}
