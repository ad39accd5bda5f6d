import Accounting

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
  ///   - rejected: of the breaks of these ids, those that people leave as they are, as long as they
  ///     come to these amounts.
  ///   - righted: of the breaks of these ids, those whose entries were posted after the run that
  ///     found them.
  ///   - arrived: the ids of those breaks that got a row since the run before.
  /// - Throws: `UnfootedRollForward`, `MoneyError`, `ScratchError`, and what the closures throw.
  package init(
    standing: Spool<BreakRecord>, judgement: Judgement, under terms: Terms,
    rejected: ([String]) throws -> [String: Money] = { _ in [:] },
    righted: ([String]) throws -> Set<String> = { _ in [] },
    arrived: ([BreakRecord]) throws -> Set<String>, scratch: Scratch
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
        try ledger.take(batch, rejected, righted, arrived)
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
    _ pairs: [LifePair], _ rejected: ([String]) throws -> [String: Money],
    _ righted: ([String]) throws -> Set<String>, _ arrived: ([BreakRecord]) throws -> Set<String>
  ) throws {
    let amounts = try rejected(pairs.compactMap(\.found?.record.id))
    let missing = pairs.compactMap(\.missing)
    let doubtful = missing.filter { coverage.look(at: $0) == .ifArrived }
    let touched = doubtful.isEmpty ? [] : try arrived(doubtful)
    let gone = missing.filter {
      let look = coverage.look(at: $0)
      return look == .looked || look == .ifArrived && touched.contains($0.id)
    }.map(\.id)
    let corrected = gone.isEmpty ? [] : try righted(gone)
    let isGone = Set(gone)
    for pair in pairs {
      if let found = pair.found {
        try take(found, before: pair.before, rejectedAt: amounts[found.record.id])
      } else if let before = pair.before {
        let state: BreakState = corrected.contains(before.id) ? .corrected : .gone
        try take(missing: before, as: isGone.contains(before.id) ? state : nil)
      }
    }
  }

  private mutating func take(
    _ found: FoundBreak, before: BreakRecord?, rejectedAt amount: Money?
  ) throws {
    var after = found.record
    if found.isCorrected {
      after.state = .corrected
    } else if amount == after.amount {
      after.state = .rejected
    }
    if after.state != found.record.state {
      try states.append(StateAt(ordinal: found.ordinal, state: after.state))
    }
    try rollForward.add(before: before, after: after)
    try sightings.append(BreakSighting(after, before: before))
  }

  /// - Parameter state: `nil` where it may stand as it did.
  private mutating func take(missing before: BreakRecord, as state: BreakState?) throws {
    var after = before
    if let state { after.state = state }
    try rollForward.add(before: before, after: after)
    if state != nil { try sightings.append(BreakSighting(after, before: before, isSeen: false)) }
  }
}

extension LifePair {
  /// What stood and was not found.
  fileprivate var missing: BreakRecord? { found == nil ? before : nil }
}
