import ArgumentParser
import Operations

/// `tieout approve`: a signature under what a run proposes.
struct ApproveCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "approve",
    abstract: "Sign what a run proposes, so that it may be posted.",
    discussion: """
      Signs the digest of the run's corrections, or of those of one break, by a name other than \
      that of who prepared the run. Nothing is posted yet. What is signed is past the job's limits \
      on what a run may post on its own.

      Examples:
        tieout approve 2026-10-31-60419b3dcd --as ann
        tieout approve 3f2a9c --as ann            one break's corrections only
      """)

  @Argument(
    help: ArgumentHelp(
      "A run's id, or that of a correction or a break; or the beginning of it.", valueName: "id"))
  var id: RecordID

  @Option(name: .customLong("as"), help: ArgumentHelp("Who approves.", valueName: "name"))
  var name: String

  @OptionGroup var jobOptions: JobOptions

  func perform(in surroundings: Surroundings) throws -> ExitStatus {
    let approving = try Approving(jobOptions.read(surroundings), id.text, by: name)
    surroundings.console.error(approving.summary + "\n")
    return .done
  }
}
