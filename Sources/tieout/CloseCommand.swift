import Accounting
import ArgumentParser
import Operations

/// `tieout close`: no more corrections into a month.
struct CloseCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "close",
    abstract: "Close a month: reconcile it, accrue what is in transit, and lock it.",
    discussion: """
      Runs the job over the whole month (Jobs/month-end.yaml where none is named). While breaks \
      above materiality are open it stays open, unless they are accepted with a reason. Usage that \
      is still in transit is accrued, with the reversing entry in the next open month. What the \
      month came to is stored, and from then on no correction is booked in it: what is found later \
      goes to the next open month and keeps its service month.

      Examples:
        tieout close 2026-10
        tieout close 2026-10 --accept 'two warnings, see ticket 4711' --as ann

      Exit status: 0 closed, 1 breaks above materiality are open.
      """)

  @Argument(help: ArgumentHelp("The billing month, such as 2026-10.", valueName: "period"))
  var period: String

  @Option(
    help: ArgumentHelp("Why breaks above materiality may stay open.", valueName: "reason"))
  var accept: String?

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp("Who closes (default: the login name).", valueName: "name"))
  var name: String?

  @Option(
    help: ArgumentHelp(
      "The run's clock; what arrives later is late (default: now).", valueName: "time"))
  var asOf: String?

  @OptionGroup(title: "Job") var jobOptions: JobOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func perform(in surroundings: Surroundings) throws -> ExitStatus {
    let period = try RangeFlags.month(period)
    let asOf = try surroundings.clock(asOf)
    let request = RunRequest(
      job: try jobOptions.readMonthEnd(surroundings), range: DayRange(period), asOf: asOf,
      reportDirectory: try output.directory(), formats: try RangeFlags.formats(output.format),
      scratch: surroundings.scratch,
      preparedBy: try SignedText.name(name ?? surroundings.user))
    let observer = RunObserver(output, surroundings.console)
    defer { observer.clear() }
    observer.began(request)
    let close = try PeriodClose(request, accepted: accept, progress: observer.advanced)
    try observer.ended(close.outcome, verdict: close.verdict)
    return close.isClosed ? .done : .breaksRemain
  }
}
