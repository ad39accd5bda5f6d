import Accounting
import Billing
import Books

/// What two imported versions of a price book say differently.
package struct PriceDifferences {
  private let differences: [PriceDifference]

  /// - Parameters:
  ///   - job: where the ledger is.
  ///   - first: a version.
  ///   - second: another, usually a later one.
  ///   - book: whose they are; `nil` = of the one book that has them.
  ///   - model: only of this model.
  /// - Throws: `BooksError`, `PriceError`.
  package init(
    _ job: Job, _ first: String, _ second: String, book: String?, model: String?
  ) throws {
    let store = try PriceStore(ledger: job.ledger.dsn ?? "")
    let versions = try store.versions(of: book)
    func prices(_ name: String) throws -> [Price] {
      let books = versions.filter { $0.version == name }.map(\.book)
      guard let book = books.first else {
        throw PriceError.unknownVersion(name, known: Set(versions.map(\.version)).sorted())
      }
      guard books.count == 1 else { throw PriceError.severalBooks(name, books) }
      return try store.prices(of: book, version: name, model: model)
    }
    differences = PriceDifference.between(try prices(first), try prices(second))
  }

  /// A table of the first `limit` differences, and how many there are of each kind.
  package func text(limit: Int) -> String {
    guard !differences.isEmpty else { return "the two versions have the same prices\n" }
    var table = TextTable([.left, .left, .left, .decimal, .decimal, .left, .left])
    for difference in differences.prefix(limit) {
      guard let price = difference.price else { continue }
      table.append(
        price.model.harmless, price.provider.harmless, price.condition,
        difference.before?.unitPrice.description ?? "-",
        difference.after?.unitPrice.description ?? "-", difference.units, difference.change)
    }
    var lines = table.lines(
      headings: ["model", "provider", "for", "before", "after", "", ""], indent: 0)
    if differences.count > limit {
      lines.append(
        "\(Summary.number(differences.count - limit)) more: --limit \(differences.count)")
    }
    let counts = [
      ("changed", differences.count { $0.before != nil && $0.after != nil }),
      ("new", differences.count { $0.before == nil }),
      ("gone", differences.count { $0.after == nil }),
    ].map { "\(Summary.number($1)) \($0)" }
    return (lines + ["", counts.joined(separator: ", ")]).map { $0 + "\n" }.joined()
  }

  /// One object a line: the price before and after, `null` where there is none.
  package var json: String {
    differences.map { difference in
      "{\"before\": \(difference.before?.json ?? "null"), "
        + "\"after\": \(difference.after?.json ?? "null")}\n"
    }.joined()
  }
}

extension PriceDifference {
  /// What both are quoted for, or each of the two.
  fileprivate var units: String {
    guard let before, let after, before.unit != after.unit else { return price?.unit ?? "" }
    return "\(before.unit), then \(after.unit)"
  }

  /// `× 1.25`, `new`, `gone`.
  fileprivate var change: String {
    if before == nil { return "new" }
    if after == nil { return "gone" }
    return ratio.map { "× \($0.text)" } ?? "was free"
  }
}
