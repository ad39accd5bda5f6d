import Accounting
import Billing
import Reconciliation

extension BookAuthor {
  static func terms(
    from first: AccountingPeriod, to last: AccountingPeriod, _ tenants: [String],
    using random: inout SplitMix64
  ) -> Terms {
    let zone = random.pick([BillingZone.utc, berlin, auckland])
    var range = (first.firstDay, last.lastDay)
    if random.chance(25) {
      let days = last.lastDay.daysSinceEpoch - first.firstDay.daysSinceEpoch
      let from = random.number(0...days)
      range.0 = first.firstDay.adding(days: from)
      range.1 = first.firstDay.adding(days: random.number(from...days))
    }
    guard let days = DayRange(from: range.0, to: range.1) else {
      preconditionFailure("the range ends before it starts")
    }
    let end = days.instants(in: zone).upperBound
    var terms = Terms(
      range: days, zone: zone,
      asOf: end.adding(seconds: random.pick([0, 3600, 86_400, 40 * 86_400, -86_400])))
    terms.rounding = random.chance(75) ? .halfUp : .halfEven
    terms.ledgerRounding = random.chance(60) ? .entry : .line
    terms.grace = random.pick([0, 6 * 3600, 3 * 86_400])
    if random.chance(10) { terms.tolerance = BookAuthor.cents(2) }
    if random.chance(12) { terms.places.tenants = [tenants[0]] }
    if random.chance(6) { terms.places.deployments = [random.pick(["prod", "test"])] }
    if random.chance(20) {
      for _ in 0..<random.number(1...3) {
        terms.dispositions[random.pick(correctable)] = random.pick(Disposition.ofRules)
      }
    }
    return terms
  }

  private static let correctable: [BreakCode] = [
    .doubleBilled, .unbilled, .nonbillableCharge, .amountMismatch, .misposted, .currencyMismatch,
    .cutOffError, .lateEvent, .roundingDrift, .trueUpDue, .invoiceUntied, .unsupportedCharge,
    .subcentLeak,
  ]

  private static func cents(_ count: Int64) -> Money {
    Money(minorUnits: count, of: currency("USD"))
  }

  private static func instant(_ text: String) -> Instant {
    guard let instant = Instant(text) else { preconditionFailure("\(text) is no instant") }
    return instant
  }

  /// Clocks change on 29 March and 25 October 2026.
  private static let berlin = BillingZone(
    name: "Europe/Berlin", firstOffset: 3600,
    changes: [
      BillingZone.Change(start: instant("2026-03-29T01:00:00Z"), offset: 7200),
      BillingZone.Change(start: instant("2026-10-25T01:00:00Z"), offset: 3600),
    ])

  /// Clocks change on 5 April and 27 September 2026.
  private static let auckland = BillingZone(
    name: "Pacific/Auckland", firstOffset: 13 * 3600,
    changes: [
      BillingZone.Change(start: instant("2026-04-04T14:00:00Z"), offset: 12 * 3600),
      BillingZone.Change(start: instant("2026-09-26T14:00:00Z"), offset: 13 * 3600),
    ])
}
