/// What entries net over: a request, or an entry that names none and stands for itself.
package enum Subject: Hashable, Sendable {
  case request(String)
  case entry(String)

  package var requestID: String? {
    if case .request(let id) = self { return id }
    return nil
  }

  /// Unique over both cases; part of break ids and idempotency keys.
  package var text: String {
    switch self {
    case .request(let id): "request \(id)"
    case .entry(let id): "entry \(id)"
    }
  }
}

extension Subject: Comparable {
  package static func < (left: Subject, right: Subject) -> Bool { left.text < right.text }
}
