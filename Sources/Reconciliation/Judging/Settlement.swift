import Accounting

/// Looks up when earlier runs first saw breaks: by id, and only those that were seen before.
package typealias FirstSeen = (_ breakIDs: [String]) throws -> [String: Instant]

/// Decides what may be posted, and brings breaks and corrections into report order.
struct Settlement {
  /// Breaks looked up at once.
  private static let batchSize = 1000

  /// Groups that may not be corrected.
  private let blocked: [GroupKey: [BreakCode]]
  private let approval: Decisions.Approval
  private let firstSeen: FirstSeen
  private var batch: [Break] = []
  private var breaks: SpoolSorter<Break>
  private var corrections: SpoolSorter<Correction>
  /// Σ of the corrections that may be posted without approval, by group. What is approved is left
  /// out, so that approving changes nothing of what else is proposed.
  private(set) var proposed: [GroupKey: Money] = [:]

  init(
    blocked: [GroupKey: [BreakCode]], approval: Decisions.Approval = .none,
    firstSeen: @escaping FirstSeen, in scratch: Scratch
  ) {
    self.blocked = blocked
    self.approval = approval
    self.firstSeen = firstSeen
    breaks = SpoolSorter(in: scratch, by: Break.inReportOrder)
    corrections = SpoolSorter(in: scratch, by: Correction.inReportOrder)
  }

  mutating func settle(_ docket: Docket) throws {
    var unapproved = docket
    unapproved.hold(blocked, unless: .none)
    for proposal in unapproved.shown {
      for correction in proposal.corrections where correction.status == .proposed {
        try proposed[correction.group, default: .zero] += correction.amount
      }
    }
    var settled = unapproved
    if approval != .none {
      settled = docket
      settled.hold(blocked, unless: approval)
    }
    for proposal in settled.shown {
      batch.append(proposal.found)
      for correction in proposal.corrections { try corrections.append(correction) }
    }
    if batch.count >= Self.batchSize { try endBatch() }
  }

  consuming func finish() throws -> (Spool<Break>, Spool<Correction>) {
    try endBatch()
    return (try breaks.finish(), try corrections.finish())
  }

  private mutating func endBatch() throws {
    guard !batch.isEmpty else { return }
    let seen = try firstSeen(batch.map(\.id))
    for var found in batch {
      if let instant = seen[found.id] { found.firstSeen = instant }
      try breaks.append(found)
    }
    batch.removeAll(keepingCapacity: true)
  }
}
