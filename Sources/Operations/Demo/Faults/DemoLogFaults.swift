import Accounting
import Billing

/// Faults of the gateway's own log.
extension DemoDraft {
  mutating func plantLogFaults() throws {
    for number in 0..<plan.scaled(24, least: 4) { try plantDuplicate(copies: number == 0 ? 2 : 1) }
    for _ in 0..<plan.scaled(6, least: 2) { try plantRepeatedCall(isBilled: false) }
    for _ in 0..<plan.scaled(9, least: 3) { try plantConflict() }
    for _ in 0..<plan.scaled(12, least: 3) { try plantLookalike() }
    try plantInvalidEvents()
  }

  /// The gateway logs one request again.
  private mutating func plantDuplicate(copies: Int) throws {
    let original = try choose("a duplicate event", atLeast: 0)
    for _ in 0..<copies { logAgain(original) }
    plant(.duplicateEvent, at: original)
  }

  /// The client tries again under a fresh request id; the provider answers with the same call.
  mutating func plantRepeatedCall(isBilled: Bool) throws {
    let original = try choose("a repeated provider call") { event, _ in
      event.event.providerRequestID != nil && event.event.attempt == .primary
    }
    let delay = random.seconds(20, 90)
    let copy = logAgain(original, after: delay) { event, random in
      event.event.occurredAt = event.event.occurredAt.adding(seconds: delay)
      event.event.requestID = random.ulid("req_", at: event.event.occurredAt)
      event.event.attempt = .retry
    }
    guard isBilled else { return plant(.duplicateEvent, at: copy) }
    try bill(copy, after: random.seconds(1, 45))
    plant(.doubleBilled, at: copy, amount: try expected(copy))
  }

  /// The gateway logs one request again, with other tokens: the first write won.
  private mutating func plantConflict() throws {
    let original = try choose("a conflicting event", atLeast: 0)
    let copy = logAgain(original) { event, random in
      event.event.tokens.output += random.seconds(1, 400)
      event.event.tokens.input += random.seconds(1, 900)
    }
    var other = events[copy]
    try rate(&other)
    events[copy] = other
    plant(.conflictingEvent, at: original)
  }

  /// Somebody pressed the button twice, or a client retried without saying so: both are billed.
  private mutating func plantLookalike() throws {
    let original = try choose("a suspected duplicate", atLeast: 0) { event, _ in
      event.event.session != nil || event.event.user != nil
    }
    plant(.suspectedDuplicate, at: try makeLookalike(of: original, after: random.seconds(1, 4)))
  }

  /// Logs and bills a second call like the first.
  mutating func makeLookalike(of original: Int, after delay: Int64) throws -> Int {
    let copy = logAgain(original, after: delay) { event, random in
      event.event.occurredAt = event.event.occurredAt.adding(seconds: delay)
      event.event.requestID = random.ulid("req_", at: event.event.occurredAt)
      event.event.providerRequestID = random.providerCall(event.provider)
      event.isCharged = true
    }
    try bill(copy, after: random.seconds(1, 45))
    return copy
  }

  /// Logs an event again under a new id, after the original; what is copied is not charged.
  @discardableResult
  private mutating func logAgain(
    _ original: Int, after delay: Int64 = 1,
    _ change: (inout DemoEvent, inout DemoRandom) -> Void = { _, _ in }
  ) -> Int {
    var copy = events[original]
    copy.event.recordedAt = copy.event.recordedAt.adding(seconds: delay + random.seconds(0, 60))
    copy.event.eventID = random.ulid("evt_", at: copy.event.recordedAt)
    copy.isCharged = false
    change(&copy, &random)
    copy.period = plan.zone.period(of: copy.event.occurredAt)
    let index = log(copy)
    taken.insert(index)
    return index
  }
}
