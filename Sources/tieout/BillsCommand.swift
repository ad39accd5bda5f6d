import ArgumentParser
import Operations

/// `tieout bills`: what the providers bill.
struct BillsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bills",
    abstract: "Import what providers bill, to hold recorded cost against it.",
    discussion: """
      Kept in schema tieout beside the ledger, and added to only. A run over the days that a bill \
      covers compares it with the gateway's log, per day in UTC and model: tokens first, then rates \
      (provider-gap). Where the gateway's own relation provider_bill tells of the days, that is read instead.
      """,
    subcommands: [Import.self, List.self])
}

extension BillsCommand {
  struct Import: Command {
    static let configuration = CommandConfiguration(
      abstract: "Import Anthropic's or OpenAI's usage or cost report from its JSON.",
      discussion: """
        A file is one page as the API gave it, or an array of pages. Whose report it is, it tells \
        itself:
          Anthropic  /v1/organizations/usage_report/messages   group_by[]=model
                     /v1/organizations/cost_report             group_by[]=description
          OpenAI     /v1/organization/usage/completions        group_by=model, and batch
                     /v1/organization/costs                    group_by=line_item
        A day that was imported before is a duplicate if it is told alike, else told anew: the \
        newest telling stands. A report limited to a project or workspace is an account of its own.

        Exit status: 0 taken in, duplicates included; 64 no such file; 65 a file is refused and \
        nothing was recorded; 69 database unavailable; 78 schema tieout is not installed or too old.

        Examples:
          tieout bills import usage-2026-10.json costs-2026-10.json --account production
        """)

    @Argument(
      help: ArgumentHelp("Reports in JSON, in the order of their age.", valueName: "file"))
    var files: [String]

    @Option(help: ArgumentHelp("Whose bill it is, in your own words.", valueName: "name"))
    var account: String

    @Option(
      help: ArgumentHelp(
        "Refuse the files unless they are of this provider: anthropic or openai.",
        valueName: "name"))
    var provider: String?

    @OptionGroup var jobOptions: JobOptions

    func perform(in surroundings: Surroundings) throws -> ExitStatus {
      let done = try BillImport(
        jobOptions.read(surroundings), files: files, account: account, provider: provider)
      for line in done.lines { surroundings.console.error(line + "\n") }
      return .done
    }
  }

  struct List: Command {
    static let configuration = CommandConfiguration(
      abstract: "List the bills that were imported and stand.")

    @OptionGroup var jobOptions: JobOptions

    func perform(in surroundings: Surroundings) throws -> ExitStatus {
      surroundings.console.output(try BillList(jobOptions.read(surroundings)).text)
      return .done
    }
  }
}
