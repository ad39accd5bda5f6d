import Accounting
import Billing

/// Faults of how, where and when something is booked.
extension DemoDraft {
  mutating func plantPostingFaults() throws {
    for number in 0..<plan.scaled(30, least: 5) { try plantMismatch(number) }
    for number in 0..<plan.scaled(14, least: 6) { try plantMisposted(toTenant: number % 2 == 0) }
    for _ in 0..<plan.scaled(8, least: 3) { try plantOtherCurrency() }
    try plantCutOffErrors()
  }

  /// The amount is not what the event comes to.
  private mutating func plantMismatch(_ number: Int) throws {
    let event = try choose("an amount mismatch", atLeast: 4)
    let expected = try expected(event)
    let currency = currency(of: event)
    let wrong: Money
    switch number % 5 {
    case 0:  // a slipped decimal point
      wrong = try expected.times(10)
    case 1:  // half of it
      wrong = Money(minorUnits: (expected.minorUnits(of: currency) ?? 0) / 2, of: currency)
    case 2:  // the price of a dearer model
      wrong = try expected.times(Int128(random.between(2, 6)))
    case 3:  // somebody adjusted what was right
      wrong = try expected - Money(minorUnits: random.seconds(2, 3), of: currency)
    default:  // a quarter of it
      wrong = Money(minorUnits: (expected.minorUnits(of: currency) ?? 0) / 4, of: currency)
    }
    if number % 5 == 3 {
      book(
        event, .adjustment, try wrong - expected, at: later(than: event, 3600, 90_000),
        reason: "goodwill")
    } else {
      amendEntry(of: event) { $0.amount = wrong }
    }
    plant(.amountMismatch, at: event, amount: try wrong - expected)
  }

  private mutating func plantMisposted(toTenant: Bool) throws {
    let places = self.places
    func neighbours(_ event: DemoEvent) -> [DemoPlace] {
      places.indices.filter { $0 != event.place }.map { places[$0] }.filter {
        $0.isOrdinaryUsage && $0.tenant.currency == event.event.currency
          && ($0.tenant.name == event.event.tenant) != toTenant
      }
    }
    let event = try choose("a misposted entry") { event, place in
      place.isOrdinaryUsage && !neighbours(event).isEmpty
    }
    let wrong = random.pick(neighbours(events[event]))
    plant(.misposted, at: event, amount: -(try expected(event)))
    amendEntry(of: event) {
      $0.tenant = wrong.tenant.name
      $0.deployment = wrong.deployment
    }
  }

  /// The same number in another currency.
  private mutating func plantOtherCurrency() throws {
    let currencies = Dictionary(
      places.map { ($0.tenant.currency.code, $0.tenant.currency) }, uniquingKeysWith: { $1 })
    let event = try choose("an entry in another currency") { _, place in place.isOrdinaryUsage }
    guard let other = currencies[currency(of: event).code == "USD" ? "EUR" : "USD"] else { return }
    plant(.currencyMismatch, at: event, amount: -(try expected(event)))
    amendEntry(of: event) { $0.currency = other }
  }

  private mutating func plantCutOffErrors() throws {
    let next = plan.period.next
    let start = plan.zone.start(of: plan.period.firstDay)
    for _ in 0..<plan.scaled(8, least: 2) {
      try plantCutOff(bookedTo: next) { _ in true }
    }
    for _ in 0..<plan.scaled(4, least: 1) {
      // Early on the first, when it is still the month before in UTC.
      try plantCutOff(bookedTo: plan.priorPeriod) {
        $0.event.occurredAt.seconds(since: start) < 7200
      }
    }
    for _ in 0..<plan.scaled(4, least: 1) {
      try plantCutOff(of: plan.priorPeriod, bookedTo: plan.period) { _ in true }
    }
    try plantCutOff(of: next, bookedTo: plan.period) { _ in true }
    try plantCutOff(of: plan.priorPeriod.previous, bookedTo: plan.priorPeriod) { _ in true }
  }

  private mutating func plantCutOff(
    of period: AccountingPeriod? = nil, bookedTo booked: AccountingPeriod,
    where suits: (DemoEvent) -> Bool
  ) throws {
    let event = try choose("a cut-off error", of: period) { event, place in
      place.isOrdinaryUsage && suits(event)
    }
    plant(.cutOffError, at: event, amount: -(try expected(event)))
    let firstInstant = plan.zone.start(of: booked.firstDay)
    amendEntry(of: event) {
      $0.period = booked
      if $0.postedAt < firstInstant { $0.postedAt = firstInstant.adding(seconds: 1800) }
    }
  }
}
