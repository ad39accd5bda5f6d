import ArgumentParser
import Operations

/// `tieout import`: idempotent intake for a gateway without a database.
struct ImportCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Take in a file of usage events, each request once.",
    discussion: """
      A line is a JSON object with the columns of the contract's usage_event; request_id, tenant_id \
      and occurred_at must be told. Standard output tells of each line what became of it:

        recorded    the first of its request: it stands
        duplicate   told before, in the same words
        conflict    told before, otherwise: the first stands, and this is kept as evidence, so that \
      the next run finds conflicting-event

      This holds however many imports run at once. A file with a bad line is refused whole, before \
      anything is recorded; to import a file again does no harm. The events are kept in schema \
      tieout beside the ledger, and a job reads them with `adapter: imported` for its gateway.

      Examples:
        tieout import usage.jsonl --job Jobs/nightly.yaml
        tieout import usage.jsonl --json > outcomes.jsonl

      Exit status: 0 taken in, conflicts included; 64 no such file; 65 a line is bad and nothing was \
      recorded; 69 database unavailable; 78 schema tieout is not installed or too old.
      """)

  @Argument(help: ArgumentHelp("A file of JSON lines.", valueName: "file"))
  var file: String

  @Flag(help: "Tell the outcome of each line as JSON.")
  var json = false

  @Flag(help: "Tell the counts alone.")
  var quiet = false

  @OptionGroup var jobOptions: JobOptions

  func perform(in surroundings: Surroundings) throws -> ExitStatus {
    let console = surroundings.console
    var work = try UsageImport(file, into: jobOptions.read(surroundings))
    try work.run { line in
      if !quiet { console.output(json ? line.json : line.text) }
    }
    console.error(work.summary + "\n")
    return .done
  }
}
