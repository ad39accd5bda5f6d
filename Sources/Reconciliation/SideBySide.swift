import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Does pieces of work at the same time, as far as there are processors for them; they may not share
/// what any of them changes. The first is done by the thread that asks: so the books, which are for
/// one thread, stay with it.
///
/// - Throws: what the first of those that failed has thrown, once all have ended.
package func sideBySide(_ pieces: [() throws -> Void]) throws {
  guard !pieces.isEmpty else { return }
  // Each piece is for one thread, and so is its place for a failure.
  nonisolated(unsafe) let work = pieces
  nonisolated(unsafe) let failures = UnsafeMutableBufferPointer<(any Error)?>.allocate(
    capacity: pieces.count)
  failures.initialize(repeating: nil)
  defer {
    failures.deinitialize()
    failures.deallocate()
  }
  @Sendable func perform(_ index: Int) {
    do { try work[index]() } catch { failures[index] = error }
  }
  let asker = pthread_self()
  nonisolated(unsafe) var isFirstDone = false
  let next = Atomic(1)
  DispatchQueue.concurrentPerform(iterations: pieces.count) { _ in
    if pthread_equal(pthread_self(), asker) != 0, !isFirstDone {
      isFirstDone = true
      return perform(0)
    }
    let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
    if index < work.count { perform(index) }
  }
  // Others were quicker with everything else.
  if !isFirstDone { perform(0) }
  if let failure = failures.lazy.compactMap(\.self).first { throw failure }
}
