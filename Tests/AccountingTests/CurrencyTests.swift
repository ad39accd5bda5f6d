import Accounting
import Testing

@Suite("Currencies of ISO 4217")
struct CurrencyTests {
  @Test(arguments: [
    ("USD", 2), ("EUR", 2), ("JPY", 0), ("KRW", 0), ("CLP", 0), ("ISK", 0), ("UGX", 0), ("KWD", 3),
    ("BHD", 3), ("TND", 3), ("CLF", 4), ("MGA", 2), ("HUF", 2), ("IDR", 2),
  ])
  func hasItsMinorUnit(code: String, decimals: Int) throws {
    let currency = try #require(Currency(code))
    #expect(currency.minorUnits == decimals)
    #expect(currency.minorUnit.text(places: 0).count == (decimals == 0 ? 1 : decimals + 2))
    #expect(currency.description == code)
  }

  @Test(arguments: ["", "usd", "US", "USDT", "XAU", "XTS", "XXX", "DEM", "EUR "])
  func isNotMadeUp(code: String) {
    #expect(Currency(code) == nil)
  }

  @Test func standsForNothingOnlyAsNone() {
    #expect(Currency.none.code == "XXX")
    #expect(Currency.none.minorUnits == 0)
  }
}
