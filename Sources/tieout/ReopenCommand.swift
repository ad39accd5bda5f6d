import ArgumentParser
import Operations

/// `tieout reopen`: corrections into a closed month again.
struct ReopenCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "reopen",
    abstract: "Open a closed month again, for a reason that stays on record.",
    discussion: """
      Corrections may then be booked in the month again, until it is closed anew. What was booked \
      in later months meanwhile stays there.

      Example:
        tieout reopen 2026-10 --reason 'the provider revised its bill' --as ann
      """)

  @Argument(help: ArgumentHelp("The billing month, such as 2026-10.", valueName: "period"))
  var period: String

  @Option(help: ArgumentHelp("Why.", valueName: "text"))
  var reason: String

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp("Who reopens (default: the login name).", valueName: "name"))
  var name: String?

  @OptionGroup var jobOptions: JobOptions

  func perform(in surroundings: Surroundings) throws -> ExitStatus {
    let reopening = try PeriodReopening(
      jobOptions.readMonthEnd(surroundings), RangeFlags.month(period), reason: reason,
      by: name ?? surroundings.user)
    surroundings.console.error(reopening.summary + "\n")
    return .done
  }
}
