import Accounting
import Synchronization

/// Billing months in time. A run asks for the same few again and again, and a time zone is slow.
package final class BillingMonths: Sendable {
  private let zone: BillingZone
  private let known = Mutex<[AccountingPeriod: Range<Instant>]>([:])

  package init(_ zone: BillingZone) { self.zone = zone }

  package func instants(of period: AccountingPeriod) -> Range<Instant> {
    known.withLock { known in
      if let instants = known[period] { return instants }
      let instants = DayRange(period).instants(in: zone)
      known[period] = instants
      return instants
    }
  }
}
