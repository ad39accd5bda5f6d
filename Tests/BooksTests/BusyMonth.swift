import Accounting
import Billing
import Reconciliation
import TestSupport
import Testing

/// Three thousand calls of one month, about in order, with faults of most kinds among them.
struct BusyMonth {
  static var month: AccountingPeriod {
    get throws { try #require(AccountingPeriod(year: 2026, month: 10)) }
  }
  static let asOf = Instant(microseconds: 1_793_577_600_000_000)  // 2026-11-02

  var contents = BookContents()

  init(seed: UInt64, faults: Bool = true) throws {
    var generator = SplitMix64(seed: seed)
    let dollar = try #require(Currency("USD"))
    let start = DayRange(try BusyMonth.month).instants(in: .utc).lowerBound
    for number in 0..<3000 {
      let at = start.adding(
        seconds: Int64(number * 880 + Int.random(in: 0..<800, using: &generator)))
      var event = UsageEvent(
        eventID: "event-\(number)", requestID: "request-\(number)",
        providerRequestID: number % 3 == 0 ? nil : "call-\(number)",
        tenant: "tenant-\(number % 17)", deployment: number % 5 == 0 ? nil : "prod",
        user: "user", occurredAt: at, recordedAt: at.adding(seconds: 2), model: "m",
        tokens: TokenVector(input: Int64.random(in: 1...900, using: &generator), output: 7),
        charge: try Money(
          units: Int128(Int64.random(in: 0..<90_000, using: &generator)) * 1_000_000_000_000),
        currency: dollar)
      var entry = LedgerEntry(
        entryID: "entry-\(number)", tenant: event.tenant, deployment: event.deployment,
        requestID: event.requestID, amount: try (event.charge ?? .zero).rounded(to: dollar),
        currency: dollar, period: try BusyMonth.month, postedAt: at.adding(seconds: 70))
      let fault = faults ? Int.random(in: 0..<60, using: &generator) : 60
      switch fault {
      case 0: event.status = .failed("error")
      case 1: event.tokens.input = -1
      case 2: event.charge = nil
      case 3: entry.amount = try entry.amount + dollar.minorUnit
      case 4: entry.tenant = "elsewhere"
      case 5: event.requestID = "request-\(max(0, number - 40))"
      case 6: event.providerRequestID = "call-\(max(0, number - 10))"
      case 7: entry.kind = .rounding
      case 8: entry.requestID = nil
      case 9: event.attempt = .poll
      case 10: entry.amount = event.charge ?? .zero
      case 11: entry.servicePeriod = try BusyMonth.month.previous
      default: break
      }
      if fault != 12 { contents.usage.append(event) }
      if fault != 13 { contents.entries.append(entry) }
      if fault == 14 {
        event.eventID += "-like"
        event.requestID += "-like"
        event.providerRequestID = nil
        event.occurredAt = at.adding(seconds: 3)
        contents.usage.append(event)
      }
      if fault == 15 || fault == 16 {
        entry.entryID += "-again"
        entry.postedAt = at.adding(seconds: 86_400)
        contents.entries.append(entry)
        event.eventID += "-again"
        if fault == 16 { contents.usage.append(event) }
      }
    }
  }
}
