import ArgumentParser
import Operations

/// `tieout prices`: price books to rate usage by.
struct PricesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prices",
    abstract: "Import price books, list their versions, and compare two.",
    discussion: """
      Price books are kept in schema tieout beside the ledger. Versions are added and never changed: \
      of each model the version that took effect last is in force. Runs rate usage by the gateway's \
      own price book where it keeps one, and by these where it does not.
      """,
    subcommands: [PricesImport.self, PricesList.self, PricesDiff.self])
}

struct PricesImport: Command {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Read a price list into a new version of a price book.",
    discussion: """
      Reads JSON, without losing a digit:
        LiteLLM's model_prices_and_context_window.json
        models with input_per_mtok and output_per_mtok, USD a million tokens
        an array of objects with the columns of gateway.price

      Importing the same prices again does nothing; other prices under the same version are refused, \
      and so are prices that are off by a thousand or a million.

      Exit status: 0 imported, or there already; 64 no such file; 65 the file is refused and nothing \
      was recorded; 69 database unavailable; 78 schema tieout is not installed or too old.

      Examples:
        tieout prices import model_prices_and_context_window.json --as 2026-10 --effective 2026-10-01
        tieout prices import agreed.json --book agreed --as v2 --effective 2026-10-01T00:00:00Z
      """)

  @Argument(help: ArgumentHelp("The price list.", valueName: "file"))
  var file: String

  @Option(name: .customLong("as"), help: ArgumentHelp("The new version.", valueName: "version"))
  var version: String

  @Option(
    help: ArgumentHelp(
      "From when on it is in force: a day in the job's time zone, or a moment.",
      valueName: "date"))
  var effective: String

  @Option(
    help: ArgumentHelp("The price book (default: the format's name).", valueName: "name"))
  var book: String?

  @Option(
    help: ArgumentHelp(
      "Whose prices they are where the list does not say (default: any provider's).",
      valueName: "name"))
  var provider: String?

  @Option(
    help: ArgumentHelp("The currency where the list does not say.", valueName: "code"))
  var currency = "USD"

  @Flag(help: "Import prices that look wrong by orders of magnitude.")
  var acceptMagnitudes = false

  @Flag(help: "Print what was done as JSON.")
  var json = false

  @OptionGroup var jobOptions: JobOptions

  func perform(in surroundings: Surroundings) throws -> ExitStatus {
    let done = try PriceImport(
      jobOptions.read(surroundings), file: file,
      PriceOrder(
        version: version, effective: effective, book: book, provider: provider,
        currency: currency, acceptsMagnitudes: acceptMagnitudes))
    for line in done.lines { surroundings.console.error(line + "\n") }
    if json { surroundings.console.output(done.json) }
    return .done
  }
}

struct PricesList: Command {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the imported versions, or what each says of a model.",
    discussion: """
      Examples:
        tieout prices list
        tieout prices list --model gpt-5 --json
      """)

  @Option(help: ArgumentHelp("Only this price book.", valueName: "name"))
  var book: String?

  @Option(help: ArgumentHelp("Every price of this model.", valueName: "name"))
  var model: String?

  @Flag(help: "Print one JSON object a line.")
  var json = false

  @OptionGroup var jobOptions: JobOptions

  func perform(in surroundings: Surroundings) throws -> ExitStatus {
    let list = try PriceVersionList(jobOptions.read(surroundings), book: book)
    if let model {
      surroundings.console.output(try list.prices(of: model, asJSON: json))
    } else {
      surroundings.console.output(json ? list.json : list.text)
    }
    return .done
  }
}

struct PricesDiff: Command {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare two imported versions, price by price.",
    discussion: """
      Examples:
        tieout prices diff 2026-09 2026-10
        tieout prices diff 2026-09 2026-10 --book litellm --model gpt-5
      """)

  @Argument(help: ArgumentHelp("The earlier version.", valueName: "v1"))
  var before: String

  @Argument(help: ArgumentHelp("The later version.", valueName: "v2"))
  var after: String

  @Option(help: ArgumentHelp("The price book of the two.", valueName: "name"))
  var book: String?

  @Option(help: ArgumentHelp("Only this model.", valueName: "name"))
  var model: String?

  @Option(help: ArgumentHelp("How many to list in the table, 1 or more.", valueName: "count"))
  var limit = ListLimit(100)

  @Flag(help: "Print one JSON object a line, all of them.")
  var json = false

  @OptionGroup var jobOptions: JobOptions

  func perform(in surroundings: Surroundings) throws -> ExitStatus {
    let differences = try PriceDifferences(
      jobOptions.read(surroundings), before, after, book: book, model: model)
    surroundings.console.output(json ? differences.json : differences.text(limit: limit.count))
    return .done
  }
}
