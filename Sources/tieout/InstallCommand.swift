import ArgumentParser
import Operations

/// `tieout install`: tieout's own tables and roles.
struct InstallCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "install",
    abstract: "Create or upgrade schema tieout beside the ledger, and the least-privilege roles.",
    discussion: """
      To be run once, and again after an upgrade, as a role that may create schemas in the ledger's \
      database; running it twice does no harm. It makes schema tieout with the history of runs, \
      and the roles tieout_reader (reads the books), tieout_poster (may also add entries, never \
      change or delete one) and tieout_controller (may also approve, reject and close). What it has \
      no right to do, it prints as SQL for somebody who has. A gateway in another database is not \
      touched: `tieout check` prints what the role has to be granted there.

      Examples:
        PGDATABASE=billing tieout install --grant-to billing_batch
        tieout install --job Jobs/nightly.yaml

      Exit status: 0 installed, 78 installed, but statements are left for somebody else.
      """)

  @OptionGroup var jobOptions: JobOptions

  @Option(
    help: ArgumentHelp("The role that runs tieout; it is given tieout_poster.", valueName: "role"))
  var grantTo: String?

  func perform(in surroundings: Surroundings) throws -> ExitStatus {
    try RangeFlags.refuseEmpty([grantTo], flag: "--grant-to")
    let installation = try Installation(jobOptions.read(surroundings), grantTo: grantTo)
    surroundings.console.error(installation.summary + "\n")
    surroundings.console.output(installation.sql)
    return installation.sql.isEmpty ? .done : .configuration
  }
}
