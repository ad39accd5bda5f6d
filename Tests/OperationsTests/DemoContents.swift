import Accounting
import Billing
import Operations
import Reconciliation
import TestSupport

extension DemoBooks {
  /// The books as a source in memory hands them out: spoilt rows set aside, other accounts left
  /// out.
  var contents: BookContents {
    var contents = BookContents()
    for row in events {
      let event = row.event
      if row.chargeText != nil || row.currencyText != nil {
        contents.setAside.append(
          SetAsideRow(
            relation: .usageEvent, rowID: event.eventID, requestID: event.requestID,
            tenant: event.tenant, deployment: event.deployment,
            currency: row.currencyText == nil ? event.currency : nil,
            period: plan.zone.period(of: event.occurredAt), amount: nil,
            problem: row.chargeText ?? row.currencyText ?? ""))
      } else {
        contents.usage.append(event)
      }
    }
    contents.entries = entries.filter { $0.account == "llm_usage" }.map(\.entry)
    contents.policies = policies.map(\.policy)
    contents.periodCharges = periodCharges.map(\.charge)
    contents.invoiceLines = invoiceLines.map(\.line)
    contents.closedPeriods = closedPeriods
    return contents
  }

  var terms: Terms { Terms(range: plan.range, zone: plan.zone, asOf: plan.asOf) }
}

/// The smallest books that hold every fault.
enum SmallDemo {
  static func books(seed: UInt64 = DemoPlan().seed) throws -> DemoBooks {
    try DemoBooks.generate(DemoPlan(seed: seed, events: 5_000))
  }
}
