import CPostgres

/// Stops what a session is doing, from any thread. The statement then fails with a `BooksError` of
/// category `unavailable`.
package final class Cancellation: Sendable {
  // libpq promises that PQcancel may be called from any thread on an object that nobody changes.
  private nonisolated(unsafe) let requests: [OpaquePointer]

  init(_ connections: [Connection]) {
    requests = connections.compactMap { PQgetCancel($0.pointer) }
  }

  deinit { for request in requests { PQfreeCancel(request) } }

  package func cancel() {
    var message = [CChar](repeating: 0, count: 256)
    for request in requests { _ = PQcancel(request, &message, 256) }
  }
}

extension Connection {
  package var cancellation: Cancellation { Cancellation([self]) }
}
