import Accounting
import Billing

/// The days that a provider's bill tells of, and what the log holds for them, by model.
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
  /// Whether figures are told by model; else they are compared for all models together.
  let quantityIsByModel: Bool
  let amountIsByModel: Bool
  private(set) var bill: [Cell: BillFigures] = [:]
  private(set) var beside: [CivilDate: [ProviderBillRow]] = [:]
  private(set) var rowIDs: [Cell: [String]] = [:]
  private(set) var log: [Cell: BillFigures] = [:]
  private(set) var edges: [Cell: BillFigures] = [:]
  /// Rows that are not compared.
  private(set) var unclear = 0

  struct Cell: Hashable, Sendable {
    var day: CivilDate
    var model: String?
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
    quantityIsByModel = quantities.contains { $0.model != nil }
    amountIsByModel = amounts.contains { $0.model != nil }
    for row in quantities {
      var part = row
      part.basis = .quantity
      try add(part, isByModel: quantityIsByModel, common)
    }
    for row in amounts {
      var part = row
      part.basis = .amount
      try add(part, isByModel: amountIsByModel, common)
    }
  }

  private mutating func add(
    _ row: ProviderBillRow, isByModel: Bool, _ common: (String) -> String
  ) throws(MoneyError) {
    let day = BillingZone.utc.day(of: row.start)
    if isByModel, row.model == nil {
      if row.basis.tellsAmount, row.component != nil {
        beside[day, default: []].append(row)
      } else {
        unclear += 1
      }
      return
    }
    let cell = Cell(day: day, model: isByModel ? row.model.map(common) : nil)
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
    guard quantityDays?.contains(day) ?? false || amountDays?.contains(day) ?? false else { return }
    let toMidnight = BillingZone.utc.start(of: day.adding(days: 1)).seconds(since: event.occurredAt)
    var models: Set<String?> = []
    if quantityIsByModel || amountIsByModel { models.insert(common(event.model)) }
    if !quantityIsByModel || !amountIsByModel { models.insert(nil) }
    for model in models {
      let cell = Cell(day: day, model: model)
      try log[cell, default: BillFigures()].add(event)
      if toMidnight <= BillDays.edge { try edges[cell, default: BillFigures()].add(event) }
    }
  }

  /// In order; `nil` first.
  var models: [String?] {
    Set(bill.keys.map(\.model)).union(log.keys.map(\.model))
      .sorted { ($0 ?? "", $0 == nil ? 0 : 1) < ($1 ?? "", $1 == nil ? 0 : 1) }
  }

  var days: [CivilDate] {
    let spans = [quantityDays, amountDays].compactMap { $0 }
    guard let first = spans.map(\.lowerBound).min(), let last = spans.map(\.upperBound).max()
    else { return [] }
    return (first.daysSinceEpoch...last.daysSinceEpoch).map { CivilDate(daysSinceEpoch: $0) }
  }

  func tellsQuantity(of model: String?, on day: CivilDate) -> Bool {
    (model != nil) == quantityIsByModel && (quantityDays?.contains(day) ?? false)
  }

  func tellsAmount(of model: String?, on day: CivilDate) -> Bool {
    (model != nil) == amountIsByModel && (amountDays?.contains(day) ?? false)
  }
}

extension UsageEvent {
  /// Whether a provider was asked, so that it bills this: no look at a batch's progress, and no answer
  /// out of the gateway's own cache.
  var isProviderCall: Bool {
    if attempt == .poll { return false }
    return billable || !(details.cost ?? .zero).isZero
  }
}
