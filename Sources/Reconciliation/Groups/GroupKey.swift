import Accounting
import Billing

/// The unit of work: what one tenant owes for one deployment in one currency and billing month.
/// A plan that covers a whole tenant has one group without a deployment.
package struct GroupKey: Hashable, Sendable {
  package var tenant: String
  package var deployment: String?
  package var currency: Currency
  package var period: AccountingPeriod

  package init(
    tenant: String, deployment: String?, currency: Currency, period: AccountingPeriod
  ) {
    self.tenant = tenant
    self.deployment = deployment
    self.currency = currency
    self.period = period
  }

  /// Where an entry counts: in the month of its service.
  package init(of entry: LedgerEntry) {
    self.init(
      tenant: entry.tenant, deployment: entry.deployment, currency: entry.currency,
      period: entry.serviceMonth)
  }

  package init(of charge: PeriodCharge) {
    self.init(
      tenant: charge.tenant, deployment: charge.deployment, currency: charge.currency,
      period: charge.period)
  }

  package init(of event: UsageEvent, in zone: BillingZone) {
    self.init(
      tenant: event.tenant, deployment: event.deployment, currency: event.currency,
      period: zone.period(of: event.occurredAt))
  }
}

extension GroupKey: Comparable {
  package static func < (left: GroupKey, right: GroupKey) -> Bool {
    if left.tenant != right.tenant { return left.tenant < right.tenant }
    if left.deployment != right.deployment {
      guard let leftName = left.deployment else { return true }
      guard let rightName = right.deployment else { return false }
      return leftName < rightName
    }
    return (left.currency, left.period) < (right.currency, right.period)
  }
}

extension GroupKey: CustomStringConvertible {
  package var description: String {
    let place = deployment.map { "\(tenant)/\($0)" } ?? tenant
    return "\(place) \(currency) \(period)"
  }
}

extension GroupKey {
  /// All of a tenant's groups of one currency and month: what a charge, or a line of an invoice,
  /// without deployment may stand for.
  struct Account: Hashable, Sendable {
    let tenant: String
    let currency: Currency
    let period: AccountingPeriod
  }

  var account: Account { Account(tenant: tenant, currency: currency, period: period) }
}
