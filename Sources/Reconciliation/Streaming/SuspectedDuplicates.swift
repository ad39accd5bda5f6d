import Accounting
import Billing

/// Calls that look alike: of one tenant, with the same tokens, near in time.
struct SuspectedDuplicates {
  private let books: any BookSource
  private let pass: FirstPass
  private let scratch: Scratch
  /// Events that have one alike.
  private var alike: Spool<Sighting> = []

  init(books: any BookSource, pass: FirstPass, scratch: Scratch) {
    self.books = books
    self.pass = pass
    self.scratch = scratch
  }

  private var window: Int64 { pass.terms.suspectedDuplicateWindow }

  /// Takes the first pass's own file and no books.
  mutating func find() throws {
    var sorter = Sighting.sorter(in: scratch)
    try pass.files.alike.forEachAlike(within: window) { try sorter.append($0) }
    alike = try sorter.finish()
    pass.files.alike.close()
  }

  /// Every pair of which the later call is the run's, and whether a request of it is broken. To be
  /// asked once, when all requests have been judged.
  mutating func forEachPair(
    among judged: JudgedRequests, _ body: (SuspectedDuplicate, Bool) throws -> Void
  ) throws {
    var lookalikes = SpooledLookalikes(in: scratch)
    let candidates = try chargeable()
    try judged.forEach(of: candidates) { event, verdict in
      // What was never judged has but one event that may be charged.
      guard verdict?.charges(pass.digester.digest(event.eventID)) ?? true else { return }
      try lookalikes.note(event, isBroken: verdict?.isBroken ?? false)
    }
    try lookalikes.forEachPair(within: window) { pair, isBroken in
      if pass.scope.contains(pair.later) { try body(pair, isBroken) }
    }
  }

  /// Events that may be charged and have one alike near in time, and some more.
  private mutating func chargeable() throws -> PartitionedList<UsageEvent> {
    let candidates = PartitionedList<UsageEvent>(in: scratch)
    let recall = Recall(books: books, pass: pass)
    try recall.forEachRequest(of: alike, in: scratch) { event in
      event.occurredAt.map { instant in
        Likeness(
          pass.digester.word(event.place.tenant), tokens: event.tokens, at: instant, pass.scope
        ).key(within: window)
      }
    } body: { requests in
      try books.usage(.requests(requests)) { row in
        guard case .row(let event) = row, pass.scope.pulls(row), event.isChargeCandidate,
          event.defect(asOf: pass.terms.asOf) == nil
        else { return }
        try candidates.append(event, of: pass.digest(request: event.requestID))
      }
    }
    alike = []
    return candidates
  }
}
