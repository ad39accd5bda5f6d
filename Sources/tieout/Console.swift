import Foundation
import Operations
import Synchronization

/// Standard output for programs, standard error for people. A reader that has gone away is no
/// error.
struct Console: Sendable {
  /// What the system said when standard output did not take all; 0 as long as it did.
  private final class OutputError: Sendable {
    let code = Atomic<Int32>(0)
  }

  /// Whether standard error is a terminal that takes control sequences.
  let isTerminal: Bool
  /// Whether standard error may carry colour.
  let color: Bool
  /// Whether standard output may carry colour.
  let outputColor: Bool
  private let outputError = OutputError()

  /// Goes to the start of the terminal's line and empties it.
  static let emptyLine = "\r\u{1b}[2K"

  init(environment: [String: String]) {
    let capable = environment["TERM"].map { $0 != "dumb" && !$0.isEmpty } ?? false
    let wanted = environment["NO_COLOR"]?.isEmpty ?? true
    isTerminal = capable && isatty(STDERR_FILENO) == 1
    color = isTerminal && wanted
    outputColor = capable && wanted && isatty(STDOUT_FILENO) == 1
  }

  /// Writes the text as it is.
  func output(_ text: String) { output(Array(text.utf8)) }

  /// Writes the bytes as they are. What the system does not take is told by `checkOutput`.
  func output(_ bytes: [UInt8]) {
    let code = Self.write(bytes, to: STDOUT_FILENO)
    if code != 0, code != EPIPE { outputError.code.store(code, ordering: .relaxed) }
  }

  /// - Throws: `OutputLost` where standard output did not take all that was written to it.
  func checkOutput(endingWith status: ExitStatus) throws(OutputLost) {
    let code = outputError.code.load(ordering: .relaxed)
    if code != 0 { throw OutputLost(why: String(cString: strerror(code)), status: status) }
  }

  /// Writes the text as it is.
  @Sendable func error(_ text: String) { _ = Self.write(Array(text.utf8), to: STDERR_FILENO) }

  /// One call where the system lets it, so that lines of several threads do not mix.
  /// - Returns: what the system said; 0 when all is written.
  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    var bytes = bytes[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        let code = errno
        guard code == EINTR || code == EAGAIN else { return code }
        // One that does not block, and is full.
        var place = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        if code == EAGAIN { poll(&place, 1, -1) }
      } else {
        bytes = bytes.dropFirst(count)
      }
    }
    return 0
  }
}

/// The command is done, and what it had to say is not all told.
struct OutputLost: UserFacingError {
  let why: String
  /// What the command would have ended with.
  let status: ExitStatus

  var exitStatus: ExitStatus { .reportNotWritten }

  var message: String {
    """
    standard output cannot be written: \(why); the command itself has done its work, and would have \
    ended with \(status.rawValue)
    """
  }

  var hint: String? { "make room, and look at the reports or give the command again" }
}
