import Foundation

/// Ctrl-C and its like: the program leaves at once, with 128 plus the signal. What was begun undoes
/// itself: the server rolls an open transaction back when the connection closes, and a private
/// server's watchdog stops it.
enum Interruption {
  /// The handler may do little more than write a byte; a thread of its own does the rest.
  private nonisolated(unsafe) static var pipe: [Int32] = [-1, -1]

  /// Called once, before anything else runs. A signal that the caller had ignored, as `nohup`
  /// does, stays ignored.
  static func watch(_ console: Console) {
    guard Foundation.pipe(&pipe) == 0 else { return }
    for end in pipe { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    for number in [SIGINT, SIGTERM, SIGHUP] where !isIgnored(number) {
      signal(number) { number in
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(Interruption.pipe[1], &byte, 1)
      }
    }
    Thread.detachNewThread {
      var byte: UInt8 = 0
      while read(pipe[0], &byte, 1) != 1 {}
      leave(Int32(byte), console)
    }
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var current = sigaction()
    guard sigaction(number, nil, &current) == 0 else { return false }
    return unsafeBitCast(current.__sigaction_handler.sa_handler, to: Int.self) == 1  // SIG_IGN
  }

  private static func leave(_ number: Int32, _ console: Console) -> Never {
    if console.isTerminal { console.error(Console.emptyLine) }
    // Not `exit`, which would run the destructors of code that is still running.
    _exit(128 + number)
  }
}
