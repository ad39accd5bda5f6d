import ArgumentParser
import Operations

/// `tieout breaks`: the list of breaks, as runs have left it.
struct BreaksCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "breaks",
    abstract: "List the breaks on record: what is open, since when, and what became of the rest.",
    discussion: """
      Read from schema tieout beside the ledger, as the last run that looked at each break left \
      it. States: open; in-transit (within the grace period); corrected (its entries were \
      posted); rejected (a person left it as it is); gone (no break any more).

      Examples:
        tieout breaks --open
        tieout breaks --open --tenant acme --code unbilled --json
      """)

  @OptionGroup var jobOptions: JobOptions

  @Flag(help: "Only what is open or in transit.")
  var open = false

  @Option(help: ArgumentHelp("Only this tenant; may be repeated.", valueName: "id"))
  var tenant: [String] = []

  @Option(help: ArgumentHelp("Only breaks of this code; may be repeated.", valueName: "code"))
  var code: [String] = []

  @Option(help: ArgumentHelp("How many to list in the table, 1 or more.", valueName: "count"))
  var limit = ListLimit(100)

  @Option(
    help: ArgumentHelp("The moment that ages are told for (default: now).", valueName: "time"))
  var asOf: String?

  @Flag(help: "Print one JSON object a line, all of them.")
  var json = false

  func perform(in surroundings: Surroundings) throws -> ExitStatus {
    let list = try BreakList(
      jobOptions.read(surroundings), isOpen: open, tenants: tenant, codes: code,
      asOf: try surroundings.clock(asOf, isRecorded: false))
    if json {
      try list.writeJSON(to: surroundings.console.output)
    } else {
      surroundings.console.output(try list.text(limit: limit.count))
    }
    return .done
  }
}
