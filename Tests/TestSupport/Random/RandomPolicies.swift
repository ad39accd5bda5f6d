import Accounting
import Billing
import Reconciliation

extension BookAuthor {
  mutating func writePolicies() {
    if random.chance(35) { return }
    books.policies = []
    if random.chance(10) { return }
    for tenant in tenants {
      if random.chance(8) { continue }
      addPolicy(tenant, nil)
      if random.chance(25) { addPolicy(tenant, random.pick(["prod", "test"])) }
      if random.chance(8) { addPolicy(tenant, random.pick([nil, "prod"])) }
    }
  }

  private mutating func addPolicy(_ tenant: String, _ deployment: String?) {
    let currency = random.pick(currencies[tenant] ?? [])
    let kind = random.pick([
      ChargePolicy.Kind.passThrough, .flatPercent, .fixedPerToken, .planInclusive, .planInclusive,
      .planInclusive,
    ])
    let start = DayRange(months[0].previous).instants(in: terms.zone).lowerBound
    var policy = ChargePolicy(
      policyID: policyID(), tenant: tenant, deployment: deployment, kind: kind,
      plan: kind == .planInclusive ? plan(currency) : Plan(), currency: currency,
      effectiveFrom: start)
    guard random.chance(15) else {
      books.policies?.append(policy)
      return
    }
    // A change of policy within the books: abutting, or with a gap or an overlap between.
    let change = moment(in: random.pick(months))
    policy.effectiveTo = change
    books.policies?.append(policy)
    if random.chance(20) { return }
    policy.policyID = policyID()
    policy.plan = kind == .planInclusive ? plan(currency) : Plan()
    policy.effectiveFrom = change.adding(seconds: random.pick([0, 0, 0, 86_400, -86_400]))
    policy.effectiveTo = nil
    books.policies?.append(policy)
  }

  private func policyID() -> String { "policy-\((books.policies?.count ?? 0) + 1)" }

  private mutating func plan(_ currency: Currency) -> Plan {
    let unit = random.pick(["token", "request", "charge", "token", "call"])
    let included =
      unit == "charge"
      ? try? amount(random.number(0...900), currency)
      : try? Money(String(unit == "token" ? random.number(0...9) * 300 : random.number(0...4)))
    return Plan(
      baseFee: random.chance(80) ? try? amount(random.number(0...2500), currency) : nil,
      baseFeeInUsage: random.chance(60), includedQuantity: random.chance(85) ? included : nil,
      includedUnit: unit,
      overagePrice: random.chance(90)
        ? try? amount(0, random.number(1...1500), currency) : nil,
      minimumCharge: random.chance(5) ? try? amount(1500, currency) : nil)
  }

  mutating func writePeriodCharges() throws {
    if random.chance(60) { return }
    books.periodCharges = []
    for _ in 0..<random.number(0...4) {
      let place = place()
      let month = month()
      let usage = books.usage.filter {
        $0.tenant == place.tenant && $0.currency == place.currency
          && GroupKey(of: $0, in: terms.zone).period == month
      }
      let recorded = try Money.sum(usage.compactMap(\.charge))
      let deployment = random.chance(60) ? nil : place.deployment
      let isKnown =
        books.periodCharges?.contains {
          $0.tenant == place.tenant && $0.deployment == deployment && $0.period == month
            && $0.currency == place.currency
        } ?? false
      // Now and then the gateway says two things at once.
      let revisions = random.chance(10) ? [1, 1] : Array(1...random.number(1...2))
      for revision in revisions where !isKnown {
        let amount =
          random.chance(40)
          ? recorded
          : try amount(random.number(0...4000), random.pick([0, 0, 4, 500]), place.currency)
        books.periodCharges?.append(
          PeriodCharge(
            tenant: place.tenant, deployment: deployment, period: month, amount: amount,
            currency: place.currency, revision: revision))
      }
    }
  }

  mutating func writeInvoices() throws {
    if random.chance(55) { return }
    books.invoiceLines = []
    for number in 1...random.number(1...6) {
      let place = place()
      let month = month()
      let entries = books.entries.filter {
        $0.tenant == place.tenant && $0.deployment == place.deployment
          && $0.currency == place.currency && $0.serviceMonth == month
      }
      let posted = try Money.sum(entries.map(\.amount)).rounded(to: place.currency)
      let line = InvoiceLine(
        lineID: "line-\(number)", invoiceID: "invoice-\(place.tenant)", tenant: place.tenant,
        deployment: random.chance(25) ? nil : place.deployment,
        kind: random.chance(90) ? "llm_usage" : "support", period: month,
        amount: random.chance(50) ? posted : try amount(random.number(-50...3000), place.currency),
        currency: place.currency,
        status: random.pick(["finalized", "finalized", "finalized", "draft", "void"]))
      books.invoiceLines?.append(line)
    }
  }

  mutating func writeClosings() {
    if random.chance(50) { return }
    books.closedPeriods = []
    for month in months where random.chance(35) {
      let end = DayRange(month).instants(in: terms.zone).upperBound
      let close = end.adding(seconds: Int64(random.pick([-20, 0, 1, 5])) * 86_400)
      books.closedPeriods?.append(ClosedPeriod(period: month, closedAt: close))
    }
  }
}
