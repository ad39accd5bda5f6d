import Accounting
import Billing

/// A line of the comparison: a model, and whether its calls went in batches, which a log may only
/// know of days later.
package struct BillLine: Hashable, Sendable, Comparable {
  /// By its common name; `nil` = all models together.
  package var model: String?
  package var isBatch: Bool

  package init(_ model: String?, isBatch: Bool = false) {
    self.model = model
    self.isBatch = isBatch
  }

  package static func < (left: BillLine, right: BillLine) -> Bool {
    if left.model != right.model {
      guard let name = left.model else { return true }
      return right.model.map { name < $0 } ?? false
    }
    return !left.isBatch && right.isBatch
  }
}

/// The days that a provider's bill tells of, and what the log holds for them, by line.
struct BillDays: Sendable {
  /// Calls of the last minutes of a day may be the next day's to a provider, which counts them when
  /// they end.
  static let edge: Int64 = 10 * 60

  let provider: String
  let currency: Currency
  let accounts: [String]
  /// Which days the bill covers, for what it tells; `nil` = it does not tell that.
  let quantityDays: ClosedRange<CivilDate>?
  let amountDays: ClosedRange<CivilDate>?
  /// From the first of them to the last.
  let days: [CivilDate]
  /// Whether figures are told by model; else they are compared for all models together.
  let quantityIsByModel: Bool
  let amountIsByModel: Bool
  /// Whether batches are told apart.
  let quantityTellsBatches: Bool
  let amountTellsBatches: Bool
  /// Models whose tokens are told apart for batches and whose amounts are not: these are not compared.
  private(set) var blurred: Set<String> = []
  private(set) var bill: [Cell: BillFigures] = [:]
  private(set) var beside: [CivilDate: [ProviderBillRow]] = [:]
  private(set) var rowIDs: [Cell: [String]] = [:]
  private(set) var log: [Cell: BillFigures] = [:]
  private(set) var edges: [Cell: BillFigures] = [:]
  /// Rows that are not compared.
  private(set) var unclear = 0

  struct Cell: Hashable, Sendable {
    var day: CivilDate
    var line: BillLine
  }

  /// - Parameter rows: of one provider and currency, each within one day in UTC.
  init(
    provider: String, currency: Currency, rows: [ProviderBillRow], common: (String) -> String
  ) throws(MoneyError) {
    self.provider = provider
    self.currency = currency
    accounts = Set(rows.map(\.account)).sorted()
    let quantities = rows.filter { $0.basis.tellsQuantity && $0.quantity != nil }
    let amounts = rows.filter { $0.basis.tellsAmount && $0.amount != nil }
    quantityDays = BillDays.span(of: quantities)
    amountDays = BillDays.span(of: amounts)
    days = BillDays.days([quantityDays, amountDays].compactMap { $0 })
    quantityIsByModel = quantities.contains { $0.model != nil }
    amountIsByModel = amounts.contains { $0.model != nil }
    quantityTellsBatches = quantities.contains(where: \.isOfBatches)
    amountTellsBatches = amounts.contains(where: \.isOfBatches)
    for row in quantities {
      var part = row
      part.basis = .quantity
      try add(part, isByModel: quantityIsByModel, isApart: quantityTellsBatches, common)
      if row.isOfBatches, !amountTellsBatches, !amounts.isEmpty {
        blurred.insert(quantityIsByModel && amountIsByModel ? common(row.model ?? "") : "")
      }
    }
    for row in amounts {
      var part = row
      part.basis = .amount
      try add(part, isByModel: amountIsByModel, isApart: amountTellsBatches, common)
    }
  }

  private mutating func add(
    _ row: ProviderBillRow, isByModel: Bool, isApart: Bool, _ common: (String) -> String
  ) throws(MoneyError) {
    let day = BillingZone.utc.day(of: row.start)
    if isByModel, row.model == nil {
      let isNothing = (row.quantity ?? .zero).isZero && (row.amount ?? .zero).isZero
      if isNothing { return }
      if row.basis.tellsAmount, row.component != nil {
        beside[day, default: []].append(row)
      } else {
        unclear += 1
      }
      return
    }
    let line = BillLine(
      isByModel ? row.model.map(common) : nil, isBatch: isApart && row.isOfBatches)
    let cell = Cell(day: day, line: line)
    try bill[cell, default: BillFigures()].add(row)
    if rowIDs[cell]?.last != row.rowID { rowIDs[cell, default: []].append(row.rowID) }
  }

  private static func span(of rows: [ProviderBillRow]) -> ClosedRange<CivilDate>? {
    let days = rows.map { BillingZone.utc.day(of: $0.start) }
    guard let first = days.min(), let last = days.max() else { return nil }
    return first...last
  }

  /// Counts a call for its model, and for all models together where the bill tells no more.
  mutating func take(_ event: UsageEvent, common: (String) -> String) throws(MoneyError) {
    let day = BillingZone.utc.day(of: event.occurredAt)
    guard let first = days.first, let last = days.last, day >= first.adding(days: -1), day <= last
    else { return }
    let toMidnight = BillingZone.utc.start(of: day.adding(days: 1)).seconds(since: event.occurredAt)
    var models: Set<String?> = []
    if quantityIsByModel || amountIsByModel { models.insert(common(event.model)) }
    if !quantityIsByModel || !amountIsByModel { models.insert(nil) }
    let isBatch = event.details.isBatch && (quantityTellsBatches || amountTellsBatches)
    for model in models {
      let cell = Cell(day: day, line: BillLine(model, isBatch: isBatch))
      try log[cell, default: BillFigures()].add(event)
      if toMidnight <= BillDays.edge { try edges[cell, default: BillFigures()].add(event) }
    }
  }

  var lines: [BillLine] {
    Set(bill.keys.map(\.line)).union(log.keys.map(\.line)).sorted()
  }

  private static func days(_ spans: [ClosedRange<CivilDate>]) -> [CivilDate] {
    guard let first = spans.map(\.lowerBound).min(), let last = spans.map(\.upperBound).max()
    else { return [] }
    return (first.daysSinceEpoch...last.daysSinceEpoch).map { CivilDate(daysSinceEpoch: $0) }
  }

  func tellsQuantity(of line: BillLine, on day: CivilDate) -> Bool {
    (line.model != nil) == quantityIsByModel && (!line.isBatch || quantityTellsBatches)
      && (quantityDays?.contains(day) ?? false)
  }

  func tellsAmount(of line: BillLine, on day: CivilDate) -> Bool {
    (line.model != nil) == amountIsByModel && (!line.isBatch || amountTellsBatches)
      && !blurred.contains("") && !blurred.contains(line.model ?? "")
      && (amountDays?.contains(day) ?? false)
  }
}

extension ProviderBillRow {
  fileprivate var isOfBatches: Bool { serviceTier?.lowercased() == "batch" }
}

extension UsageEvent {
  /// Whether a provider was asked, so that it bills this: no look at a batch's progress, and no answer
  /// out of the gateway's own cache.
  var isProviderCall: Bool {
    if attempt == .poll { return false }
    return billable || !(details.cost ?? .zero).isZero
  }
}
