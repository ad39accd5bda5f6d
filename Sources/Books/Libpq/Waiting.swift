#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Patience {
  @Sendable package static func sleepOnThread(_ pause: Duration) {
    var left = timespec(
      tv_sec: Int(pause.components.seconds),
      tv_nsec: Int(pause.components.attoseconds / 1_000_000_000))
    var rest = timespec()
    while nanosleep(&left, &rest) != 0, errno == EINTR { left = rest }
  }
}

/// Waits until a socket can be read from or written to.
/// - Returns: `false` when the time is up.
func waitForSocket(_ socket: Int32, toRead: Bool, atMost duration: Duration) -> Bool {
  var request = pollfd(fd: socket, events: Int16(toRead ? POLLIN : POLLOUT), revents: 0)
  let milliseconds = Int32(clamping: max(duration.inMilliseconds, 0))
  return poll(&request, 1, milliseconds) != 0
}
