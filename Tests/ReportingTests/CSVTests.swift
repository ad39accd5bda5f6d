import Accounting
import Reconciliation
import Testing

@testable import Reporting

@Suite struct CSVTests {
  /// RFC 4180, read strictly: every row ends in CRLF, quotes are doubled.
  private static func parse(_ bytes: [UInt8]) -> [[String]]? {
    var rows: [[String]] = []
    var row: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if isQuoted {
        guard byte == UInt8(ascii: "\"") else {
          field.append(byte)
          continue
        }
        guard index < bytes.count, bytes[index] == byte else {
          isQuoted = false
          continue
        }
        field.append(byte)
        index += 1
        continue
      }
      switch byte {
      case UInt8(ascii: "\""):
        guard field.isEmpty else { return nil }
        isQuoted = true
      case UInt8(ascii: ","), 0x0D:
        row.append(String(decoding: field, as: UTF8.self))
        field = []
        guard byte == 0x0D else { continue }
        guard index < bytes.count, bytes[index] == 0x0A else { return nil }
        index += 1
        rows.append(row)
        row = []
      case 0x0A: return nil
      default: field.append(byte)
      }
    }
    return row.isEmpty && field.isEmpty && !isQuoted ? rows : nil
  }

  private static func rows(_ name: String, of report: RunReport) throws -> [[String: String]] {
    let file = try #require(CSVReport.files(of: report).first { $0.name == name })
    let rows = try #require(parse(file.bytes))
    return try rows.dropFirst().map { row in
      try #require(row.count == rows[0].count)
      return Dictionary(uniqueKeysWithValues: zip(rows[0], row))
    }
  }

  @Test func rowsComeBack() throws {
    let groups = try CSVTests.rows("groups.csv", of: SampleReport.report)
    #expect(groups.count == SampleReport.groups.count)
    #expect(groups[0]["tenant_id"] == SampleReport.sql)
    #expect(groups[0]["bridge_unbilled"] == "-0.235")
    #expect(groups[0]["bridge_double_billed"] == "0.000")
    #expect(groups[0]["blocked_by"] == "invalid-event policy-gap")
    #expect(groups[1]["tenant_id"] == SampleReport.markup)
    #expect(groups[2]["deployment_id"] == "")

    let breaks = try CSVTests.rows("breaks.csv", of: SampleReport.report)
    #expect(breaks.count == BreakCode.allCases.count)
    #expect(breaks[4]["explanation"] == "a,b;c\r\n\"d\"")
    #expect(breaks[4]["event_ids"] == "event-0 event-1 event-2 event-3")
    #expect(
      breaks[1]["explanation"] == "'" + SampleReport.controlCharacters + SampleReport.noncharacters)

    let corrections = try CSVTests.rows("corrections.csv", of: SampleReport.report)
    #expect(corrections[0]["amount"] == "-12.34")
    #expect(corrections[2]["reverses_entry_id"] == SampleReport.sql)
  }

  @Test func noFieldIsAFormula() throws {
    for file in CSVReport.files(of: SampleReport.report) {
      let rows = try #require(CSVTests.parse(file.bytes))
      for (name, text) in rows.dropFirst().flatMap({ zip(rows[0], $0) }) {
        guard let first = text.unicodeScalars.first, "=+-@\t\r\u{0}".unicodeScalars.contains(first)
        else { continue }
        #expect((try? Money(text)) != nil, "\(file.name) \(name): \(text)")
      }
    }
  }

  @Test(arguments: [
    ("=1+1", "\"'=1+1\""), ("+1", "\"'+1\""), ("-1", "\"'-1\""), ("@a", "\"'@a\""),
    ("\t=1", "\"'\t=1\""), ("\r=1", "\"'\r=1\""), ("\u{1}=1", "\"'\u{1}=1\""), ("＝1", "\"'＝1\""),
    ("=\u{301}1", "\"'=\u{301}1\""), ("a=1", "a=1"), ("a;b", "\"a;b\""), ("a\"b", "\"a\"\"b\""),
    ("", "\"\""), ("a b", "a b"), ("7", "7"),
  ])
  func textIsHarmless(text: String, field: String) {
    var csv = CSVWriter()
    csv.text(text)
    #expect(csv.bytes == Array(field.utf8))
  }

  @Test func nullIsNotEmptyText() {
    var csv = CSVWriter()
    csv.text(nil)
    csv.text("")
    csv.text(nil)
    csv.endRow()
    #expect(csv.bytes == Array(",\"\",\r\n".utf8))
  }

  @Test func columnsAreTheFieldsOfTheJSON() throws {
    let json = String(decoding: JSONReport.bytes(of: SampleReport.report), as: UTF8.self)
    for file in CSVReport.files(of: SampleReport.report) {
      let header = try #require(CSVTests.parse(file.bytes)?.first)
      for column in header where !column.hasPrefix("bridge_") && !column.hasPrefix("group_") {
        #expect(json.contains("\"\(column)\": "))
      }
      #expect(Set(header).count == header.count)
    }
  }

  @Test func aReportOfNothingHasHeaders() throws {
    for file in CSVReport.files(of: SampleReport.empty) {
      #expect(try #require(CSVTests.parse(file.bytes)).count == 1)
    }
  }
}
