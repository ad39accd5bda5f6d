import Accounting
import Billing

/// Charged calls that could be one call told twice under two request ids, as `Lookalikes` finds them,
/// however many there are: sorted on disk, so that what is alike lies together in order of time.
struct SpooledLookalikes {
  private var calls: SpoolSorter<UsageEvent>

  init(in scratch: Scratch) {
    calls = SpoolSorter(in: scratch) { left, right in
      if left.tenant != right.tenant { return left.tenant < right.tenant }
      if left.tokens != right.tokens {
        return left.tokens.buckets.lexicographicallyPrecedes(right.tokens.buckets)
      }
      if left.model != right.model { return left.model < right.model }
      if left.user != right.user { return left.user.isBefore(right.user) }
      if left.session != right.session { return left.session.isBefore(right.session) }
      return (left.occurredAt, left.recordedAt, left.eventID)
        < (right.occurredAt, right.recordedAt, right.eventID)
    }
  }

  /// An event may come more than once.
  mutating func note(_ event: UsageEvent) throws {
    guard !event.tokens.isZero, event.user != nil || event.session != nil else { return }
    try calls.append(event)
  }

  /// Each call that came not more than `window` seconds after the one before it, with that one.
  consuming func forEachPair(
    within window: Int64, _ body: (SuspectedDuplicate) throws -> Void
  ) throws {
    var latest: UsageEvent?
    for event in try calls.finish() {
      defer { latest = event }
      guard let earlier = latest, earlier.eventID != event.eventID,
        earlier.tenant == event.tenant, earlier.tokens == event.tokens,
        earlier.model == event.model, earlier.user == event.user,
        earlier.session == event.session,
        event.occurredAt <= earlier.occurredAt.adding(seconds: window)
      else { continue }
      try body(SuspectedDuplicate(earlier: earlier, later: event))
    }
  }
}

extension String? {
  fileprivate func isBefore(_ other: String?) -> Bool {
    guard let other else { return false }
    return map { $0 < other } ?? true
  }
}

extension TokenVector {
  fileprivate var buckets: [Int64] {
    [input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning]
  }
}
