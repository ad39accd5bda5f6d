import Accounting
import Billing

/// Charged calls that could be one call told twice under two request ids, as `Lookalikes` finds them,
/// however many there are: sorted on disk, so that what is alike lies together in order of time.
struct SpooledLookalikes {
  private var calls: SpoolSorter<JudgedCall>

  init(in scratch: Scratch) {
    calls = SpoolSorter(in: scratch) { left, right in
      let (left, right) = (left.event, right.event)
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

  /// An event may come more than once, a request with one event only.
  ///
  /// - Parameter isBroken: whether its request was handed on already.
  mutating func note(_ event: UsageEvent, isBroken: Bool) throws {
    guard !event.tokens.isZero, event.user != nil || event.session != nil else { return }
    try calls.append(JudgedCall(event: event, isBroken: isBroken))
  }

  /// Each call that came not more than `window` seconds after the one before it, with that one, and
  /// whether the later one's request was handed on already.
  consuming func forEachPair(
    within window: Int64, _ body: (SuspectedDuplicate, Bool) throws -> Void
  ) throws {
    var latest: UsageEvent?
    for call in try calls.finish() {
      let event = call.event
      defer { latest = event }
      guard let earlier = latest, earlier.eventID != event.eventID,
        earlier.tenant == event.tenant, earlier.tokens == event.tokens,
        earlier.model == event.model, earlier.user == event.user,
        earlier.session == event.session,
        event.occurredAt <= earlier.occurredAt.adding(seconds: window)
      else { continue }
      try body(SuspectedDuplicate(earlier: earlier, later: event), call.isBroken)
    }
  }
}

/// A charged call, and whether its request was found broken.
private struct JudgedCall: Spoolable {
  var event: UsageEvent
  var isBroken: Bool

  var weight: Int { event.weight + 8 }

  func encode(into encoder: inout SpoolEncoder) {
    event.encode(into: &encoder)
    encoder.put(isBroken)
  }

  init(event: UsageEvent, isBroken: Bool) {
    self.event = event
    self.isBroken = isBroken
  }

  init(from decoder: inout SpoolDecoder) {
    self.init(event: UsageEvent(from: &decoder), isBroken: decoder.flag())
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
