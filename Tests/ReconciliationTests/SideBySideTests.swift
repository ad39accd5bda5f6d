import Foundation
import Synchronization
import Testing

@testable import Reconciliation

@Suite("Work side by side")
struct SideBySideTests {
  private struct Failure: Error, Equatable { let number: Int }

  @Test func everyPieceIsDoneOnce() throws {
    let done = Mutex([Int](repeating: 0, count: 20))
    try sideBySide((0..<20).map { number in { done.withLock { $0[number] += 1 } } })
    #expect(done.withLock { $0 } == [Int](repeating: 1, count: 20))
  }

  /// A session with a server is for one thread; and what a run says to it is in one order.
  @Test func theFirstIsDoneByTheThreadThatAsks() throws {
    for _ in 0..<2000 {
      let thread = pthread_self()
      let isOwn = Mutex(false)
      try sideBySide([
        { isOwn.withLock { $0 = pthread_equal(pthread_self(), thread) != 0 } }, {}, {},
      ])
      guard isOwn.withLock({ $0 }) else {
        Issue.record("another thread took it")
        return
      }
    }
  }

  @Test func theFirstFailureIsThrownOnceAllHaveEnded() {
    let ended = Mutex(0)
    #expect(throws: Failure(number: 1)) {
      try sideBySide(
        (0..<5).map { number in
          {
            ended.withLock { $0 += 1 }
            if number.isMultiple(of: 2) { return }
            throw Failure(number: number)
          }
        })
    }
    #expect(ended.withLock { $0 } == 5)
  }

  @Test func nothingToDoIsDone() throws { try sideBySide([]) }
}
