import Accounting
import Billing
import Reconciliation
import TestSupport
import Testing

@Suite("The audit of prices")
struct PriceAuditTests {
  private let scenario: Scenario

  init() throws {
    scenario = try #require(
      Scenario.parse(
        """
        terms  range 2026-09  ledger line
        case   one call, three times too dear
        price  v1  opus  input  5
        usage  r   acme  2026-09-03  in 1000000  model opus  cost 15  charge 15  by anthropic
        ledger r   acme  2026-09  15
        expect price-variance  acme  measure 10 USD
        """, file: "paper"
      ).first)
  }

  private func judge(
    _ change: (inout BookContents, inout Terms) throws -> Void = { _, _ in }
  ) throws -> Judgement {
    var books = scenario.inMemory
    var terms = scenario.terms
    try change(&books.contents, &terms)
    return try Judgement(of: books, under: terms)
  }

  private func why(_ judgement: Judgement) -> [String] {
    judgement.controls.notExamined.filter { $0.check == "price-variance" }.map(\.why)
  }

  @Test func tellsTheFiguresAndTheCause() throws {
    let found = try judge().breaks
    #expect(
      found.map(\.explanation) == [
        """
        1 call of opus (anthropic) on 2026-09-03 is recorded to cost 15.00 USD; by price version v1 \
        it comes to 5 USD: 10.00 USD too much. Explained exactly by: 3 times the price.
        """
      ])
    #expect(found.first?.shares.isEmpty == true && found.first?.amount == .zero)
  }

  @Test func saysWhyItWasNotMade() throws {
    #expect(
      try why(judge { books, _ in books.prices = nil }) == [
        "relation price is not provisioned, and no price book was imported"
      ])
    #expect(
      try why(judge { books, _ in books.prices = PriceRows() }) == [
        "relation price holds no rows, and no price book was imported"
      ])
    let several = try judge { books, _ in
      guard var price = books.prices?.prices.first else { return }
      price.book = "agreed"
      books.prices?.prices.append(price)
    }
    #expect(
      why(several) == [
        "there are several price books (agreed, list), and the job names none under prices.book"
      ])
    #expect(
      try why(judge { _, terms in terms.priceBook = "gone" }) == [
        "there is no price book 'gone'"
      ])
  }

  @Test func takesTheImportedBookWhereTheGatewayKeepsNone() throws {
    let imported = try judge { books, _ in
      (books.importedPrices, books.prices) = (books.prices, PriceRows())
    }
    #expect(try imported.breaks.map(\.id) == judge().breaks.map(\.id))
    let named = try judge { books, terms in
      var rows = books.prices
      rows?.prices[0].book = "agreed"
      try rows?.prices[0].unitPrice = Money("15")
      books.importedPrices = rows
      terms.priceBook = "agreed"
    }
    #expect(named.breaks.isEmpty && why(named).isEmpty)
  }

  @Test func trustsNoPriceOfAModelWithARowItCannotRead() throws {
    let judgement = try judge { books, _ in
      books.prices?.problems["opus"] = "unit_price is NaN"
    }
    #expect(judgement.breaks.map(\.code) == [.unpricedUsage])
    #expect(
      judgement.breaks.first?.explanation.hasSuffix(
        "a row of its prices cannot be read: unit_price is NaN.") == true)
  }

  @Test func isTheSameByNightAndAtTheMonthsEnd() throws {
    let night = try judge { _, terms in
      let day = CivilDate(year: 2026, month: 9, day: 3)
      if let day, let range = DayRange(from: day, to: day) { terms.range = range }
    }
    #expect(try night.breaks.map(\.id) == judge().breaks.map(\.id))
    #expect(try night.breaks.map(\.measure) == judge().breaks.map(\.measure))
  }

  @Test func switchedOffIsListed() throws {
    let judgement = try judge { _, terms in
      terms.dispositions = [.priceVariance: .off, .unpricedUsage: .off]
    }
    #expect(judgement.breaks.isEmpty && why(judgement) == ["switched off by the job"])
  }
}
