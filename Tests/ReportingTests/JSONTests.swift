import Accounting
import FoundationEssentials
import Reconciliation
import Testing

@testable import Reporting

@Suite struct JSONTests {
  @Test(arguments: Sample.allCases)
  func whatWasWrittenIsReadBackEqual(sample: Sample) throws {
    let report = sample.report
    let json = JSONReport.bytes(of: report)
    let again = try RunReport(json: json)
    #expect(again == report)
    #expect(JSONReport.bytes(of: again) == json)
  }

  @Test func everyCharacterSurvives() throws {
    let scalars =
      (0...0x2FFF).compactMap { Unicode.Scalar($0 as UInt32) } + ["\u{FFFE}", "\u{FFFF}"]
    for scalar in scalars {
      let text = "a\(scalar)b"
      var json = JSONWriter()
      json.string(text)
      let decoded = try JSONDecoder().decode(
        [String].self, from: Data("[".utf8 + json.bytes + "]".utf8))
      #expect(Array(decoded[0].unicodeScalars) == Array(text.unicodeScalars))
    }
  }

  @Test func controlCharactersAreEscaped() {
    var json = JSONWriter()
    json.string("\u{0}\u{1}\u{1F}\t\n\r\"\\/é")
    let expected = #""\u0000\u0001\u001f\t\n\r\"\\/é""#
    #expect(String(decoding: json.bytes, as: UTF8.self) == expected)
  }

  @Test func moneyIsNeverANumber() throws {
    let text = String(decoding: JSONReport.bytes(of: SampleReport.report), as: UTF8.self)
    for name in [
      "recorded", "due", "posted", "variance", "amount", "usage_charge", "ledger_amount",
    ] {
      #expect(!text.contains("\"\(name)\": -") && !text.contains("\"\(name)\": 1"))
      #expect(text.contains("\"\(name)\": \""))
    }
    #expect(text.contains(#""due": "1.235", "posted": "1.000", "variance": "-0.235""#))
    #expect(text.contains(#""due": "120001", "posted": "120500", "variance": "499""#))
    #expect(text.contains(#""recorded": "-0.000000000000000001", "due": "0.00""#))
  }

  @Test(arguments: [
    ("not json", "this is not JSON"),
    (#"{"schema": "tieout-report-1"}"#, "'run' is missing"),
    (#"{"schema": "tieout-report-1", "run": null}"#, "run: the value is null"),
    (#"{"schema": "tieout-report-1", "run": 3}"#, "run: the value is of another type"),
  ])
  func damageIsNamed(json: String, problem: String) {
    let error = #expect(throws: ReportingError.self) { try RunReport(json: Array(json.utf8)) }
    #expect(error?.kind == .unreadable)
    #expect(error?.what == "report.json cannot be read: \(problem)")
  }

  @Test(arguments: [
    (
      "tieout-report-1\"", "tieout-report-2\"", "schema is 'tieout-report-2', not 'tieout-report-1'"
    ),
    ("\"due\": \"0.00\"", "\"due\": \"1e5\"", "'1e5' is not an amount"),
    ("\"line\": \"unbilled\"", "\"line\": \"unbeknown\"", "'unbeknown' is not a line"),
    ("\"code\": \"in-transit\"", "\"code\": \"lost\"", "'lost' is not a break code"),
    ("\"from\": \"2026-10-01\"", "\"from\": \"2026-13-01\"", "'2026-13-01' is not a day"),
    ("\"currency\": \"KWD\"", "\"currency\": \"KWX\"", "'KWX' is not a currency"),
  ])
  func wrongTextIsNamed(old: String, new: String, problem: String) {
    let text = String(decoding: JSONReport.bytes(of: SampleReport.report), as: UTF8.self)
    #expect(text.contains(old))
    let damaged = text.replacing(old, with: new, maxReplacements: 1)
    let error = #expect(throws: ReportingError.self) { try RunReport(json: Array(damaged.utf8)) }
    #expect(error?.what == "report.json cannot be read: \(problem)")
  }
}
