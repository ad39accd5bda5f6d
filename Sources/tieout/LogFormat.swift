import ArgumentParser
import Logging
import Operations

/// How the log is written.
enum LogFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json

  func logger(to console: Console) -> Logger {
    switch self {
    case .text:
      Logger(label: "tieout") { _ in PlainHandler(write: console.error) }
    case .json:
      Logger(label: "tieout") { _ in
        JSONLinesHandler(now: Surroundings.wallClock, write: console.error)
      }
    }
  }
}
