import ArgumentParser
import Operations

/// The command line as a whole; every command is a file of its own.
struct Tieout: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tieout",
    abstract: "Ties LLM usage out to the tenants' ledgers.",
    discussion: """
      Compares what the gateway recorded with what the ledger charged, request by request, for a \
      range of days; names every difference, explains it to the cent, and posts the correcting \
      entries it is allowed to post.

      First steps:
        tieout demo                               all of it, on made-up books
        tieout check --job Jobs/nightly.yaml      what could fail tonight
        tieout run --job Jobs/month-end.yaml      posts only with --post

      Connections are libpq's own: PG* variables, a service file, .pgpass, or the job file's \
      books.gateway.dsn and books.ledger.dsn. TIEOUT_GATEWAY_DSN and TIEOUT_LEDGER_DSN override \
      the job file. TIEOUT_NOW takes the place of the clock.

      Exit status: 0 tied out or done, 1 breaks remain, 3 corrections are held, 64 usage, \
      65 incomplete data, 69 database unavailable, 70 internal error, 73 report not written, \
      75 another run holds the lock, 78 configuration.
      """,
    version: Version.current,
    subcommands: [
      DemoCommand.self, InstallCommand.self, CheckCommand.self, RunCommand.self,
      ExplainCommand.self, BreaksCommand.self, RunsCommand.self, ReportCommand.self,
      CorrectionsCommand.self, ApproveCommand.self, RejectCommand.self, PostCommand.self,
      CloseCommand.self, ReopenCommand.self, RulesCommand.self, PricesCommand.self,
      ImportCommand.self, LinesCommand.self, BillsCommand.self,
    ])
}
