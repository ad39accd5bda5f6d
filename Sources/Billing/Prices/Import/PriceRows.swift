import Accounting

/// A price list as an array of rows, with the columns of `gateway.price`: what any other list can be
/// brought to. `unit_price` may be a number or a text, and what has a default there has it here.
///
/// ```json
/// [{ "provider": "openai", "model": "gpt-5", "component": "input",
///    "unit_price": "1.25", "unit_size": 1000000 }]
/// ```
enum PriceRows {
  private static let known: Set = [
    "price_book", "version", "provider", "model", "component", "service_tier", "is_batch",
    "context_over", "over_inclusive", "unit_price", "unit_size", "currency", "effective_from",
    "effective_to",
  ]

  static func read(
    _ document: JSONValue, _ terms: PriceList.Terms
  ) throws(PriceListError) -> PriceList {
    guard let rows = document.array else {
      throw PriceListError("rows of prices are an array of objects, not \(document.kind)")
    }
    var list = PriceList(.rows)
    var seen: Set<Price> = []
    for (index, row) in rows.enumerated() {
      guard let row = row.object else {
        throw PriceListError("row \(index + 1) is \(row.kind), not an object")
      }
      let price = try price(row, "row \(index + 1)", terms)
      var key = price
      (key.unitPrice, key.unitSize, key.currency) = (.zero, 1, .none)
      guard seen.insert(key).inserted else {
        throw PriceListError(
          "row \(index + 1) gives the price of \(price.model) \(price.component) again")
      }
      list.prices.append(price)
    }
    return list
  }

  private static func price(
    _ row: JSONObject, _ place: String, _ terms: PriceList.Terms
  ) throws(PriceListError) -> Price {
    if let unknown = row.keys.first(where: { !known.contains($0) }) {
      throw PriceListError(
        "\(place): there is no column '\(unknown)'",
        hint: "the columns are those of gateway.price")
    }
    guard let model = row["model"]?.string, let component = row["component"]?.string,
      let price = row["unit_price"].flatMap({ $0.number ?? $0.string.flatMap { DecimalNumber($0) } }
      )
    else { throw PriceListError("\(place): model, component and unit_price are required") }
    let size = row["unit_size"].map { $0.number?.integer ?? 0 } ?? 1
    let over = row["context_over"].map { $0.number?.integer ?? -1 } ?? 0
    guard size > 0, over >= 0, !price.isNegative else {
      throw PriceListError("\(place): unit_size, context_over or unit_price is out of range")
    }
    let code = row["currency"]?.string ?? terms.currency.code
    guard let currency = Currency(code), let unitPrice = try? price.money() else {
      throw PriceListError(
        "\(place): \(price) \(code) cannot be kept exactly",
        hint: "quote long decimals for a larger unit_size")
    }
    let book = terms.book ?? PriceList.Format.rows.rawValue
    for (column, told) in [("price_book", book), ("version", terms.version)] {
      if let text = row[column]?.string, text != told {
        throw PriceListError("\(place): \(column) is '\(text)', not \(told)")
      }
    }
    return Price(
      book: book, version: terms.version,
      provider: row["provider"]?.string ?? terms.provider, model: model,
      component: PriceComponent(component),
      serviceTier: ServiceTier(row["service_tier"]?.string ?? ""),
      isBatch: row["is_batch"]?.boolean ?? false, contextOver: over,
      isOverInclusive: row["over_inclusive"]?.boolean ?? false, unitPrice: unitPrice,
      unitSize: size, currency: currency,
      effectiveFrom: try instant(row["effective_from"], place) ?? terms.effectiveFrom,
      effectiveTo: try instant(row["effective_to"], place))
  }

  private static func instant(
    _ value: JSONValue?, _ place: String
  ) throws(PriceListError) -> Instant? {
    guard let value, !value.isNull else { return nil }
    let text = value.string ?? ""
    guard let instant = Instant(text) ?? Instant(text + "T00:00:00Z") else {
      throw PriceListError("\(place): '\(text)' is no day and no time like 2026-10-01T00:00:00Z")
    }
    return instant
  }
}
