import Accounting
import Reconciliation

/// A month of LLM usage and the ledger beside it, with known faults in both.
///
/// The books are first made right, then faults are put into them; nothing here asks tieout's own
/// judgement, so that the manifest is evidence.
package struct DemoBooks {
  package let plan: DemoPlan
  /// Every break that a run over the plan's range should report, in order.
  package let manifest: [PlantedBreak]

  /// In order of arrival.
  package let events: [DemoEvent]
  /// In order of posting.
  package let entries: [DemoEntry]
  package let policies: [DemoPolicy]
  package let periodCharges: [DemoPeriodCharge]
  package let invoiceLines: [DemoInvoiceLine]
  let models: [DemoModel]

  /// The months that take no more entries.
  package var closedPeriods: [ClosedPeriod] {
    [ClosedPeriod(period: plan.priorPeriod, closedAt: plan.priorClosedAt)]
  }

  /// - Throws: `DemoTooSmall` where the plan has no room for every fault.
  package static func generate(_ plan: DemoPlan = DemoPlan()) throws -> DemoBooks {
    var draft = try DemoDraft(plan)
    try draft.runTraffic()
    draft.gatherChoices()
    try draft.delayPlanUsage()
    try draft.plantPostingFaults()
    try draft.plantLogFaults()
    try draft.plantBillingFaults()
    try draft.writeHistory()
    try draft.settle()
    return try DemoBooks(draft)
  }

  private init(_ draft: DemoDraft) throws {
    plan = draft.plan
    manifest = draft.planted.sorted()
    let events = draft.events
    self.events = events.indices.sorted {
      (events[$0].event.recordedAt, $0) < (events[$1].event.recordedAt, $1)
    }.map { events[$0] }
    let entries = draft.entries.compactMap { $0 }
    self.entries = entries.indices.sorted {
      (entries[$0].entry.postedAt, $0) < (entries[$1].entry.postedAt, $1)
    }.map { entries[$0] }
    policies = draft.policies
    periodCharges = draft.periodCharges
    invoiceLines = draft.invoiceLines
    models = try DemoModel.priceList()
  }
}
