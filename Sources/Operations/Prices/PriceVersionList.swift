import Accounting
import Billing
import Books

/// The imported versions of price books, or what each of them says of one model.
package struct PriceVersionList {
  private let versions: [StoredPriceVersion]
  private let store: PriceStore

  /// - Parameters:
  ///   - job: where the ledger is.
  ///   - book: `nil` = all.
  /// - Throws: `BooksError`.
  package init(_ job: Job, book: String?) throws {
    store = try PriceStore(ledger: job.ledger.dsn ?? "")
    versions = try store.versions(of: book)
  }

  package var text: String {
    guard !versions.isEmpty else { return "no price book was imported\n" }
    var table = TextTable([.left, .left, .left, .right, .right, .right, .left, .left, .left])
    for version in versions {
      table.append(
        version.book.harmless, version.version.harmless, version.effectiveFrom.description,
        Summary.number(version.models), Summary.number(version.prices),
        Summary.number(version.aliases), version.format, version.source.harmless,
        version.importedBy.harmless)
    }
    let headings = [
      "book", "version", "in force from", "models", "prices", "aliases", "format", "file", "by",
    ]
    return table.lines(headings: headings, indent: 0).map { $0 + "\n" }.joined()
  }

  /// One object a line.
  package var json: String {
    versions.map { version in
      let texts = [
        ("price_book", version.book), ("version", version.version),
        ("effective_from", version.effectiveFrom.description), ("format", version.format),
        ("source", version.source), ("digest", version.digest),
        ("imported_by", version.importedBy), ("imported_at", version.importedAt.description),
      ].map { "\"\($0)\": \(JSONText.quoted($1))" }
      let counts = [
        "\"models\": \(version.models)", "\"prices\": \(version.prices)",
        "\"aliases\": \(version.aliases)",
      ]
      return "{" + (texts + counts).joined(separator: ", ") + "}\n"
    }.joined()
  }

  /// Every price of a model, version by version; of all providers that sell it by this name.
  package func prices(of model: String, asJSON: Bool) throws -> String {
    var prices: [Price] = []
    for book in Set(versions.map(\.book)).sorted() {
      prices += try store.prices(of: book, model: model)
    }
    if asJSON { return prices.map { $0.json + "\n" }.joined() }
    guard !prices.isEmpty else { return "no version has a price of \(model.harmless)\n" }
    var table = TextTable([.left, .left, .left, .left, .decimal, .left])
    for price in prices {
      table.append(
        price.book.harmless, price.version.harmless, price.provider.harmless, price.condition,
        price.unitPrice.description, price.unit)
    }
    let headings = ["book", "version", "provider", "for", "price", ""]
    return table.lines(headings: headings, indent: 0).map { $0 + "\n" }.joined()
  }
}

extension Price {
  /// `input flex, prompt over 200,000`.
  var condition: String {
    var words = component.text.harmless
    if serviceTier != .standard { words += " \(serviceTier.text.harmless)" }
    if isBatch { words += " batch" }
    guard contextOver > 0 else { return words }
    let limit = String(contextOver).grouped
    return words + (isOverInclusive ? ", prompt from \(limit)" : ", prompt over \(limit)")
  }

  /// `USD per 1,000,000`.
  var unit: String {
    unitSize == 1 ? "\(currency) each" : "\(currency) per \(String(unitSize).grouped)"
  }

  /// With the columns of `gateway.price`.
  var json: String {
    let texts: [(String, String)] = [
      ("price_book", book), ("version", version), ("provider", provider), ("model", model),
      ("component", component.text), ("service_tier", serviceTier.text),
      ("unit_price", unitPrice.description), ("currency", currency.code),
      ("effective_from", effectiveFrom.description),
    ]
    let others = [
      "\"is_batch\": \(isBatch)", "\"context_over\": \(contextOver)",
      "\"over_inclusive\": \(isOverInclusive)", "\"unit_size\": \(unitSize)",
      "\"effective_to\": \(effectiveTo.map { JSONText.quoted($0.description) } ?? "null")",
    ]
    let members = texts.map { "\"\($0.0)\": \(JSONText.quoted($0.1))" } + others
    return "{" + members.joined(separator: ", ") + "}"
  }
}
