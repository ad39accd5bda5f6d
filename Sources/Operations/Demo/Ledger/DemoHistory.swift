import Accounting
import Billing

/// What has gone wrong before and was put right, and what only looks wrong: none of it is a break.
extension DemoDraft {
  mutating func writeHistory() throws {
    for _ in 0..<plan.scaled(30, least: 2) {
      try reverseSecondEntry(namingRequest: true)
      try reverseSecondEntry(namingRequest: false)
      try billAgain()
      try adjust()
      try reinstate()
      try moveHome()
      try bookServiceLater()
      try billLateEvent()
      try callAgainAfterAWhile()
    }
    bookOtherAccounts()
  }

  /// Billed twice; the second entry was reversed, with or without naming the request.
  private mutating func reverseSecondEntry(namingRequest: Bool) throws {
    let event = try choose("a reversed double billing")
    let amount = try expected(event)
    let second = book(event, .usage, amount, at: later(than: event, 5, 600))
    let reversal = book(
      event, .reversal, -amount, at: later(than: event, 3600, 90_000), reverses: second,
      reason: "double-billed")
    if !namingRequest { entries[reversal]?.entry.requestID = nil }
  }

  /// A wrong amount, reversed and billed again: one live entry is left.
  private mutating func billAgain() throws {
    let event = try choose("a second billing", atLeast: 2)
    let amount = try expected(event)
    let wrong = try amount.times(3)
    amendEntry(of: event) { $0.amount = wrong }
    book(
      event, .reversal, -wrong, at: later(than: event, 3600, 5000), reverses: entryOfEvent[event])
    book(event, .usage, amount, at: later(than: event, 5001, 9000))
  }

  /// A wrong amount, adjusted since.
  private mutating func adjust() throws {
    let event = try choose("an adjusted entry", atLeast: 2)
    let amount = try expected(event)
    let wrong = currency(of: event).minorUnit
    amendEntry(of: event) { $0.amount = wrong }
    book(
      event, .adjustment, try amount - wrong, at: later(than: event, 3600, 90_000),
      reason: "amount-mismatch")
  }

  /// Reversed by mistake; the reversal was reversed.
  private mutating func reinstate() throws {
    let event = try choose("a reinstated entry")
    let amount = try expected(event)
    let reversal = book(
      event, .reversal, -amount, at: later(than: event, 600, 5000), reverses: entryOfEvent[event])
    book(event, .reversal, amount, at: later(than: event, 5001, 9000), reverses: reversal)
  }

  /// Booked to another deployment, reversed there and charged at home.
  private mutating func moveHome() throws {
    let others = places.filter { $0.isOrdinaryUsage && $0.tenant.name == "halcyon-health" }
    let event = try choose("an entry that was moved") { event, place in
      place.isOrdinaryUsage && place.tenant.name == "halcyon-health"
    }
    let amount = try expected(event)
    let home = events[event].event.deployment
    let wrong = random.pick(others.map(\.deployment).filter { $0 != home })
    amendEntry(of: event) { $0.deployment = wrong }
    let reversal = book(
      event, .reversal, -amount, at: later(than: event, 3600, 5000), reverses: entryOfEvent[event],
      reason: "misposted")
    entries[reversal]?.entry.deployment = wrong
    book(event, .usage, amount, at: later(than: event, 3600, 5000), reason: "misposted")
  }

  /// Booked in the month after, with the month of the service kept.
  private mutating func bookServiceLater() throws {
    let event = try choose("a later booking")
    let next = plan.period.next
    let at = plan.zone.start(of: next.firstDay).adding(seconds: random.seconds(3600, 80_000))
    amendEntry(of: event) {
      $0.servicePeriod = $0.period
      $0.period = next
      $0.postedAt = at
    }
  }

  /// Arrived after its month was closed, and billed in the open one.
  private mutating func billLateEvent() throws {
    let event = try choose("a late event that is billed", of: plan.priorPeriod) { _, place in
      place.isOrdinaryUsage
    }
    makeLate(event)
    let at = events[event].event.recordedAt.adding(seconds: random.seconds(60, 3000))
    let open = plan.period
    amendEntry(of: event) {
      $0.servicePeriod = $0.period
      $0.period = open
      $0.postedAt = at
    }
  }

  /// The same question once more, just too late to look like the same call.
  private mutating func callAgainAfterAWhile() throws {
    let original = try choose("a repeated question", atLeast: 0)
    _ = try makeLookalike(of: original, after: random.seconds(6, 7))
  }

  /// Grants, meters and credits share the ledger; they are not money owed for usage.
  private mutating func bookOtherAccounts() {
    for index in places.indices.filter({ $0.isMultiple(of: 3) }) {
      let place = places[index]
      let at = plan.zone.start(of: plan.period.firstDay).adding(seconds: random.seconds(0, 90_000))
      for (kind, account) in [("grant", "llm_usage"), ("plan_grant", "meter:tokens")] {
        let entry = LedgerEntry(
          entryID: random.ulid("ent_", at: at), tenant: place.tenant.name,
          deployment: place.deployment, kind: EntryKind(kind),
          amount: Money(minorUnits: -random.seconds(500, 50_000), of: place.tenant.currency),
          currency: place.tenant.currency, period: plan.period, postedAt: at, reason: "welcome")
        entries.append(DemoEntry(entry: entry, account: account))
      }
    }
    for event in events.indices.filter({ $0.isMultiple(of: 50) && events[$0].isCharged }) {
      let source = events[event].event
      let meter = book(event, .usage, .zero, at: source.recordedAt.adding(seconds: 2))
      entries[meter]?.account = "meter:\(source.model)"
      entries[meter]?.entry.amount = Money(minorUnits: 1, of: source.currency)
    }
  }
}
