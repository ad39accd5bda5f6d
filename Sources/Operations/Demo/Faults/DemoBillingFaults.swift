import Accounting
import Billing

/// Faults of what is billed, and what is not.
extension DemoDraft {
  mutating func plantBillingFaults() throws {
    for number in 0..<plan.scaled(20, least: 4) {
      try plantSecondEntry(copies: number == 0 ? 2 : 1)
    }
    for _ in 0..<plan.scaled(10, least: 2) { try plantRepeatedCall(isBilled: true) }
    for _ in 0..<plan.scaled(40, least: 4) { try plantUnbilled() }
    for _ in 0..<plan.scaled(5, least: 2) { try plantReversedByMistake() }
    for _ in 0..<plan.scaled(12, least: 3) { try plantInTransit() }
    for _ in 0..<plan.scaled(8, least: 3) { try plantLateEvent() }
    for _ in 0..<plan.scaled(10, least: 3) { try plantUnsupported() }
    for _ in 0..<plan.scaled(20, least: 4) { try plantNonbillable() }
  }

  private mutating func plantSecondEntry(copies: Int) throws {
    let event = try choose("a double billing")
    let amount = try expected(event)
    for _ in 0..<copies { book(event, .usage, amount, at: later(than: event, 5, 20_000)) }
    plant(.doubleBilled, at: event, amount: try amount.times(Int128(copies)))
  }

  private mutating func plantUnbilled() throws {
    let event = try choose("an unbilled request")
    plant(.unbilled, at: event, amount: -(try expected(event)))
    removeEntry(of: event)
  }

  /// Somebody reversed an entry that was right.
  private mutating func plantReversedByMistake() throws {
    let event = try choose("an entry reversed by mistake")
    let amount = try expected(event)
    book(
      event, .reversal, -amount, at: later(than: event, 3600, 200_000),
      reverses: entryOfEvent[event], reason: "customer complaint")
    plant(.unbilled, at: event, amount: -amount)
  }

  /// A machine that was offline uploads its log just before the run.
  private mutating func plantInTransit() throws {
    let event = try choose("an event in transit") { _, place in place.isOrdinaryUsage }
    let span = Int(plan.asOf.seconds(since: plan.graceStart))
    events[event].event.recordedAt = plan.graceStart.adding(seconds: random.seconds(60, span - 60))
    plant(.inTransit, at: event, amount: -(try expected(event)))
    removeEntry(of: event)
  }

  /// The same, for the month that was closed long ago.
  private mutating func plantLateEvent() throws {
    let event = try choose("a late event", of: plan.priorPeriod) { _, place in
      place.isOrdinaryUsage
    }
    makeLate(event)
    plant(.lateEvent, at: event, amount: -(try expected(event)))
    removeEntry(of: event)
  }

  mutating func makeLate(_ event: Int) {
    events[event].event.recordedAt = plan.priorClosedAt.adding(
      seconds: random.seconds(86_400, 20 * 86_400))
  }

  /// Usage of a plan that comes in after its true-up; the true-up's own fault is found when the
  /// month is settled.
  mutating func delayPlanUsage() throws {
    for index in places.indices where places[index].ill == .laterUsage {
      for _ in 0..<3 {
        let event = try choose("usage after a true-up") { event, _ in event.place == index }
        let recordedAt = plan.settledAt.adding(seconds: random.seconds(3600, 40_000))
        let postedAt = recordedAt.adding(seconds: random.seconds(1, 900))
        events[event].event.recordedAt = recordedAt
        amendEntry(of: event) { $0.postedAt = postedAt }
      }
    }
  }

  /// An entry for a request that the gateway never saw.
  private mutating func plantUnsupported() throws {
    let neighbour = try choose("an unsupported charge", atLeast: 0)
    let source = events[neighbour].event
    let at = source.occurredAt.adding(seconds: random.seconds(1, 60))
    let amount = Money(minorUnits: random.seconds(1, 900), of: source.currency)
    let entry = book(neighbour, .usage, amount, at: at)
    let requestID = random.ulid("req_", at: source.occurredAt)
    entries[entry]?.entry.requestID = requestID
    entries[entry]?.tokens = nil
    planted.append(
      PlantedBreak(
        .unsupportedCharge, in: group(of: neighbour), requestID: requestID, amount: amount))
  }

  /// An entry for a call that failed, was the gateway's own, a poll, or paid elsewhere.
  private mutating func plantNonbillable() throws {
    let event = try chooseFree("a charge for a call that may not be charged")
    let amount = Money(minorUnits: random.seconds(1, 40), of: currency(of: event))
    let at = events[event].event.recordedAt.adding(seconds: random.seconds(1, 45))
    book(event, .usage, amount, at: at)
    plant(.nonbillableCharge, at: event, amount: amount)
  }
}
