import Accounting

/// What people have decided about breaks: asked by id, for those alone about which something was
/// decided.
package typealias BreakDecisions = (_ breakIDs: [String]) throws -> [String: BreakDecision]

package enum BreakDecision: Hashable, Sendable {
  /// Left as it is, as long as it comes to this amount.
  case rejected(amount: Money)
  /// Its entries were posted after the run that found it.
  case corrected
}

/// What a run makes of the breaks that stood before it and of those it found: both lists are
/// brought into one order and gone through side by side, so that neither has to be held in memory.
package struct BreakLife: Sendable {
  package let rollForward: RollForward
  /// Of every break found and every one that is gone, by id.
  package let sightings: Spool<BreakSighting>
  /// The breaks found, in report order, with their states.
  package let breaks: Spool<Break>

  /// - Parameters:
  ///   - standing: what stood before the run at the places it looks at, sorted by id.
  ///   - judgement: with every correction's status as it is in the end.
  ///   - arrived: the ids of those breaks that got a row since the run before.
  /// - Throws: `UnfootedRollForward`, `MoneyError`, `ScratchError`, and what the closures throw.
  package init(
    standing: Spool<BreakRecord>, judgement: Judgement, under terms: Terms,
    decisions: BreakDecisions = { _ in [:] }, arrived: ([BreakRecord]) throws -> Set<String>,
    scratch: Scratch
  ) throws {
    var ledger = LifeLedger(terms, judgement.controls, in: scratch)
    var found = try FoundBreaks(judgement, in: scratch).makeIterator()
    var stood = standing.makeIterator()
    var (known, next) = (stood.next(), found.next())
    var batch: [LifePair] = []
    while known != nil || next != nil {
      let id = [known?.id, next?.record.id].compactMap(\.self).min()
      var pair = LifePair()
      if known?.id == id { (pair.before, known) = (known, stood.next()) }
      if next?.record.id == id { (pair.found, next) = (next, found.next()) }
      batch.append(pair)
      if batch.count == LifeLedger.batchSize || known == nil && next == nil {
        try ledger.take(batch, decisions, arrived)
        batch.removeAll(keepingCapacity: true)
      }
    }
    (rollForward, sightings) = (try ledger.rollForward.finish(), try ledger.sightings.finish())
    breaks = try Self.stated(judgement.breaks, try ledger.states.finish(), in: scratch)
  }

  /// The breaks, each with its state where that is not the one its code tells.
  private static func stated(
    _ breaks: Spool<Break>, _ states: Spool<StateAt>, in scratch: Scratch
  ) throws -> Spool<Break> {
    guard !states.isEmpty else { return breaks }
    var rest = states.makeIterator()
    var next = rest.next()
    var ordinal = 0
    return try breaks.changed(in: scratch) { found in
      defer { ordinal += 1 }
      guard let stated = next, stated.ordinal == ordinal else { return found }
      next = rest.next()
      var found = found
      found.state = stated.state
      return found
    }
  }
}

/// One break: as it stood, and as it was found.
struct LifePair {
  var before: BreakRecord?
  var found: FoundBreak?
}

/// Where the outcome of the merge is written down.
private struct LifeLedger {
  /// Breaks that are looked up at once.
  static let batchSize = 1000

  private let coverage: Coverage
  var rollForward: RollForwardBuilder
  var sightings: SpoolWriter<BreakSighting>
  var states: SpoolSorter<StateAt>

  init(_ terms: Terms, _ controls: Controls, in scratch: Scratch) {
    coverage = Coverage(terms, controls)
    rollForward = RollForwardBuilder(asOf: terms.asOf)
    sightings = SpoolWriter(in: scratch)
    states = SpoolSorter(in: scratch) { $0.ordinal < $1.ordinal }
  }

  mutating func take(
    _ pairs: [LifePair], _ decisions: BreakDecisions,
    _ arrived: ([BreakRecord]) throws -> Set<String>
  ) throws {
    let decided = try decisions(pairs.compactMap { $0.found?.record.id ?? $0.before?.id })
    let doubtful = pairs.compactMap(\.missing).filter { coverage.look(at: $0) == .ifArrived }
    let touched = doubtful.isEmpty ? [] : try arrived(doubtful)
    for pair in pairs {
      if let found = pair.found {
        try take(found, before: pair.before, decided[found.record.id])
      } else if let before = pair.before {
        let look = coverage.look(at: before)
        let isGone = look == .looked || look == .ifArrived && touched.contains(before.id)
        try take(missing: before, isGone: isGone, decided[before.id])
      }
    }
  }

  private mutating func take(
    _ found: FoundBreak, before: BreakRecord?, _ decision: BreakDecision?
  ) throws {
    var after = found.record
    if found.isCorrected {
      after.state = .corrected
    } else if case .rejected(let amount)? = decision, amount == after.amount {
      after.state = .rejected
    }
    if after.state != found.record.state {
      try states.append(StateAt(ordinal: found.ordinal, state: after.state))
    }
    try rollForward.add(before: before, after: after)
    try sightings.append(BreakSighting(after, before: before))
  }

  private mutating func take(
    missing before: BreakRecord, isGone: Bool, _ decision: BreakDecision?
  ) throws {
    var after = before
    if isGone { after.state = decision == .corrected ? .corrected : .gone }
    try rollForward.add(before: before, after: after)
    if isGone { try sightings.append(BreakSighting(after, before: before, isSeen: false)) }
  }
}

extension LifePair {
  /// What stood and was not found.
  fileprivate var missing: BreakRecord? { found == nil ? before : nil }
}
