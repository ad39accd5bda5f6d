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

  package let events: [DemoEvent]
  /// Positions in `events`, in order of arrival.
  let arrivals: [Int]
  /// With gaps where a fault took an entry away.
  private let booked: [DemoEntry?]
  /// Positions in `booked`, in order of posting.
  private let postings: [Int]
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
    events = draft.events
    arrivals = Self.inOrder(draft.events.map(\.event.recordedAt))
    booked = draft.entries
    postings = Self.inOrder(draft.entries.map { $0?.entry.postedAt })
    policies = draft.policies
    periodCharges = draft.periodCharges
    invoiceLines = draft.invoiceLines
    models = try DemoModel.priceList()
  }

  package var entryCount: Int { postings.count }

  /// In order of posting.
  package var entries: some Collection<DemoEntry> { postings.lazy.map(entry) }

  private func entry(at position: Int) -> DemoEntry {
    guard let entry = booked[position] else {
      preconditionFailure("position \(position) is a gap")
    }
    return entry
  }

  /// The positions of what has a time, by time.
  private static func inOrder(_ times: [Instant?]) -> [Int] {
    times.enumerated().compactMap { position, time in time.map { ($0, position) } }
      .sorted { $0 < $1 }.map { $0.1 }
  }
}
