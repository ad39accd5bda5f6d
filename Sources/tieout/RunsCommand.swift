import ArgumentParser
import Operations

/// `tieout runs`: what was run.
struct RunsCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "List the runs on record, the last one first.",
    discussion: """
      Read from schema tieout beside the ledger. Each run's record carries the digest of the one \
      before; tieout check examines the chain.

      Examples:
        tieout runs
        tieout runs --of nightly --limit 31 --json
      """)

  @OptionGroup var jobOptions: JobOptions

  @Option(help: ArgumentHelp("Only runs of the job of this name.", valueName: "name"))
  var of: String?

  @Option(help: ArgumentHelp("How many to list, 1 or more.", valueName: "count"))
  var limit = ListLimit(20)

  @Flag(help: "Print one JSON object a line.")
  var json = false

  func perform(in surroundings: Surroundings) throws -> ExitStatus {
    let list = try RunList(jobOptions.read(surroundings), named: of, limit: limit.count)
    surroundings.console.output(json ? list.json : list.text)
    return .done
  }
}
