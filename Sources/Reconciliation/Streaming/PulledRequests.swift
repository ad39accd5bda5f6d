import Accounting
import Billing

/// What was read of some requests.
struct PulledRequests {
  let requests: [String]
  /// The rows of the range, as an engine that reads everything has them.
  private(set) var table: RowTable
  /// Of events beyond the range.
  private var callsBeyond = ProviderCalls()
  /// The requests that have rows beyond those of the range.
  private var incomplete: Set<String> = []
  /// Whether there are such rows that do not tell their request.
  private var missesNameless = false
  private let asOf: Instant

  init(of requests: [String], terms: Terms) {
    self.requests = requests
    table = RowTable(asOf: terms.asOf, zone: terms.zone)
    asOf = terms.asOf
  }

  /// Reads the requests' rows. Where there are more than the budget admits, what was read is of no
  /// use.
  mutating func read(
    from books: any BookSource, of scope: Scope, _ budget: inout RowBudget
  ) throws {
    var calls: Set<String> = []
    try books.usage(.requests(requests)) { row in
      guard budget.admits(row.requestID) else { return }
      if case .row(let event) = row, let call = event.providerRequestID { calls.insert(call) }
      if scope.pulls(row) {
        table.add(row)
      } else {
        callsBeyond.note(row, asOf: asOf)
        miss(row.requestID)
      }
    }
    let wanted = Set(requests)
    try books.entries(.requests(requests)) { row in
      if case .row(let entry) = row {
        guard entry.kind.netsPerRequest, entry.requestID.map(wanted.contains) ?? true else {
          return
        }
      }
      guard budget.admits(row.requestID) else { return }
      if scope.pulls(row) { table.add(row) } else { miss(row.requestID) }
    }
    guard !budget.isExceeded else { return }
    try books.usage(.providerRequests(calls.sorted())) { row in
      if scope.pulls(row) { table.note(row) } else { callsBeyond.note(row, asOf: asOf) }
    }
    try LookUp.settle(&table, from: books)
  }

  private mutating func miss(_ requestID: String?) {
    if let requestID { incomplete.insert(requestID) } else { missesNameless = true }
  }

  /// The first event of each call, by all rows there are.
  var allCalls: ProviderCalls {
    var calls = table.calls
    calls.merge(callsBeyond)
    return calls
  }

  /// Whether the rows of the range are all that a request has.
  func isAll(of requestID: String) -> Bool {
    !missesNameless && !incomplete.contains(requestID)
  }

  /// Requests to be read by all their rows, and what is known so far.
  struct Doubtful {
    var requests: [String] = []
    var table: RowTable?
  }
}
