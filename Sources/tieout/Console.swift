import Foundation

/// Standard output for programs, standard error for people. A reader that has gone away is no
/// error.
struct Console: Sendable {
  /// Whether standard error is a terminal that takes control sequences.
  let isTerminal: Bool
  /// Whether standard error may carry colour.
  let color: Bool
  /// Whether standard output may carry colour.
  let outputColor: Bool

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

  /// Writes the bytes as they are.
  func output(_ bytes: [UInt8]) { Self.write(bytes, to: STDOUT_FILENO) }

  /// Writes the text as it is.
  @Sendable func error(_ text: String) { Self.write(Array(text.utf8), to: STDERR_FILENO) }

  /// One call where the system lets it, so that lines of several threads do not mix.
  private static func write(_ bytes: [UInt8], to descriptor: Int32) {
    var bytes = bytes[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        guard errno == EINTR || errno == EAGAIN else { return }
      } else {
        bytes = bytes.dropFirst(count)
      }
    }
  }
}
