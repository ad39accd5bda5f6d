import Accounting
import Foundation
import Reconciliation

/// What the program alone may look at: the environment, the clock and the terminal.
struct Surroundings: Sendable {
  let environment: [String: String]
  let console: Console

  static func current() -> Surroundings {
    let environment = ProcessInfo.processInfo.environment
    return Surroundings(environment: environment, console: Console(environment: environment))
  }

  /// Where the system keeps what is needed for a while.
  var scratch: Scratch {
    Scratch(directory: environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp")
  }

  /// The login name, to sign with where none is given.
  var user: String {
    getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "uid \(geteuid())"
  }

  /// The wall clock, to the microsecond.
  @Sendable static func now() -> Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }
}
