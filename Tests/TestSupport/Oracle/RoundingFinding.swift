import Accounting
import Reconciliation

/// A table of what a month would have come to: of one tenant, or of all.
package struct RoundingFinding: Hashable, Sendable, CustomStringConvertible {
  /// `nil` = all of them together.
  package var tenant: String?
  package var currency: Currency
  package var period: AccountingPeriod
  package var plannedGroups: Int
  package var requests = 0
  package var exact = Money.zero
  package var posted = Money.zero
  /// Per entry, per line, per invoice.
  package var halfUp: [Money] = []
  package var halfEven: [Money] = []

  package init(
    tenant: String?, currency: Currency, period: AccountingPeriod, plannedGroups: Int
  ) {
    self.tenant = tenant
    self.currency = currency
    self.period = period
    self.plannedGroups = plannedGroups
  }

  package var description: String {
    "rounding \(tenant ?? "(all)") \(currency) \(period) without \(plannedGroups) requests "
      + "\(requests) exact \(exact) posted \(posted) half-up \(halfUp) half-even \(halfEven)"
  }

  static func all(of whatIf: RoundingWhatIf) -> [RoundingFinding] {
    func finding(_ tenant: String?, _ table: RoundingTable) -> RoundingFinding {
      var finding = RoundingFinding(
        tenant: tenant, currency: whatIf.currency, period: whatIf.period,
        plannedGroups: whatIf.plannedGroups)
      finding.requests = table.requests
      finding.exact = table.exact
      finding.posted = table.posted
      finding.halfUp = figures(table.halfUp)
      finding.halfEven = figures(table.halfEven)
      return finding
    }
    return [finding(nil, whatIf.total)] + whatIf.tenants.map { finding($0.tenant, $0.table) }
  }

  private static func figures(_ row: RoundingTable.Row) -> [Money] {
    [row.perEntry, row.perLine, row.perInvoice]
  }
}
