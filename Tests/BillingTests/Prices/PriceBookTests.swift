import Accounting
import Billing
import Testing

@Suite("Which price is in force")
struct PriceBookTests {
  let dollar: Currency

  init() throws { dollar = try #require(Currency("USD")) }

  func price(
    _ version: String, _ amount: String, from start: Int64, to end: Int64? = nil,
    _ component: PriceComponent = .input, provider: String = "p", model: String = "m"
  ) throws -> Price {
    Price(
      book: "b", version: version, provider: provider, model: model, component: component,
      unitPrice: try Money(amount), currency: dollar, effectiveFrom: Instant(microseconds: start),
      effectiveTo: end.map { Instant(microseconds: $0) })
  }

  func input(
    _ book: PriceBook, _ model: String = "m", by provider: String? = "p", at instant: Int64
  ) throws -> String? {
    try book.prices(of: model, by: provider, at: Instant(microseconds: instant)).get()
      .rates(prompt: 1).input?.unitPrice.description
  }

  @Test func theVersionThatTookEffectLast() throws {
    let book = PriceBook(
      name: "b",
      [
        try price("v2", "2", from: 20), try price("v1", "1", from: 10),
        try price("v1", "9", from: 10, .output), try price("v3", "3", from: 30, to: 40),
      ])
    #expect(throws: Unpriced.unknownModel) { try input(book, at: 9) }
    #expect(try input(book, at: 10) == "1" && input(book, at: 19) == "1")
    #expect(try input(book, at: 20) == "2" && input(book, at: 30) == "3")
    #expect(try input(book, at: 39) == "3" && input(book, at: 40) == "2")
    // A version that prices a model does so alone: its predecessor's output price is gone.
    let table = try book.prices(of: "m", by: "p", at: Instant(microseconds: 25)).get()
    #expect(table.rates(prompt: 1).output == nil && table.version == "v2")
  }

  @Test func theLastOfThoseThatTakeEffectTogether() throws {
    let rows = [try price("typo", "1", from: 10), try price("mended", "2", from: 10)]
    #expect(try input(PriceBook(name: "b", rows), at: 10) == "2")
    #expect(try input(PriceBook(name: "b", rows.reversed()), at: 10) == "1")
  }

  @Test func rowsOfAVersionMayStartAndEndApart() throws {
    let book = PriceBook(
      name: "b",
      [try price("v1", "1", from: 10, to: 30), try price("v1", "9", from: 20, to: 40, .output)])
    func rates(_ at: Int64) throws -> TokenRates {
      try book.prices(of: "m", by: "p", at: Instant(microseconds: at)).get().rates(prompt: 1)
    }
    #expect(try rates(10).input != nil && rates(10).output == nil)
    #expect(try rates(20).input != nil && rates(20).output != nil)
    #expect(try rates(30).input == nil && rates(30).output != nil)
    #expect(throws: Unpriced.unknownModel) { try rates(40) }
  }

  @Test func providersAreToldApart() throws {
    let book = PriceBook(
      name: "b",
      [
        try price("v", "1", from: 0), try price("v", "2", from: 0, provider: "q"),
        try price("v", "3", from: 0, provider: "q", model: "only"),
        try price("v", "4", from: 0, provider: PriceBook.anyProvider, model: "open"),
      ])
    #expect(try input(book, by: "q", at: 0) == "2")
    #expect(throws: Unpriced.severalProviders) { try input(book, by: nil, at: 0) }
    #expect(throws: Unpriced.unknownModel) { try input(book, by: "r", at: 0) }
    #expect(try input(book, "only", by: nil, at: 0) == "3")
    #expect(try input(book, "open", by: "r", at: 0) == "4")
    #expect(try input(book, "open", by: nil, at: 0) == "4")
    #expect(try input(book, "q/m", by: nil, at: 0) == "2")
    #expect(try input(book, "q/m", by: "q", at: 0) == "2")
  }

  @Test func aliasesMeanWhatTheyMeantThen() throws {
    func alias(_ model: String, from start: Int64, provider: String = "p") -> ModelAlias {
      ModelAlias(
        provider: provider, alias: "latest", model: model,
        effectiveFrom: Instant(microseconds: start))
    }
    let book = PriceBook(
      name: "b",
      [try price("v", "1", from: 0), try price("v", "2", from: 0, model: "m2")],
      aliases: [alias("m2", from: 20), alias("m", from: 10), alias("m", from: 0, provider: "q")])
    #expect(throws: Unpriced.unknownModel) { try input(book, "latest", at: 9) }
    #expect(try input(book, "latest", at: 10) == "1" && input(book, "latest", at: 20) == "2")
    #expect(try input(book, "latest", by: nil, at: 20) == "2")
    #expect(try input(book, "p/latest", at: 20) == "2")
  }
}

@Suite("Amounts with more decimals than money has")
struct ExactAmountTests {
  func amount(_ quantity: Int64, at price: String, per size: Int64) throws -> ExactAmount {
    let rate = Rate(unitPrice: try Money(price), unitSize: size)
    return try #require(rate.amount(of: Int128(quantity)))
  }

  @Test(arguments: [
    (15, "0.000002", "0.000002"), (25, "0.000003", "0.000002"), (35, "0.000004", "0.000004"),
    (-15, "-0.000002", "-0.000002"), (-25, "-0.000003", "-0.000002"),
    (24, "0.000002", "0.000002"), (26, "0.000003", "0.000003"),
  ])
  func roundLearnprosCosts(tenths: Int64, halfUp: String, halfEven: String) throws {
    let exact = try amount(tenths, at: "0.1", per: 1_000_000)
    #expect(try exact.rounded(toDecimals: 6) == Money(halfUp))
    #expect(try exact.rounded(toDecimals: 6, .halfEven) == Money(halfEven))
  }

  @Test func whatLiesBeyondMoneyDecidesAHalf() throws {
    // 0.0000005 and a little more, and a little less.
    let more = try amount(1, at: "0.500000000000000001", per: 1_000_000)
    #expect(try more.rounded(toDecimals: 6, .halfEven) == Money("0.000001"))
    let less = try amount(1, at: "0.499999999999999999", per: 1_000_000)
    #expect(try less.rounded(toDecimals: 6, .halfUp) == .zero)
    let minus = try amount(-1, at: "0.500000000000000001", per: 1_000_000)
    #expect(try minus.rounded(toDecimals: 6, .halfEven) == Money("-0.000001"))
    #expect(try more.rounded(toDecimals: 18) == Money("0.0000005"))
    #expect(
      try amount(1, at: "0.0000000000005", per: 1_000_000).rounded(toDecimals: 18, .halfEven)
        == .zero)
    #expect(
      try amount(1, at: "0.0000000000015", per: 1_000_000).rounded(toDecimals: 18, .halfEven)
        == Money("0.000000000000000002"))
  }

  @Test func areComparedExactly() throws {
    let third = try amount(1, at: "1", per: 3)
    #expect(third < (try amount(1, at: "0.333333333333333334", per: 1)))
    #expect(third > (try amount(1, at: "0.333333333333333333", per: 1)))
    #expect(third == (try amount(2, at: "1", per: 6)))
    #expect(Rate(unitPrice: try Money("100000000000000000000"), unitSize: 1).amount(of: 2) == nil)
  }
}
