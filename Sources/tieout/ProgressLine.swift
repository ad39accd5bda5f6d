import Operations
import Synchronization

/// One line of standard error, rewritten while something takes longer than two seconds, and gone
/// when it ends. It keeps time on a thread of its own, so that it lives while a server is waited
/// for. Without a terminal there is none.
final class ProgressLine: Sendable {
  private struct State {
    var latest: RunProgress?
    /// What stands on the terminal.
    var shown = ""
  }

  private let console: Console
  private let started = ContinuousClock.now
  private let state = Mutex(State())
  private let ticking = Mutex<Task<Void, Never>?>(nil)

  init(console: Console, quiet: Bool) {
    self.console = console
    guard console.isTerminal, !quiet else { return }
    let task = Task.detached { [weak self] in
      var pause = Duration.seconds(2)
      while (try? await Task.sleep(for: pause)) != nil, let self {
        redraw()
        pause = .milliseconds(200)
      }
    }
    ticking.withLock { $0 = task }
  }

  deinit { ticking.withLock { $0?.cancel() } }

  func show(_ progress: RunProgress) { state.withLock { $0.latest = progress } }

  /// Takes the line away until there is progress again.
  func clear() {
    state.withLock { state in
      if !state.shown.isEmpty { console.error(Console.emptyLine) }
      state = State()
    }
  }

  private func redraw() {
    state.withLock { state in
      guard let latest = state.latest else { return }
      let seconds = (ContinuousClock.now - started).components.seconds
      let line = "\(latest.line) · \(seconds) s"
      guard line != state.shown else { return }
      console.error(Console.emptyLine + line)
      state.shown = line
    }
  }
}
