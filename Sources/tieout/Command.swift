import ArgumentParser
import Operations

/// A command of the program. It returns what the exit status tells; what it throws is shown in one
/// line at the edge.
protocol Command: ParsableCommand {
  func perform(in surroundings: Surroundings) async throws -> ExitStatus
}
