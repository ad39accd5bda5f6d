import Accounting
import Billing
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

extension PolicyMonth {
  /// The month of a place, before plans pool deployments, or of a pool.
  init(of policies: PolicyBook, _ place: GroupKey, _ months: BillingMonths) {
    self.init(
      of: policies, tenant: place.tenant, deployment: place.deployment, currency: place.currency,
      during: months.instants(of: place.period))
  }
}
