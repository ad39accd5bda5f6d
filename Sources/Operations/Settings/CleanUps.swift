import Synchronization

/// What must be undone should the program be interrupted, such as a private database server that
/// would outlive it. The last thing begun is undone first.
package final class CleanUps: Sendable {
  package static let shared = CleanUps()

  private struct State {
    var latest = 0
    var actions: [(id: Int, run: @Sendable () -> Void)] = []
  }

  private let state = Mutex(State())

  /// - Parameter action: must be safe on any thread, while everything else goes on.
  /// - Returns: what `remove` takes, once the thing was undone in the ordinary way.
  package func add(_ action: @escaping @Sendable () -> Void) -> Int {
    state.withLock { state in
      state.latest += 1
      state.actions.append((state.latest, action))
      return state.latest
    }
  }

  package func remove(_ id: Int) {
    state.withLock { state in state.actions.removeAll { $0.id == id } }
  }

  /// Runs every action once.
  package func runAll() {
    while let action = state.withLock({ $0.actions.popLast() }) { action.run() }
  }
}
