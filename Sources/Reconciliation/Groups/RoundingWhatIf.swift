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

  /// By currency and month, in order. There is none for a month that is judged in part, as
  /// its lines and invoices are not whole, nor where plans bill all there is.
  static func all(
    of groups: [GroupFacts], roundedTo rule: RoundingRule
  ) throws(MoneyError) -> [RoundingWhatIf] {
    var months: [Month: Lines] = [:]
    for facts in groups
    where facts.isWholePeriod && (facts.totals.usage.requests > 0 || !facts.posted.isZero) {
      let month = Month(currency: facts.key.currency, period: facts.key.period)
      months[month, default: Lines()].add(facts, rule)
    }
    var all: [RoundingWhatIf] = []
    for (month, lines) in months.sorted(by: { $0.key < $1.key }) where !lines.byTenant.isEmpty {
      var whatIf = RoundingWhatIf(
        currency: month.currency, period: month.period, rule: rule,
        plannedGroups: lines.plannedGroups, total: RoundingTable(), tenants: [])
      for (tenant, lines) in lines.byTenant.sorted(by: { $0.key < $1.key }) {
        let table = try RoundingTable(invoice: lines, in: month.currency)
        whatIf.tenants.append(Tenant(tenant: tenant, table: table))
        try whatIf.total.add(table)
      }
      all.append(whatIf)
    }
    return all
  }

  /// Of one month and currency: no more of each group than the tables need, for there may be very
  /// many groups.
  private struct Lines {
    private(set) var plannedGroups = 0
    private(set) var byTenant: [String: [RoundedLine]] = [:]

    mutating func add(_ facts: GroupFacts, _ rule: RoundingRule) {
      if facts.due.isPlan {
        plannedGroups += 1
      } else {
        byTenant[facts.key.tenant, default: []].append(facts.roundedLine(rule))
      }
    }
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
