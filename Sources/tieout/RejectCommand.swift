import ArgumentParser
import Operations

/// `tieout reject`: a break that is to be left alone.
struct RejectCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "reject",
    abstract: "Leave a break alone until its amount changes.",
    discussion: """
      From the next run on, no entry is proposed for the break and it is no reason for exit status \
      1. It stays in the reports, with who rejected it and why. Should its amount change, it is \
      told again like any other.

      Examples:
        tieout reject 3f2a9c --reason 'agreed with the customer' --as ann
        tieout reject 3f2a9c --reason 'the agreement was void' --as ann --withdraw
      """)

  @Argument(
    help: ArgumentHelp(
      "The break's id, or that of one of its corrections; or the beginning of it.",
      valueName: "id"))
  var id: RecordID

  @Option(help: ArgumentHelp("Why; it stands in the reports.", valueName: "text"))
  var reason: String

  @Option(name: .customLong("as"), help: ArgumentHelp("Who rejects.", valueName: "name"))
  var name: String

  @Flag(help: "Take an earlier rejection back.")
  var withdraw = false

  @OptionGroup var jobOptions: JobOptions

  func perform(in surroundings: Surroundings) throws -> ExitStatus {
    let rejecting = try Rejecting(
      jobOptions.read(surroundings), id.text, reason: reason, by: name, isWithdrawn: withdraw)
    surroundings.console.error(rejecting.summary + "\n")
    return .done
  }
}
