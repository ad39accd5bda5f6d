import Accounting
import Billing

/// What one row of a rollup is about: a day of an entity, split by what the rollup splits by.
struct RollupCell: Hashable, Sendable {
  var day: CivilDate
  var entity: String?
  var key: String?
  var provider: String?
  var model: String?
}

extension RollupCell: Comparable {
  /// The order in which a writer goes through its rows: day, entity, key, model, provider.
  static func < (left: RollupCell, right: RollupCell) -> Bool {
    if left.day != right.day { return left.day < right.day }
    return left.words.lexicographicallyPrecedes(right.words)
  }

  private var words: [String] { [entity, key, model, provider].map { $0 ?? "" } }
}

/// What a rollup counts by and splits by: a column that none of its rows fills is no part of it.
struct RollupShape: Sendable {
  let dimension: UsageDimension?
  let hasEntity: Bool
  let hasKey: Bool
  let hasProvider: Bool
  let hasModel: Bool
  let isAdditive: Bool

  /// - Parameter rows: all of one name.
  init(name: String, rows: [RollupDay]) {
    dimension = UsageDimension(ofTotal: name)
    hasEntity = rows.contains { $0.entity != nil }
    hasKey = rows.contains { $0.key != nil }
    hasProvider = rows.contains { $0.provider != nil }
    hasModel = rows.contains { $0.model != nil }
    isAdditive = rows.allSatisfy(\.isAdditive)
  }

  /// Whether the log tells as much as is needed: of a rollup that is not additive only what may be
  /// under several entities, so that the entity is left out.
  var canBeCompared: Bool { dimension != nil || !isAdditive }

  func cell(of row: RollupDay) -> RollupCell {
    RollupCell(
      day: row.day, entity: row.entity, key: row.key, provider: row.provider, model: row.model)
  }

  /// `nil` = the rollup does not count this call.
  func cell(of event: UsageEvent) -> RollupCell? {
    var entity: String?
    if isAdditive, hasEntity, let dimension {
      entity = dimension.entity(of: event)
      if entity == nil { return nil }
    }
    return RollupCell(
      day: BillingZone.utc.day(of: event.occurredAt), entity: entity,
      key: hasKey ? event.details.keyID : nil, provider: hasProvider ? event.details.provider : nil,
      model: hasModel ? event.model : nil)
  }

  /// Whose tenant the cell's is.
  func owner(of cell: RollupCell) -> String? { isAdditive ? cell.entity : cell.key }

  /// The log's cell that holds at least what a row of a rollup that is not additive may count.
  func bound(of cell: RollupCell) -> RollupCell {
    var bound = cell
    bound.entity = nil
    return bound
  }
}

/// The four figures of a rollup, each where it is kept; and those of the log beside them.
struct RollupFigures: Hashable, Sendable {
  var requests: Int128?
  var inputTokens: Int128?
  var outputTokens: Int128?
  var amount: Money?

  mutating func add(_ row: RollupDay) throws(MoneyError) {
    if let more = row.requests { requests = (requests ?? 0) + Int128(more) }
    if let more = row.inputTokens { inputTokens = (inputTokens ?? 0) + Int128(more) }
    if let more = row.outputTokens { outputTokens = (outputTokens ?? 0) + Int128(more) }
    if let more = row.amount { amount = try (amount ?? .zero) + more }
  }
}

/// How far a rollup's figures lie from the log's; zero where they agree or are not kept.
package struct RollupDifference: Hashable, Sendable {
  package var requests: Int128 = 0
  package var inputTokens: Int128 = 0
  package var outputTokens: Int128 = 0
  package var amount = Money.zero

  package var isZero: Bool { self == RollupDifference() }

  package static func + (
    left: RollupDifference, right: RollupDifference
  ) throws(MoneyError) -> RollupDifference {
    RollupDifference(
      requests: left.requests + right.requests,
      inputTokens: left.inputTokens + right.inputTokens,
      outputTokens: left.outputTokens + right.outputTokens,
      amount: try left.amount + right.amount)
  }

  /// Whether one figure at least is below the log and none above.
  var isBelow: Bool { !isZero && signs.allSatisfy { $0 <= 0 } }
  var isAbove: Bool { !isZero && signs.allSatisfy { $0 >= 0 } }

  private var signs: [Int] {
    [requests.signum(), inputTokens.signum(), outputTokens.signum()].map { Int($0) }
      + [amount.sign]
  }
}
