import Accounting
import Testing

@Suite("Rounding to the minor unit")
struct RoundingTests {
  @Test(arguments: [
    ("USD", "0.125", "0.13", "0.12"), ("USD", "0.135", "0.14", "0.14"),
    ("USD", "-0.125", "-0.13", "-0.12"), ("USD", "-0.135", "-0.14", "-0.14"),
    ("USD", "0.124999999999999999", "0.12", "0.12"),
    ("USD", "0.125000000000000001", "0.13", "0.13"), ("USD", "0.005", "0.01", "0"),
    ("USD", "-0.005", "-0.01", "0"), ("USD", "12.34", "12.34", "12.34"), ("JPY", "0.5", "1", "0"),
    ("JPY", "1.5", "2", "2"), ("JPY", "-2.5", "-3", "-2"), ("KWD", "0.0005", "0.001", "0"),
    ("KWD", "0.0015", "0.002", "0.002"), ("KWD", "1.2344", "1.234", "1.234"),
    ("CLF", "0.00005", "0.0001", "0"),
  ])
  func goesToTheNearest(code: String, exact: String, up: String, even: String) throws {
    let currency = try #require(Currency(code))
    #expect(try Money(exact).rounded(to: currency).description == up)
    #expect(try Money(exact).rounded(to: currency, .halfEven).description == even)
  }

  @Test func overflowsAtTheEdgeOnly() throws {
    let usd = try #require(Currency("USD"))
    let most = try Money(units: .max)
    #expect(throws: MoneyError.self) { try most.rounded(to: usd) }
    #expect(try most.rounded(to: #require(Currency("CLF"))) > Money("170141183460469231731"))
  }

  @Test func neverMovesByMoreThanHalf() throws {
    let usd = try #require(Currency("USD"))
    var state: UInt64 = 42
    for _ in 0..<2000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let exact = try Money(units: Int128(Int64(bitPattern: state)))
      for rule in RoundingRule.allCases {
        let rounded = try exact.rounded(to: usd, rule)
        #expect(rounded.isWhole(in: usd))
        #expect(try (rounded - exact).magnitude.times(2) <= usd.minorUnit)
        #expect(try -exact.rounded(to: usd, rule) == (-exact).rounded(to: usd, rule))
      }
    }
  }

  @Test func countsMinorUnits() throws {
    let kwd = try #require(Currency("KWD"))
    #expect(try Money("1.234").minorUnits(of: kwd) == 1234)
    #expect(try Money("1.2345").minorUnits(of: kwd) == nil)
    #expect(try Money("100000000000000000000").minorUnits(of: kwd) == nil)
  }
}
