import ArgumentParser
import Operations

/// `tieout explain`: one break, with its arithmetic.
struct ExplainCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Show why a break is one: the arithmetic, the rows, the SQL that shows them.",
    discussion: """
      Reads the newest report that has the break; needs report format json. The rows are read from \
      the books, where these can be reached. The SQL only reads, and can be pasted into psql.

      Example:
        tieout explain 3f2a9c
      """)

  @Argument(
    help: ArgumentHelp("The break's id, or the beginning of it.", valueName: "break"))
  var breakID: RecordID

  @Option(
    help: ArgumentHelp(
      "A report.json, or a directory of runs (default: the job's, or Reports/runs).",
      valueName: "file"))
  var report: String?

  @OptionGroup var jobOptions: JobOptions

  func perform(in surroundings: Surroundings) throws -> ExitStatus {
    let job = try jobOptions.read(surroundings)
    let explanation = try Explanation(breakID: breakID.text, in: report ?? job.reportDirectory)
    let evidence: BookEvidence
    do {
      evidence = try explanation.evidence(of: job)
    } catch {
      evidence = BookEvidence(problem: Complaint(error).message)
    }
    let statements = try explanation.statements(of: job, evidence)
    surroundings.console.output(explanation.text(evidence, statements: statements))
    return .done
  }
}
