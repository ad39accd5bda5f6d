import ArgumentParser
import Operations

/// `tieout rules`: the catalogue.
struct RulesCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "rules",
    abstract: "List every break that is looked for, and what is done about it.",
    discussion: """
      The disposition is the rule's own; a job file changes it under 'rules':
        off      the rule is not run; the report lists it as not examined
        report   reported; no entry is proposed
        review   an entry is proposed and waits for approval
        post     the entry is posted by a run with --post
      """)

  @Flag(help: "Print the catalogue as JSON.")
  var json = false

  func perform(in surroundings: Surroundings) -> ExitStatus {
    surroundings.console.output(
      json ? Catalogue.json : Catalogue.text(color: surroundings.console.outputColor))
    return .done
  }
}
