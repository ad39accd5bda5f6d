import Accounting
import Billing

/// Rows of price books, as a book source reads them.
package struct PriceRows: Hashable, Sendable {
  /// In the order in which versions that take effect together stand.
  package var prices: [Price]
  package var aliases: [ModelAlias]
  /// What is wrong with a row that cannot be read, by the model it is of.
  package var problems: [String: String]

  package init(
    prices: [Price] = [], aliases: [ModelAlias] = [], problems: [String: String] = [:]
  ) {
    self.prices = prices
    self.aliases = aliases
    self.problems = problems
  }

  package var isEmpty: Bool { prices.isEmpty && problems.isEmpty }

  package var books: [String] { Set(prices.map(\.book)).sorted() }

  /// The rows of one book. A model with a row that cannot be read has no price that can be trusted.
  package func book(_ name: String) -> PriceBook {
    PriceBook(
      name: name, prices.filter { $0.book == name && problems[$0.model] == nil },
      aliases: aliases)
  }
}

/// The price book a run rates by: the gateway's own, else an imported one; else why there is none.
enum PriceSource {
  case book(PriceBook, problems: [String: String])
  case none(why: String)

  init(_ books: any BookSource, _ terms: Terms) throws {
    let own = try books.prices()
    let imported = try books.importedPrices()
    for rows in [own, imported].compactMap(\.self) where !rows.isEmpty {
      let names = rows.books
      guard let wanted = terms.priceBook else {
        guard names.count <= 1 else {
          self = .none(
            why: "there are several price books (\(names.joined(separator: ", "))), and the job "
              + "names none under prices.book")
          return
        }
        self = .book(rows.book(names.first ?? ""), problems: rows.problems)
        return
      }
      if names.contains(wanted) {
        self = .book(rows.book(wanted), problems: rows.problems)
        return
      }
    }
    if let wanted = terms.priceBook {
      self = .none(why: "there is no price book '\(wanted)'")
    } else {
      let state = own == nil ? "is not provisioned" : "holds no rows"
      self = .none(why: "relation price \(state), and no price book was imported")
    }
  }
}
