import Foundation

/// Something done on a thread of its own: the jobs block, and so do the tests, which share as few
/// threads as there are cores.
package struct Aside<Value: Sendable>: Sendable {
  private let values: AsyncThrowingStream<Value, any Error>

  package init(_ body: @escaping @Sendable () throws -> Value) {
    let (values, continuation) = AsyncThrowingStream.makeStream(of: Value.self)
    self.values = values
    Thread.detachNewThread {
      do {
        continuation.yield(try body())
        continuation.finish()
      } catch {
        continuation.finish(throwing: error)
      }
    }
  }

  package var value: Value {
    get async throws {
      for try await value in values { return value }
      throw CancellationError()
    }
  }
}
