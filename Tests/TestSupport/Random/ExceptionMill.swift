import Accounting
import Billing
import Reconciliation

/// An engine that makes up as many broken requests as are wanted, and never holds more than a few
/// hundred of them: one after the other billed twice, not at all, wrongly, elsewhere, or without an
/// event.
package struct ExceptionMill: MatchEngine {
  /// Requests, all of them broken.
  package let count: Int
  package let tenants: Int
  package let terms: Terms
  private let usd: Currency
  private let month: AccountingPeriod

  /// - Returns: `nil` where the library knows no dollar and no October.
  package init?(count: Int, tenants: Int = 2000) {
    guard let usd = Currency("USD"), let month = AccountingPeriod("2026-10"),
      let asOf = Instant("2026-11-03T04:00:00Z")
    else { return nil }
    self.count = count
    self.tenants = tenants
    self.usd = usd
    self.month = month
    terms = Terms(range: DayRange(month), asOf: asOf)
  }

  /// Books that have nothing but what the mill hands on.
  package var books: InMemoryBooks { InMemoryBooks(BookContents(), zone: terms.zone) }

  package func match(
    _ books: any BookSource, under terms: Terms, policies: PolicyBook?,
    exception: (ExceptionItem) throws -> Void
  ) throws -> Matching {
    var all = Matching()
    for start in stride(from: 0, to: count, by: 500) {
      let some = try contents(start..<min(start + 500, count))
      let matching = try InProcessEngine().match(
        InMemoryBooks(some, zone: terms.zone), under: terms, policies: policies,
        exception: exception)
      for (group, totals) in matching.totals {
        try all.totals[group, default: GroupTotals()].merge(totals)
      }
      all.cleanRequests += matching.cleanRequests
      all.brokenRequests += matching.brokenRequests
    }
    return all
  }

  private func contents(_ numbers: Range<Int>) throws -> BookContents {
    var contents = BookContents()
    for number in numbers {
      let digits = String(number)
      let id = String(repeating: "0", count: max(0, 8 - digits.count)) + digits
      let request = "6f1c2f0e-3b57-4c11-9f52-0000\(id)"
      let tenant = "tenant-\(number % tenants)"
      let deployment = number / tenants % 2 == 0 ? "chat" : "search"
      let occurredAt = month.firstDay.daysSinceEpoch * 86_400 + number % (30 * 86_400)
      let at = Instant(microseconds: Int64(occurredAt) * 1_000_000)
      let charge = Money(minorUnits: Int64(number % 997 + 1), of: usd)
      func entry(_ name: String, of deployment: String, _ amount: Money) -> LedgerEntry {
        LedgerEntry(
          entryID: "\(name)-\(request)", tenant: tenant, deployment: deployment,
          requestID: request, amount: amount, currency: usd, period: month,
          postedAt: at.adding(seconds: 60))
      }
      if number % 5 != 4 {
        contents.usage.append(
          UsageEvent(
            eventID: "event-\(request)", requestID: request, tenant: tenant,
            deployment: deployment, occurredAt: at, recordedAt: at, model: "model-\(number % 7)",
            tokens: TokenVector(input: 100, output: 20), charge: charge, currency: usd))
      }
      switch number % 5 {
      case 0:
        contents.entries += ["first", "second"].map { entry($0, of: deployment, charge) }
      case 1: break
      case 2: contents.entries.append(entry("wrong", of: deployment, try charge + usd.minorUnit))
      case 3: contents.entries.append(entry("astray", of: "batch", charge))
      default: contents.entries.append(entry("ghost", of: deployment, charge))
      }
    }
    return contents
  }
}
