/// How long to wait for a server, and how often to come back.
package struct Patience: Sendable {
  /// Tries to connect, the first one included.
  package var attempts: Int
  /// Before the second try, the third…; the last one repeats.
  package var pauses: [Duration]
  /// For one try, where neither the connection string nor the environment says.
  package var connectTimeout: Duration
  /// For one statement; `nil` = as the server is set.
  package var statementTimeout: Duration?
  package var sleep: @Sendable (Duration) -> Void

  package init(
    attempts: Int = 3, pauses: [Duration] = [.milliseconds(500), .seconds(2)],
    connectTimeout: Duration = .seconds(10), statementTimeout: Duration? = nil,
    sleep: @escaping @Sendable (Duration) -> Void = Patience.sleepOnThread
  ) {
    self.attempts = attempts
    self.pauses = pauses
    self.connectTimeout = connectTimeout
    self.statementTimeout = statementTimeout
    self.sleep = sleep
  }

  package static let standard = Patience()
  /// One try: what fails, fails at once.
  package static let none = Patience(attempts: 1)

  /// Repeats `attempt` while it fails for a reason that may pass by itself.
  func retrying<Value: ~Copyable>(
    _ attempt: () throws(BooksError) -> Value
  ) throws(BooksError) -> Value {
    for number in 1..<max(attempts, 1) {
      do throws(BooksError) {
        return try attempt()
      } catch {
        guard error.category == .unavailable else { throw error }
        if let pause = number <= pauses.count ? pauses[number - 1] : pauses.last { sleep(pause) }
      }
    }
    return try attempt()
  }
}

extension Duration {
  var inMilliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
