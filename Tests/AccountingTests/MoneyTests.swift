import Accounting
import Testing

@Suite("Money is exact or it throws")
struct MoneyTests {
  @Test(arguments: [
    ("0", "0"), ("-0", "0"), ("+1.50", "1.5"), ("12.3456", "12.3456"), ("-12.40", "-12.4"),
    (".5", "0.5"), ("5.", "5"), ("0.000000000000000001", "0.000000000000000001"),
    ("1.0000000000000000000000", "1"),
    (
      "170141183460469231731.687303715884105727",
      "170141183460469231731.687303715884105727"
    ),
    ("-170141183460469231731.687303715884105727", "-170141183460469231731.687303715884105727"),
  ])
  func readsAndWritesTheShortestText(text: String, canonical: String) throws {
    #expect(try Money(text).description == canonical)
    #expect(try Money(canonical) == Money(text))
  }

  @Test(arguments: [
    "", "-", ".", "+.", "1,5", "1e3", " 1", "1 ", "--1", "1.2.3", "NaN", "Infinity", "０", "1_000",
    "-+1",
  ])
  func refusesWhatIsNoDecimal(text: String) {
    #expect(throws: MoneyError.notADecimal(text)) { try Money(text) }
  }

  @Test func refusesTheNineteenthDecimalUnlessItIsZero() throws {
    #expect(throws: MoneyError.self) { try Money("0.0000000000000000001") }
    #expect(try Money("0.1000000000000000000") == Money("0.1"))
    #expect(throws: MoneyError.lostDigits("1.0000000000000000005")) {
      try Money("1.0000000000000000005")
    }
  }

  @Test func reportsOverflowInsteadOfWrapping() throws {
    let most = try Money(units: .max)
    let least = -most
    let step = try Money(units: 1)
    #expect(throws: MoneyError.self) { try most + step }
    #expect(throws: MoneyError.self) { try least - step }
    #expect(throws: MoneyError.self) { try most.times(2) }
    #expect(throws: MoneyError.self) { try most.times(Money("1.5")) }
    #expect(throws: MoneyError.self) { try Money(units: .min) }
    #expect(throws: MoneyError.self) { try Money("170141183460469231731.687303715884105728") }
    #expect(throws: MoneyError.self) { try Money("1" + String(repeating: "0", count: 25)) }
    #expect(throws: MoneyError.self) { try Money.sum([most, step]) }
    #expect(try (most + least).isZero)
    #expect(most.magnitude == least.magnitude)
  }

  @Test func addsSubtractsAndComparesExactly() throws {
    let tenth = try Money("0.1")
    #expect(try Money.sum(Array(repeating: tenth, count: 10)) == Money("1"))
    #expect(try Money("0.3") - Money("0.1") == Money("0.2"))
    #expect(try -Money("0.3") < Money("0.1"))
    #expect(try Money("-2").sign == -1)
    #expect(Money.zero.sign == 0 && !Money.zero.isNegative)
    var total = Money.zero
    try total += tenth
    try total -= Money("0.25")
    #expect(total.description == "-0.15")
  }

  @Test(
    arguments: [
      ("0.000002", "500000", "1"), ("-1.5", "1.5", "-2.25"), ("-3", "-4", "12"),
      ("0", "12345.678", "0"),
      ("0.000000001", "0.000000001", "0.000000000000000001"),
      ("13043817826", "13043817826", nil),
    ] as [(String, String, String?)])
  func multipliesExactlyOrThrows(left: String, right: String, product: String?) throws {
    if let product {
      #expect(try Money(left).times(Money(right)) == Money(product))
      #expect(try Money(right).times(Money(left)) == Money(product))
    } else {
      #expect(throws: MoneyError.self) { try Money(left).times(Money(right)) }
    }
  }

  @Test func losesNoDigitOfAProductOrQuotient() throws {
    #expect(throws: MoneyError.self) { try Money("0.000000000000000001").times(Money("0.5")) }
    #expect(throws: MoneyError.self) { try Money("1").divided(exactlyBy: 3) }
    #expect(throws: MoneyError.self) { try Money("1").divided(exactlyBy: 0) }
    #expect(try Money("1").divided(exactlyBy: 8) == Money("0.125"))
    #expect(try Money("-15").divided(exactlyBy: 1_000_000) == Money("-0.000015"))
  }

  @Test func writesAsACurrencyDoes() throws {
    let usd = try #require(Currency("USD"))
    let jpy = try #require(Currency("JPY"))
    #expect(try Money("12.4").text(in: usd) == "12.40")
    #expect(try Money("12.3456").text(in: usd) == "12.3456")
    #expect(try Money("-0.05").text(in: usd) == "-0.05")
    #expect(try Money("12").text(in: jpy) == "12")
    #expect(Money.zero.text(in: usd) == "0.00")
    #expect(Money(minorUnits: -5, of: usd).description == "-0.05")
    #expect(Money(minorUnits: .max, of: jpy).description == "9223372036854775807")
  }
}
