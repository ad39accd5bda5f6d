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

  /// - Parameter next: the docket's corrections, one after the other.
  mutating func settle(_ docket: Docket, _ next: () -> Correction?) throws {
    var unsigned = docket
    unsigned.hold(blocked, isSigned: false)
    var signed = docket
    signed.hold(blocked, isSigned: approval != .none)
    for (unsigned, signed) in zip(unsigned.proposals, signed.proposals) {
      if signed.isShown { batch.append(signed.found) }
      for _ in 0..<signed.corrections {
        guard let correction = next() else {
          preconditionFailure("a docket tells of more corrections than there are")
        }
        try corrections.append(signed.settled(correction))
        if correction.units == nil, unsigned.settled(correction).status == .proposed {
          try proposed[correction.group, default: .zero] += correction.amount
        }
      }
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
