import Accounting
import Billing
import Reconciliation

/// Rows of `counter`.
struct CounterDecoder {
  private var reader = FieldReader(.counter)

  mutating func decode(_ row: borrowing CopyRow) throws(BooksError) -> Pulled<Counter> {
    try reader.start(row)
    let name = reader.text()
    let entity = reader.text()
    let tenant = reader.optionalText()
    let unit = reader.text()
    if unit.isEmpty { reader.note("unit is empty") }
    let windowStart = try reader.optionalTime()
    let windowEnd = try reader.optionalTime()
    if let windowStart, let windowEnd, windowEnd < windowStart {
      reader.note("window_end is before window_start")
    }
    let value = try reader.amount()
    let limit = try reader.optionalAmount()
    let asOf = try reader.time()

    guard reader.problem == nil, let value, let asOf else {
      return .setAside(
        SetAsideRow(
          relation: .counter, rowID: "\(name) \(entity) \(unit)", tenant: tenant ?? entity,
          currency: Currency(unit), problem: reader.problem ?? "incomplete"))
    }
    return .row(
      Counter(
        name: name, entity: entity, tenant: tenant, unit: unit, windowStart: windowStart,
        windowEnd: windowEnd, value: value, limit: limit, asOf: asOf))
  }
}

/// Rows of `rollup_day`.
struct RollupDayDecoder {
  private var reader = FieldReader(.rollupDay)

  mutating func decode(_ row: borrowing CopyRow) throws(BooksError) -> Pulled<RollupDay> {
    try reader.start(row)
    let name = reader.text()
    let rowID = reader.text()
    let entity = reader.optionalText()
    let day = try reader.day()
    let key = reader.optionalText()
    let provider = reader.optionalText()
    let model = reader.optionalText()
    let requests = try reader.optionalInteger()
    let inputTokens = try reader.optionalInteger()
    let outputTokens = try reader.optionalInteger()
    let amount = try reader.optionalAmount()
    let isAdditive = try reader.boolean()

    guard reader.problem == nil, let day else {
      return .setAside(
        SetAsideRow(
          relation: .rollupDay, rowID: "\(name) \(rowID)", tenant: entity ?? name,
          period: day?.period, problem: reader.problem ?? "incomplete"))
    }
    return .row(
      RollupDay(
        name: name, rowID: rowID, entity: entity, day: day, key: key, provider: provider,
        model: model, requests: requests, inputTokens: inputTokens, outputTokens: outputTokens,
        amount: amount, isAdditive: isAdditive))
  }
}

/// Rows of `provider_bill`.
struct ProviderBillDecoder {
  private var reader = FieldReader(.providerBill)

  mutating func decode(_ row: borrowing CopyRow) throws(BooksError) -> Pulled<ProviderBillRow> {
    try reader.start(row)
    let provider = reader.text()
    let account = reader.text()
    let rowID = reader.text()
    let start = try reader.time()
    let end = try reader.time()
    let word = reader.text()
    let model = reader.optionalText()
    let component = reader.optionalText()
    let serviceTier = reader.optionalText()
    let quantity = try reader.optionalAmount()
    let amount = try reader.optionalAmount()
    let currency = reader.currency()
    let basis = ProviderBillRow.Basis(rawValue: word)
    if basis == nil { reader.note("basis '\(word)' is neither quantity, amount nor both") }
    if let start, let end, start >= end { reader.note("bucket_end \(end) is not after its start") }

    guard reader.problem == nil, let start, let end, let basis, let currency else {
      return .setAside(
        SetAsideRow(
          relation: .providerBill, rowID: "\(provider) \(account) \(rowID)", tenant: provider,
          currency: currency, problem: reader.problem ?? "incomplete"))
    }
    return .row(
      ProviderBillRow(
        provider: provider, account: account, rowID: rowID, start: start, end: end, basis: basis,
        model: model, component: component, serviceTier: serviceTier, quantity: quantity,
        amount: amount, currency: currency))
  }
}
