import Accounting
import Testing

@testable import Billing

@Suite("JSON without losing a digit")
struct JSONValueTests {
  @Test func keepsWhatWasWritten() throws {
    let document = try JSONValue(
      parsing: """
         { "b": [1, -2.50, 3e-07, null, true, false], "a": {"x": "é \\u00e9 \\ud83d\\ude00 \\/\\n"}, "": {} , "e": []}
        """)
    #expect(document.object?.keys == ["b", "a", "", "e"])
    let numbers = document["b"]?.array?.prefix(3).map { $0.number?.description }
    #expect(numbers == ["1", "-2.5", "0.0000003"])
    #expect(document["b"]?.array?.dropFirst(3) == [.null, .boolean(true), .boolean(false)])
    #expect(document["a"]?["x"] == .string("é é 😀 /\n"))
    #expect(document[""]?.object?.keys == [] && document["e"] == .array([]))
    #expect(document["none"] == nil && document["b"]?["x"] == nil)
    #expect(try JSONValue(parsing: [0xEF, 0xBB, 0xBF] + Array("7 ".utf8)).number?.integer == 7)
  }

  @Test(arguments: [
    ("", "line 1, column 1: the text ends where a value is expected"),
    ("{\n \"a\": 1,\n}", "line 3, column 1: a key in quotes is expected"),
    ("[1 2]", "line 1, column 4: ',' or ']' is expected"),
    ("{\"a\" 1}", "line 1, column 6: ':' is expected after the key 'a'"),
    ("{\"a\":1 \"b\":2}", "line 1, column 8: ',' or '}' is expected"),
    ("{\"a\":1,\"b\":2,\"a\":3}", "line 1, column 14: the key 'a' appears twice"),
    ("01", "line 1, column 1: '01' is not a number"),
    ("1.", "line 1, column 1: '1.' is not a number"),
    ("-", "line 1, column 1: '-' is not a number"),
    ("1e", "line 1, column 1: '1e' is not a number"),
    ("1e99999", "line 1, column 1: '1e99999' is not a number"),
    ("+1", "line 1, column 1: no value begins like this"),
    ("NaN", "line 1, column 1: no value begins like this"),
    ("nul", "line 1, column 1: no value begins like this"),
    ("1 2", "line 1, column 3: more text after the end of the document"),
    ("\"a", "line 1, column 1: the text in quotes has no end"),
    ("\"\\", "line 1, column 3: the text in quotes has no end"),
    ("\"\u{1}\"", "line 1, column 2: a control character stands unescaped in a text"),
    ("\"\\x\"", "line 1, column 2: no such escape"),
    ("\"\\u12g4\"", "line 1, column 2: four hexadecimal digits are expected after \\u"),
    ("\"\\ud83d\"", "line 1, column 2: half of a surrogate pair"),
    ("\"\\ud83d\\u0041\"", "line 1, column 2: half of a surrogate pair"),
    ("\"\\ude00\"", "line 1, column 2: half of a surrogate pair"),
  ])
  func tellsWhatIsWrongAndWhere(text: String, message: String) {
    #expect {
      try JSONValue(parsing: text)
    } throws: {
      "\($0)" == message
    }
  }

  @Test func refusesWhatIsNoText() {
    #expect(throws: JSONError(reason: "a text that is not UTF-8", line: 1, column: 1)) {
      try JSONValue(parsing: [0x22, 0xFF, 0x22])
    }
    let deep = String(repeating: "[", count: 10_000)
    #expect(throws: JSONError.self) { try JSONValue(parsing: deep) }
    let level = JSONParser.deepest
    let nested = String(repeating: "[", count: level) + String(repeating: "]", count: level)
    #expect(throws: Never.self) { try JSONValue(parsing: nested) }
  }

  @Test(arguments: [
    ("8.142857142857142e-08", "0.00000008142857142857142", 23),
    ("3.3333333333333335e-05", "0.000033333333333333335", 21), ("2E+3", "2000", 0),
    ("0.000e5", "0", 0), ("-0", "0", 0), ("-1.50", "-1.5", 1), (".5", "0.5", 1), ("120", "120", 0),
  ])
  func readsDecimalsOfAnyLength(text: String, plain: String, decimals: Int) throws {
    let number = try #require(DecimalNumber(text))
    #expect(number.description == plain && number.decimals == decimals)
  }

  @Test func turnsNumbersIntoMoneyOnlyWhereThatIsExact() throws {
    let price = try #require(DecimalNumber("8.142857142857142e-08"))
    #expect(throws: MoneyError.lostDigits("0.00000008142857142857142")) { try price.money() }
    #expect(try price.money(timesTenTo: 6) == Money("0.08142857142857142"))
    #expect(throws: MoneyError.self) { try #require(DecimalNumber("1e21")).money() }
    #expect(DecimalNumber("2.56e5")?.integer == 256_000)
    #expect(DecimalNumber("0.5")?.integer == nil && DecimalNumber("1e400")?.integer == nil)
    #expect(DecimalNumber("9223372036854775808")?.integer == nil)
    #expect(DecimalNumber("-9223372036854775808")?.integer == .min)
    for text in ["", ".", "e5", "1e", "1e5.0", "1.2.3", "0x10", "1 ", "∞", "--1", "1e10000"] {
      #expect(DecimalNumber(text) == nil, "\(text)")
    }
  }
}
