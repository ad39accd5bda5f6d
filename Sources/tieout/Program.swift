import ArgumentParser
import Foundation
import Operations

@main
enum Program {
  static func main() async {
    // Both come back as errors of the call that failed, and are told as such.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    ProcessSettings.apply()
    let surroundings = Surroundings.current()
    Interruption.watch(surroundings.console)
    let arguments = Array(CommandLine.arguments.dropFirst())
    exit(await status(arguments, surroundings))
  }

  private static func status(_ arguments: [String], _ surroundings: Surroundings) async -> Int32 {
    do {
      var command = try Tieout.parseAsRoot(arguments)
      if let command = command as? any Command {
        let status = try await command.perform(in: surroundings)
        try surroundings.console.checkOutput(endingWith: status)
        return status.rawValue
      }
      try command.run()
      return ExitStatus.done.rawValue
    } catch {
      return show(error, arguments, surroundings.console)
    }
  }

  /// Help and version are answers; everything else is one line on standard error.
  private static func show(
    _ error: any Error, _ arguments: [String], _ console: Console
  ) -> Int32 {
    if Tieout.exitCode(for: error) == .success {
      console.output(Tieout.fullMessage(for: error) + "\n")
      return ExitStatus.done.rawValue
    }
    let complaint = Complaint(isUsage(error) ? usage(error, arguments) : error)
    ErrorLog.write(complaint, arguments: arguments, to: console)
    return complaint.status.rawValue
  }

  private static func isUsage(_ error: any Error) -> Bool {
    !(error is any UserFacingError) && Tieout.exitCode(for: error) == .validationFailure
  }

  private static func usage(_ error: any Error, _ arguments: [String]) -> UsageError {
    let commands = Tieout.configuration.subcommands.compactMap { $0.configuration.commandName }
    guard let first = arguments.first, !first.hasPrefix("-") else {
      return UsageError(Tieout.message(for: error), hint: "see tieout --help")
    }
    guard commands.contains(first) else {
      return UsageError("unknown command '\(first)'", hint: Nearest.hint(first, in: commands))
    }
    return UsageError(Tieout.message(for: error), hint: "see tieout \(first) --help")
  }
}
