import Accounting
import ArgumentParser
import Operations
import Reconciliation

/// `tieout run`: reconcile a range of days.
struct RunCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Reconcile a range of days, report, and post what may be posted.",
    discussion: """
      Reads both books under one snapshot each, finds every break, and writes the reports to a \
      directory of their own. Nothing is written to the ledger unless --post is given; then, and \
      only then, the corrections whose disposition is 'post' are booked in one transaction that \
      commits only if the groups it touches tie out. What a person must decide stays open.

      The range is inclusive days in the job's time zone. Without one, the job's own range is \
      taken: yesterday, month-to-date, previous-month or a fixed one.

      Examples:
        tieout run --month-end
        tieout run --job Jobs/nightly.yaml --post
        tieout run --period 2026-10 --tenant acme --tenant globex
        tieout run --from 2026-10-01 --to 2026-10-15 --dry-run --json > report.json

      Exit status: 0 tied out, 1 breaks above materiality remain, 3 corrections are held.
      """)

  @OptionGroup(title: "Job") var jobOptions: JobOptions
  @OptionGroup(title: "Range and scope") var scope: ScopeOptions
  @OptionGroup(title: "Posting") var posting: PostingOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func perform(in surroundings: Surroundings) async throws -> ExitStatus {
    let request = try request(surroundings)
    let observer = RunObserver(output, surroundings.console)
    defer { observer.clear() }
    observer.began(request)
    let outcome = try JobRun(request, progress: observer.advanced).run()
    try observer.ended(outcome)
    return outcome.exitStatus
  }

  /// Flags over environment over job file over defaults.
  private func request(_ surroundings: Surroundings) throws -> RunRequest {
    try posting.check()
    let flags = try scope.flags.days()
    let formats = try RangeFlags.formats(output.format)
    let asOf = try surroundings.clock(scope.asOf, isRecorded: !posting.dryRun)
    guard try flags != nil || jobOptions.path() != nil else {
      throw UsageError(
        "no range to reconcile",
        hint: "give --from DAY --to DAY, --period MONTH, or a job with --job FILE")
    }
    let job = try jobOptions.read(surroundings)
    return RunRequest(
      job: job, range: try flags ?? job.resolveRange(asOf: asOf), places: try scope.places(),
      post: posting.post, dryRun: posting.dryRun, asOf: asOf,
      reportDirectory: try output.directory(),
      formats: formats, failOnBreaks: output.failOn == .breaks, scratch: surroundings.scratch,
      preparedBy: try SignedText.name(posting.preparer ?? surroundings.user))
  }
}

/// Which days and places a run looks at.
struct ScopeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("First day, such as 2026-10-01.", valueName: "day"))
  var from: String?

  @Option(help: ArgumentHelp("Last day, inclusive.", valueName: "day"))
  var to: String?

  @Option(help: ArgumentHelp("A whole billing month, such as 2026-10.", valueName: "month"))
  var period: String?

  @Option(help: ArgumentHelp("Only this tenant; may be repeated.", valueName: "id"))
  var tenant: [String] = []

  @Option(help: ArgumentHelp("Only this deployment; may be repeated.", valueName: "id"))
  var deployment: [String] = []

  @Option(
    help: ArgumentHelp(
      "The run's clock, such as 2026-11-01T02:00:00Z (default: now). The same books and the same "
        + "moment give the same report, byte for byte.", valueName: "time"))
  var asOf: String?

  var flags: RangeFlags { RangeFlags(from: from, to: to, period: period) }
  func places() throws(UsageError) -> PlaceFilter {
    try RangeFlags.refuseEmpty(tenant, flag: "--tenant")
    try RangeFlags.refuseEmpty(deployment, flag: "--deployment")
    return PlaceFilter(tenants: Set(tenant).sorted(), deployments: Set(deployment).sorted())
  }
}

/// What a run may write beside its reports.
struct PostingOptions: ParsableArguments {
  @Flag(help: "Post the corrections whose disposition is 'post'.")
  var post = false

  @Flag(help: "Write reports only, not even the run's own record.")
  var dryRun = false

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      "Who prepares the run; somebody else approves it (default: the login name).",
      valueName: "name"))
  var preparer: String?

  func check() throws(UsageError) {
    guard !(post && dryRun) else {
      throw UsageError(
        "--post and --dry-run exclude each other", hint: "leave one of the two out")
    }
  }
}
