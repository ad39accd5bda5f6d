import Accounting
import Billing

/// How many rows of a batch of requests may be held in memory together. What comes beyond is counted
/// and not kept, so that the batch can be read again in parts that fit.
struct RowBudget {
  private let limit: Int
  private var count = 0
  private var byRequest: [String: Int] = [:]

  init(limit: Int) { self.limit = limit }

  var isExceeded: Bool { count > limit }

  /// Whether one more row, of this request, may be kept.
  mutating func admits(_ requestID: String?) -> Bool {
    count += 1
    if let requestID { byRequest[requestID, default: 0] += 1 }
    return !isExceeded
  }

  /// Whether one request alone has more rows than may be held.
  func isExceeded(by requestID: String) -> Bool { byRequest[requestID] ?? 0 > limit }

  /// The requests of a batch that did not fit, in smaller batches; what is still too large is alone.
  func parts(of batch: [String]) -> [[String]] {
    var parts: [[String]] = []
    var part: [String] = []
    var rows = 0
    for id in batch {
      let more = byRequest[id] ?? 0
      if rows + more > limit / 2 || part.count * 2 >= batch.count, !part.isEmpty {
        parts.append(part)
        part = []
        rows = 0
      }
      part.append(id)
      rows += more
    }
    return parts + [part]
  }
}

extension Pulled<UsageEvent> {
  var requestID: String? {
    switch self {
    case .row(let event): event.requestID
    case .setAside(let row): row.requestID
    }
  }
}

extension Pulled<LedgerEntry> {
  var requestID: String? {
    switch self {
    case .row(let entry): entry.requestID
    case .setAside(let row): row.requestID
    }
  }
}
