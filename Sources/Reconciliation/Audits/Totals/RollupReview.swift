import Accounting
import Billing

/// Rows of a rollup, of one entity and day, that are not what the log of that day comes to, for one
/// cause.
package struct RollupDrift: Hashable, Sendable {
  package var name: String
  package var entity: String?
  /// The tenant of the calls; of an entity without calls, the entity itself.
  package var tenant: String
  package var currency: Currency
  /// In UTC.
  package var day: CivilDate
  package var cause: Cause
  package var rows: Int
  /// The rows of the rollup concerned, by their ids, in order.
  package var rowIDs: [String]
  /// Rollup less log.
  package var difference: RollupDifference

  package enum Cause: Int, Hashable, Sendable, CaseIterable {
    /// What is missing sorts after the first hundred rows of its day: a writer that flushed no more.
    case firstHundredOnly
    /// There is no row at all.
    case missingRows
    /// The row is there and lacks calls.
    case lostFlush
    /// The row counts what the log does not hold.
    case droppedRows
    /// The row is twice the log.
    case countedTwice
    /// Some figures are above the log and others below.
    case mixed
  }
}

/// Holds daily rollups against the log's own days. Of a rollup that is not additive (a call counts
/// under each of its tags) rows are never added up over entities: each must fit into what the log
/// comes to.
package struct RollupReview: Sendable {
  private var rollups: [String: Rollup] = [:]
  private let terms: Terms
  /// Whole days in UTC that the range covers.
  private let days: ClosedRange<CivilDate>?
  package private(set) var notExamined: [String] = []

  private struct Rollup: Sendable {
    var shape: RollupShape
    var rows: [RollupCell: RollupFigures] = [:]
    var rowIDs: [RollupCell: [String]] = [:]
    var log: [RollupCell: [Currency: UsageSum]] = [:]
    /// By entity; where one call counts under several, by key.
    var tenants: [String?: String] = [:]
  }

  package init(_ rows: [RollupDay], _ terms: Terms) throws(MoneyError) {
    self.terms = terms
    days = RollupReview.wholeDays(of: Scope(terms).window)
    for (name, rows) in Dictionary(grouping: rows, by: \.name) {
      let shape = RollupShape(name: name, rows: rows)
      guard shape.canBeCompared else {
        notExamined.append("the log does not tell what \(name) counts by")
        continue
      }
      var rollup = Rollup(shape: shape)
      for row in rows where days?.contains(row.day) ?? false {
        let cell = shape.cell(of: row)
        try rollup.rows[cell, default: RollupFigures()].add(row)
        rollup.rowIDs[cell, default: []].append(row.rowID)
      }
      rollups[name] = rollup
    }
    notExamined.sort()
  }

  /// A day of another zone than UTC is no day of a rollup, and its edges are left out.
  static func wholeDays(of range: Range<Instant>) -> ClosedRange<CivilDate>? {
    let utc = BillingZone.utc
    var first = utc.day(of: range.lowerBound)
    if utc.start(of: first) < range.lowerBound { first = first.adding(days: 1) }
    let last = utc.day(of: range.upperBound).adding(days: -1)
    return first <= last ? first...last : nil
  }

  package mutating func take(_ event: UsageEvent) throws(MoneyError) {
    guard let days, days.contains(BillingZone.utc.day(of: event.occurredAt)) else { return }
    let isSettled = event.recordedAt < terms.asOf.adding(seconds: -terms.grace)
    for name in rollups.keys {
      guard let cell = rollups[name]?.shape.cell(of: event) else { continue }
      if isSettled {
        try rollups[name]?.log[cell, default: [:]][event.currency, default: UsageSum()]
          .settled.add(event)
      } else {
        try rollups[name]?.log[cell, default: [:]][event.currency, default: UsageSum()]
          .recent.add(event)
      }
      let owner = rollups[name]?.shape.owner(of: cell)
      let known = rollups[name]?.tenants[owner ?? nil]
      rollups[name]?.tenants[owner ?? nil] = min(known ?? event.tenant, event.tenant)
    }
  }

  /// In order: by name, day, entity and cause.
  package func drifts() throws(MoneyError) -> [RollupDrift] {
    var drifts: [RollupDrift] = []
    for (name, rollup) in rollups.sorted(by: { $0.key < $1.key }) {
      drifts += try RollupReview.drifts(of: name, rollup)
    }
    return drifts
  }

  private static func drifts(
    of name: String, _ rollup: Rollup
  ) throws(MoneyError) -> [RollupDrift] {
    var found: [RollupDrift] = []
    var positions: [[String]: Int] = [:]
    var cells = Set(rollup.rows.keys)
    if rollup.shape.isAdditive { cells.formUnion(rollup.log.keys) }
    let hundredths = hundredths(of: rollup.rows.keys)
    for cell in cells.sorted() {
      guard let (difference, currency) = try compare(cell, rollup) else { continue }
      let isMissing = rollup.rows[cell] == nil
      let cause = cause(
        of: difference, isMissing: isMissing, isPastHundred: hundredths[cell.day].map { $0 < cell },
        twice: try isTwice(cell, rollup))
      let place = [cell.entity ?? "", "\(cell.day)", "\(cause.rawValue)", currency.code]
      if let position = positions[place] {
        try found[position].add(difference, rollup.rowIDs[cell] ?? [])
      } else {
        positions[place] = found.count
        found.append(
          RollupDrift(
            name: name, entity: cell.entity,
            tenant: rollup.tenants[rollup.shape.owner(of: cell)] ?? cell.entity ?? name,
            currency: currency, day: cell.day, cause: cause, rows: 1,
            rowIDs: rollup.rowIDs[cell] ?? [], difference: difference))
      }
    }
    return found
  }

  /// The hundredth row of each day that has as many.
  private static func hundredths(
    of cells: Dictionary<RollupCell, RollupFigures>.Keys
  ) -> [CivilDate: RollupCell] {
    Dictionary(grouping: cells, by: \.day).filter { $0.value.count >= 100 }
      .mapValues { $0.sorted()[99] }
  }

  private static func cause(
    of difference: RollupDifference, isMissing: Bool, isPastHundred: Bool?, twice: Bool
  ) -> RollupDrift.Cause {
    if isMissing { return isPastHundred == true ? .firstHundredOnly : .missingRows }
    if twice { return .countedTwice }
    if difference.isBelow { return .lostFlush }
    return difference.isAbove ? .droppedRows : .mixed
  }
}

extension RollupDrift {
  fileprivate mutating func add(
    _ more: RollupDifference, _ ids: [String]
  ) throws(MoneyError) {
    difference = try difference + more
    rows += 1
    rowIDs += ids
  }
}

extension RollupReview {
  /// `nil` = they agree, or lie as far apart as what is still on its way, or as binary arithmetic.
  private static func compare(
    _ cell: RollupCell, _ rollup: Rollup
  ) throws(MoneyError) -> (RollupDifference, Currency)? {
    let isAdditive = rollup.shape.isAdditive
    let logs = rollup.log[isAdditive ? cell : rollup.shape.bound(of: cell)] ?? [:]
    var sum = UsageSum()
    for (_, one) in logs.sorted(by: { $0.key < $1.key }) {
      sum.settled = try sum.settled + one.settled
      sum.recent = try sum.recent + one.recent
    }
    let all = try sum.all()
    let low = isAdditive ? sum.settled : LogTotals()
    let figures = rollup.rows[cell] ?? RollupFigures(missingOf: rollup.rows.values.first)
    var difference = RollupDifference()
    difference.requests = beyond(figures.requests, Int128(low.requests), Int128(all.requests))
    difference.inputTokens = beyond(figures.inputTokens, low.inputTokens, all.inputTokens)
    difference.outputTokens = beyond(figures.outputTokens, low.outputTokens, all.outputTokens)
    // Money of several currencies is never held against one figure.
    if let amount = figures.amount, logs.count < 2 {
      let noise = FloatNoise.bound(
        terms: all.requests, reaching: max(amount.magnitude, all.amount.magnitude))
      let (bottom, top) = (min(low.amount, all.amount), max(low.amount, all.amount))
      if amount > (try top + noise) { difference.amount = try amount - top }
      if amount < (try bottom - noise) { difference.amount = try amount - bottom }
    }
    return difference.isZero
      ? nil : (difference, logs.count == 1 ? logs.keys.first ?? .none : .none)
  }

  private static func beyond(_ figure: Int128?, _ low: Int128, _ high: Int128) -> Int128 {
    guard let figure else { return 0 }
    return figure > high ? figure - high : min(figure - low, 0)
  }

  private static func isTwice(_ cell: RollupCell, _ rollup: Rollup) throws(MoneyError) -> Bool {
    guard rollup.shape.isAdditive, let figures = rollup.rows[cell], let logs = rollup.log[cell],
      logs.count == 1, let all = try logs.values.first?.all(), all.requests > 0
    else { return false }
    if let requests = figures.requests, requests != 2 * Int128(all.requests) { return false }
    if let input = figures.inputTokens, input != 2 * all.inputTokens { return false }
    if let output = figures.outputTokens, output != 2 * all.outputTokens { return false }
    guard let amount = figures.amount else { return true }
    let noise = FloatNoise.bound(terms: all.requests, reaching: amount)
    return try (amount - all.amount.times(2)).magnitude <= noise
  }
}

extension RollupFigures {
  /// Nothing, of what the rollup's rows count.
  fileprivate init(missingOf row: RollupFigures?) {
    requests = row?.requests.map { _ in 0 }
    inputTokens = row?.inputTokens.map { _ in 0 }
    outputTokens = row?.outputTokens.map { _ in 0 }
    amount = row?.amount.map { _ in .zero }
  }
}
