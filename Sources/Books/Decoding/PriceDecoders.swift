import Accounting
import Billing
import Reconciliation

/// Rows of `price`.
struct PriceDecoder {
  private var reader = FieldReader(.price)

  mutating func decode(
    _ row: borrowing CopyRow, into rows: inout PriceRows
  ) throws(BooksError) {
    try reader.start(row)
    let book = reader.text()
    let version = reader.text()
    let provider = reader.text()
    let model = reader.text()
    let component = PriceComponent(reader.text())
    let tier = ServiceTier(reader.text())
    let isBatch = try reader.boolean()
    let contextOver = try reader.integer()
    let isOverInclusive = try reader.boolean()
    let unitPrice = try reader.amount()
    let unitSize = try reader.integer()
    let currency = reader.currency()
    let effectiveFrom = try reader.beginning()
    let effectiveTo = try reader.end()
    if unitSize < 1 { reader.note("unit_size \(unitSize) is not above zero") }
    if contextOver < 0 { reader.note("context_over \(contextOver) is below zero") }
    if let unitPrice, unitPrice.isNegative { reader.note("unit_price \(unitPrice) is below zero") }

    guard reader.problem == nil, let unitPrice, let currency, let effectiveFrom else {
      rows.problems[model] = reader.problem ?? "incomplete"
      return
    }
    rows.prices.append(
      Price(
        book: book, version: version, provider: provider, model: model, component: component,
        serviceTier: tier, isBatch: isBatch, contextOver: contextOver,
        isOverInclusive: isOverInclusive, unitPrice: unitPrice, unitSize: unitSize,
        currency: currency, effectiveFrom: effectiveFrom, effectiveTo: effectiveTo))
  }
}

/// Rows of `model_alias`.
struct ModelAliasDecoder {
  private var reader = FieldReader(.modelAlias)

  mutating func decode(
    _ row: borrowing CopyRow, into rows: inout PriceRows
  ) throws(BooksError) {
    try reader.start(row)
    let provider = reader.text()
    let alias = reader.text()
    let model = reader.text()
    let effectiveFrom = try reader.beginning()
    guard reader.problem == nil, let effectiveFrom else {
      // The name means nothing that can be relied on.
      rows.problems[alias] = "model_alias: \(reader.problem ?? "incomplete")"
      return
    }
    rows.aliases.append(
      ModelAlias(provider: provider, alias: alias, model: model, effectiveFrom: effectiveFrom))
  }
}
