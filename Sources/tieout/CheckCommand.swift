import ArgumentParser
import Operations

/// `tieout check`: everything that could fail tonight, before tonight.
struct CheckCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Try everything a run needs: settings, connections, rights, columns, directories.",
    discussion: """
      Reads the job file, connects to both books, and has each server plan the adapter's SELECTs. \
      Posts trial entries in a transaction that is taken back, so that triggers, types and columns \
      show what they do to an entry; --no-post leaves that out. The last thing checked is the report \
      directory.

      Example:
        tieout check --job Jobs/nightly.yaml

      Exit status: 0 a run would work, 69 a database cannot be reached, 73 reports could not be \
      written, 78 something must be set right.
      """)

  @OptionGroup var jobOptions: JobOptions

  @Flag(inversion: .prefixedNo, help: "Also check what posting needs.")
  var post = true

  func perform(in surroundings: Surroundings) throws -> ExitStatus {
    let checkup = try Checkup(jobOptions.read(surroundings), posting: post)
    surroundings.console.output(checkup.text(color: surroundings.console.outputColor))
    return checkup.exitStatus
  }
}
