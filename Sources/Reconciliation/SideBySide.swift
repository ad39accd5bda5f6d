import Dispatch

/// Does pieces of work at the same time, as far as there are processors for them; they may not share
/// what any of them changes.
///
/// - Throws: what the first of those that failed has thrown, once all have ended.
package func sideBySide(_ pieces: [() throws -> Void]) throws {
  // Each piece is for one thread, and so is its place for a failure.
  nonisolated(unsafe) let work = pieces
  nonisolated(unsafe) let failures = UnsafeMutableBufferPointer<(any Error)?>.allocate(
    capacity: pieces.count)
  failures.initialize(repeating: nil)
  defer {
    failures.deinitialize()
    failures.deallocate()
  }
  DispatchQueue.concurrentPerform(iterations: pieces.count) { index in
    do { try work[index]() } catch { failures[index] = error }
  }
  if let failure = failures.lazy.compactMap(\.self).first { throw failure }
}
