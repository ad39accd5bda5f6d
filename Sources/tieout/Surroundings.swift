import Accounting
import Foundation
import Operations
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

  /// What counts as now: `TIEOUT_NOW`, or the wall clock.
  func now() throws(UsageError) -> Instant {
    guard let text = environment["TIEOUT_NOW"], !text.isEmpty else { return Self.wallClock() }
    return try RangeFlags.moment(text, of: "TIEOUT_NOW")
  }

  /// The clock of a run that is put on record: the moment given, or now.
  ///
  /// A moment to come would keep the runs until then from telling what becomes of breaks, and from
  /// what arrives late; who rehearses one leaves no record of it.
  func clock(_ given: String?, isRecorded: Bool = true) throws(UsageError) -> Instant {
    let now = try now()
    guard let given else { return now }
    let moment = try RangeFlags.moment(given)
    guard isRecorded, moment > now.adding(seconds: Self.clocksApart) else { return moment }
    throw UsageError(
      """
      --as-of \(moment) is to come (now: \(now)); on record, it would keep the runs until then from \
      telling what becomes of breaks
      """,
      hint: """
        correct it; `run --dry-run` leaves no record, and TIEOUT_NOW takes the place of a clock that \
        is wrong
        """)
  }

  /// Seconds by which the clocks of those who schedule runs may be ahead.
  private static let clocksApart: Int64 = 3600

  /// To the microsecond.
  @Sendable static func wallClock() -> Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }
}
