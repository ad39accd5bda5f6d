import Accounting

/// The gateway's own figure for a period, which stands above any derived one.
///
/// Source: relation `gateway.period_charge`.
public struct PeriodCharge: Hashable, Sendable {
  public var tenant: String
  public var deployment: String?
  public var period: AccountingPeriod
  /// Major units of `currency`.
  public var amount: Money
  public var currency: Currency
  /// The highest revision stands.
  public var revision: Int

  public init(
    tenant: String, deployment: String? = nil, period: AccountingPeriod, amount: Money,
    currency: Currency, revision: Int = 1
  ) {
    self.tenant = tenant
    self.deployment = deployment
    self.period = period
    self.amount = amount
    self.currency = currency
    self.revision = revision
  }
}
