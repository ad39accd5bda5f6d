import ArgumentParser
import Operations

/// `tieout corrections`: what a run proposes.
struct CorrectionsCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "corrections",
    abstract: "List what a run proposes, who approved it and what was posted.",
    discussion: """
      Reads schema tieout beside the ledger. Shown is what the run left to post, under the digest \
      that is signed when it is approved.

      Examples:
        tieout corrections                        of the newest run
        tieout corrections 2026-10-31-60419b3dcd
      """)

  @Argument(
    help: ArgumentHelp(
      "The run's id, or the beginning of it (default: the newest run).", valueName: "run"))
  var run: RecordID?

  @Flag(help: "Print the list as JSON.")
  var json = false

  @OptionGroup var jobOptions: JobOptions

  func perform(in surroundings: Surroundings) throws -> ExitStatus {
    let list = try CorrectionList(jobOptions.read(surroundings), run: run?.text)
    let console = surroundings.console
    console.output(json ? list.json : list.text(color: console.outputColor))
    return .done
  }
}
