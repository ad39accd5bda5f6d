import Accounting
import Testing

@Suite("Exact fractions")
struct FractionTests {
  let usd = Currency("USD")

  @Test func partsComeToTheWholeAgain() throws {
    let fee = Fraction(try Money("20"))
    let first = fee * Fraction(10, over: 31)
    let second = fee * Fraction(21, over: 31)
    #expect(first.text == "6.451612…" && second.text == "13.548387…")
    #expect(first + second == fee)
    #expect((first + second).text == "20")
    #expect((first - first).isZero && (first - second).sign == -1)
    #expect(first / second == Fraction(10, over: 21))
    #expect(Fraction(20, over: 62).ratio == "10/31" && Fraction(6, over: -3).ratio == "-2")
  }

  @Test(
    arguments: [
      ("1/8", "0.13", "0.12"), ("-1/8", "-0.13", "-0.12"), ("3/8", "0.38", "0.38"),
      ("27/200", "0.14", "0.14"), ("1/3", "0.33", "0.33"), ("-2/3", "-0.67", "-0.67"),
      ("0/5", "0", "0"), ("1/200", "0.01", "0"),
    ] as [(String, String, String)])
  func areRoundedOnce(ratio: String, halfUp: String, halfEven: String) throws {
    let usd = try #require(usd)
    let parts = ratio.split(separator: "/").compactMap { Int128($0) }
    let value = Fraction(parts[0], over: parts[1])
    #expect(try value.rounded(to: usd, .halfUp).description == halfUp)
    #expect(try value.rounded(to: usd, .halfEven).description == halfEven)
  }

  @Test func roundAsMoneyDoes() throws {
    var random = Numbers(state: 5)
    for code in ["USD", "JPY", "KWD"] {
      let currency = try #require(Currency(code))
      for _ in 0..<200 {
        let units = Int128(random.next(4_000_000)) * Money.unitsPerMajor / 8000
        let money = try Money(units: random.next(2) == 0 ? units : -units)
        for rule in RoundingRule.allCases {
          #expect(
            try Fraction(money).rounded(to: currency, rule) == money.rounded(to: currency, rule))
        }
        #expect(try Fraction(money).exactMoney() == money)
        let down = try Fraction(money).roundedDown(to: currency)
        let above = try down + currency.minorUnit
        #expect(down <= money && money < above)
      }
    }
  }

  /// Far beyond what a machine word or two hold.
  @Test func nothingOverflows() throws {
    let huge = Fraction(.max, over: 7) * Fraction(.max, over: 11) * Fraction(.max, over: 13)
    #expect(huge / huge == .one)
    #expect(huge - huge == .zero && huge > Fraction(.max, over: 1))
    #expect((huge + .one) - huge == .one)
    #expect(throws: MoneyError.self) { try huge.rounded(to: #require(usd)) }
    let third = Fraction(1, over: 3)
    #expect(throws: MoneyError.self) { try third.exactMoney() }
    var tiny = Fraction.one
    for _ in 0..<20 { tiny = tiny * Fraction(1, over: .max) }
    #expect(tiny.sign == 1)
    #expect(try tiny.rounded(to: #require(usd)).isZero)
    #expect(tiny.text == "0.000000…" && (-tiny).text == "-0.000000…")
    for _ in 0..<20 { tiny = tiny / Fraction(1, over: .max) }
    #expect(tiny == .one)
  }

  @Test func partsAreApportionedWithoutLosingACent() throws {
    let usd = try #require(usd)
    let fee = Fraction(try Money("20"))
    let parts = [fee * Fraction(10, over: 31), fee * Fraction(21, over: 31)]
    #expect(
      try Money.apportioned(parts, to: Money("20"), in: usd).map(\.description) == [
        "6.45", "13.55",
      ])
    var random = Numbers(state: 11)
    for _ in 0..<300 {
      let parts = (0...random.next(5)).map { _ in
        Fraction(Int128(random.next(100_000)) - 20_000, over: Int128(random.next(900) + 1))
      }
      let total = try Fraction.sum(parts).rounded(to: usd)
      let shares = try Money.apportioned(parts, to: total, in: usd)
      #expect(try Money.sum(shares) == total)
      for (part, share) in zip(parts, shares) {
        let apart = Fraction(share) - part
        #expect(apart < Fraction(1, over: 100) && apart > Fraction(-1, over: 100))
      }
    }
    #expect(throws: MoneyError.self) { try Money.apportioned(parts, to: Money("21"), in: usd) }
  }
}

/// Numbers that are the same in every run.
struct Numbers {
  var state: UInt64

  mutating func next(_ bound: UInt64) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % bound)
  }
}
