import Operations
import Synchronization

/// One line of standard error, rewritten while something takes longer than two seconds, and gone
/// when it ends. Without a terminal there is none.
final class ProgressLine: Sendable {
  private struct State {
    var stage = ""
    var shownAt: ContinuousClock.Instant?
  }

  private let console: Console
  private let isWanted: Bool
  private let started = ContinuousClock.now
  private let state = Mutex(State())

  init(console: Console, quiet: Bool) {
    self.console = console
    isWanted = console.isTerminal && !quiet
  }

  func show(_ progress: RunProgress) {
    guard isWanted else { return }
    let now = ContinuousClock.now
    guard now - started > .seconds(2) else { return }
    state.withLock { state in
      let isFresh = state.stage != progress.stage
      if let shownAt = state.shownAt, !isFresh, now - shownAt < .milliseconds(100) { return }
      state.stage = progress.stage
      state.shownAt = now
      let seconds = (now - started).components.seconds
      console.error("\r\u{1b}[2K\(progress.line) · \(seconds) s")
    }
  }

  /// Takes the line away, for good or before something else is written.
  func clear() {
    state.withLock { state in
      guard state.shownAt != nil else { return }
      state = State()
      console.error("\r\u{1b}[2K")
    }
  }
}
