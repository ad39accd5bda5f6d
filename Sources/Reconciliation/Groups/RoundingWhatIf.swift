import Accounting

/// What a month's usage in one currency would have come to, had it been rounded otherwise.
///
/// Only groups that pay for what they use are in it: under a plan the plan's charge is due, however
/// its usage is rounded, and the true-up takes the difference.
package struct RoundingWhatIf: Hashable, Sendable {
  /// One tenant's invoice.
  package struct Tenant: Hashable, Sendable {
    package var tenant: String
    package var table: RoundingTable

    package init(tenant: String, table: RoundingTable) {
      self.tenant = tenant
      self.table = table
    }
  }

  package var currency: Currency
  package var period: AccountingPeriod
  /// The rule that the job goes by.
  package var rule: RoundingRule
  /// Groups that are left out because a plan bills them.
  package var plannedGroups: Int
  /// Σ of the tenants' tables.
  package var total: RoundingTable
  /// In order.
  package var tenants: [Tenant]

  package init(
    currency: Currency, period: AccountingPeriod, rule: RoundingRule, plannedGroups: Int,
    total: RoundingTable, tenants: [Tenant]
  ) {
    self.currency = currency
    self.period = period
    self.rule = rule
    self.plannedGroups = plannedGroups
    self.total = total
    self.tenants = tenants
  }
}

extension RoundingWhatIf {
  private struct Month: Hashable, Comparable {
    let currency: Currency
    let period: AccountingPeriod

    static func < (left: Month, right: Month) -> Bool {
      (left.currency, left.period) < (right.currency, right.period)
    }
  }

  /// By currency and month, in order. There is none for a month that the range covers in part, as
  /// its lines and invoices are not whole, nor where plans bill all there is.
  static func all(
    of groups: [GroupFacts], roundedTo rule: RoundingRule
  ) throws(MoneyError) -> [RoundingWhatIf] {
    let moved = groups.filter {
      $0.isWholePeriod && ($0.totals.usage.requests > 0 || !$0.posted.isZero)
    }
    let months = Dictionary(grouping: moved) {
      Month(currency: $0.key.currency, period: $0.key.period)
    }
    var all: [RoundingWhatIf] = []
    for (month, groups) in months.sorted(by: { $0.key < $1.key }) {
      let billed = groups.filter { !$0.due.isPlan }
      guard !billed.isEmpty else { continue }
      var whatIf = RoundingWhatIf(
        currency: month.currency, period: month.period, rule: rule,
        plannedGroups: groups.count - billed.count, total: RoundingTable(), tenants: [])
      for (tenant, groups) in Dictionary(grouping: billed, by: \.key.tenant)
        .sorted(by: { $0.key < $1.key })
      {
        let table = try RoundingTable(
          invoice: groups.map { $0.roundedLine(rule) }, in: month.currency)
        whatIf.tenants.append(Tenant(tenant: tenant, table: table))
        try whatIf.total.add(table)
      }
      all.append(whatIf)
    }
    return all
  }
}

extension GroupFacts {
  fileprivate func roundedLine(_ rule: RoundingRule) -> RoundedLine {
    let (ruled, otherwise) = (totals.sumOfRounded, totals.sumOfOtherwiseRounded)
    return RoundedLine(
      requests: totals.usage.requests, exact: recorded, posted: posted,
      entriesHalfUp: rule == .halfUp ? ruled : otherwise,
      entriesHalfEven: rule == .halfEven ? ruled : otherwise)
  }
}
