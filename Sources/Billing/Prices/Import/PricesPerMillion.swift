import Accounting

/// A table of models with what a million tokens cost, as learnpro keeps it:
///
/// ```json
/// { "2026-04-26": { "claude-haiku-4-5": { "input_per_mtok": 1, "output_per_mtok": 5 } } }
/// ```
///
/// The models may stand under the version, under `models` beside a member `version` or
/// `pricing_version`, or alone. `cache_read_per_mtok` and the other components are read likewise.
enum PricesPerMillion {
  private static let suffix = "_per_mtok"

  static func holds(_ document: JSONValue) -> Bool { !tables(in: document).isEmpty }

  static func read(
    _ document: JSONValue, _ terms: PriceList.Terms
  ) throws(PriceListError) -> PriceList {
    var list = PriceList(.learnpro)
    for (name, model) in try table(in: document, terms).members {
      guard let prices = model.object else {
        throw PriceListError("\(name) is \(model.kind), not an object of prices")
      }
      for (key, value) in prices.members where key.hasSuffix(suffix) {
        guard let number = value.number ?? value.string.flatMap({ DecimalNumber($0) }),
          let each = number.scaled(byTenTo: -6)
        else {
          throw PriceListError("\(name): \(key) is \(value.kind), not a price")
        }
        try list.add(
          each, PriceKey(component(key)), of: name,
          by: prices["provider"]?.string ?? terms.provider, perTenTo: 6, terms)
      }
    }
    return list
  }

  private static func component(_ key: String) -> PriceComponent {
    let name = String(key.dropLast(suffix.count))
    return ["cache_write": PriceComponent.cacheWrite5m][name] ?? PriceComponent(name)
  }

  /// The one table of the file, or the one of the version that is asked for.
  private static func table(
    in document: JSONValue, _ terms: PriceList.Terms
  ) throws(PriceListError) -> JSONObject {
    let tables = tables(in: document)
    let told = document["pricing_version"]?.string ?? document["version"]?.string
    if let told, told != terms.version {
      throw PriceListError(
        "the file says it is version \(told), not \(terms.version)", hint: "say --as \(told)")
    }
    if let named = tables.first(where: { $0.version == terms.version }) { return named.models }
    guard tables.count == 1, let only = tables.first, only.version == nil else {
      throw PriceListError(
        "the file holds version \(tables.map { $0.version ?? "" }.joined(separator: ", "))"
          + ", not \(terms.version)", hint: "say --as with one of them")
    }
    return only.models
  }

  private static func tables(in document: JSONValue) -> [(version: String?, models: JSONObject)] {
    guard let object = document.object else { return [] }
    if isTable(object) { return [(nil, object)] }
    return object.members.compactMap { key, value in
      guard let inner = value.object, isTable(inner) else { return nil }
      return (["models", "prices"].contains(key) ? nil : key, inner)
    }
  }

  private static func isTable(_ object: JSONObject) -> Bool {
    object.members.contains { _, model in
      model.object?.keys.contains { $0.hasSuffix(suffix) } ?? false
    }
  }
}
