import Accounting
import Reconciliation
import Testing

@testable import Reporting

/// The rounding what-if in each format.
@Suite struct RoundingReportTests {
  private let report: RunReport = {
    var report = SampleReport.report
    report.judgement.roundings = [
      Self.whatIf(
        "JPY", planned: 0, [(SampleReport.markup, "22", "23", "22", "22", "22", "22", "22")]),
      Self.whatIf(
        "KWD", planned: 0, [("acme", "0.003", "0.004", "0.003", "0.003", "0.002", "0.003", "0.003")]
      ),
      Self.whatIf(
        "USD", planned: 2,
        [
          ("acme", "1000.04", "1000.06", "1000.05", "1000.04", "1000.03", "1000.04", "1000.04"),
          (SampleReport.sql, "-0.005", "-0.01", "-0.01", "-0.01", "0", "0", "0"),
        ]),
    ]
    return report
  }()

  private typealias Figures = (String, String, String, String, String, String, String, String)

  private static func whatIf(
    _ code: String, planned: Int, _ tenants: [Figures]
  ) -> RoundingWhatIf {
    var total = RoundingTable()
    let tables = tenants.map { name, exact, a, b, c, d, e, f in
      var table = RoundingTable()
      table.requests = 5
      table.exact = money(exact)
      table.posted = money(b)
      table.halfUp = .init(perEntry: money(a), perLine: money(b), perInvoice: money(c))
      table.halfEven = .init(perEntry: money(d), perLine: money(e), perInvoice: money(f))
      total = sum(total, table)
      return RoundingWhatIf.Tenant(tenant: name, table: table)
    }
    return RoundingWhatIf(
      currency: iso(code), period: october, rule: .halfUp, plannedGroups: planned, total: total,
      tenants: tables)
  }

  private static func sum(_ left: RoundingTable, _ right: RoundingTable) -> RoundingTable {
    func row(_ left: RoundingTable.Row, _ right: RoundingTable.Row) -> RoundingTable.Row {
      .init(
        perEntry: steps(left.perEntry.units + right.perEntry.units),
        perLine: steps(left.perLine.units + right.perLine.units),
        perInvoice: steps(left.perInvoice.units + right.perInvoice.units))
    }
    var table = RoundingTable()
    table.requests = left.requests + right.requests
    table.exact = steps(left.exact.units + right.exact.units)
    table.posted = steps(left.posted.units + right.posted.units)
    table.halfUp = row(left.halfUp, right.halfUp)
    table.halfEven = row(left.halfEven, right.halfEven)
    return table
  }

  @Test func itIsReadBackEqual() throws {
    let json = JSONReport.bytes(of: report)
    #expect(try RunReport(json: json) == report)
    let text = String(decoding: json, as: UTF8.self)
    #expect(
      text.contains(
        #""half_up": {"per_entry": "1000.06", "per_line": "1000.05", "per_invoice": "1000.04"}"#))
    #expect(text.contains(#""currency": "JPY", "period": "2026-10", "rule": "half-up""#))
  }

  @Test func itPassesItsOwnSchema() throws {
    let text = String(decoding: try XMLReport.bytes(of: report), as: UTF8.self)
    #expect(text.contains("<per_entry>0.004</per_entry>"))
    #expect(text.contains("<planned_groups>2</planned_groups>"))
  }

  @Test func aRuleThatIsNoneIsRefused() throws {
    let text = String(decoding: try XMLReport.bytes(of: report), as: UTF8.self)
    let damaged = text.replacing("<rule>half-up</rule>", with: "<rule>half-down</rule>")
    #expect(throws: ReportingError.self) { try ReportSchema().validate(Array(damaged.utf8)) }
  }

  @Test func theXSDListsTheRulesOfSwift() {
    let xsd = String(decoding: PackageResources.tieout_report_1_xsd, as: UTF8.self)
    for rule in RoundingRule.allCases {
      #expect(xsd.contains("<xs:enumeration value=\"\(rule.rawValue)\">"))
    }
  }

  @Test func aSpreadsheetHasARowForEachTenant() throws {
    let files = Reports.render(report, as: [.csv])
    let file = try #require(files.first { $0.name == "roundings.csv" })
    let lines = String(decoding: file.bytes, as: UTF8.self).split(separator: "\r\n")
    #expect(
      lines.first == """
        tenant_id,currency,period,rule,requests,exact,posted,half_up_per_entry,half_up_per_line,\
        half_up_per_invoice,half_even_per_entry,half_even_per_line,half_even_per_invoice
        """)
    #expect(lines.count == 5)
    #expect(
      lines[3] == """
        acme,USD,2026-10,half-up,5,1000.04,1000.05,1000.06,1000.05,1000.04,1000.03,1000.04,1000.04
        """)
  }

  @Test func peopleSeeWhatRoundingAdds() throws {
    let text = String(decoding: try HTMLReport.bytes(of: report), as: UTF8.self)
    #expect(text.contains("Rounded otherwise"))
    #expect(text.contains(#"<td class="number">1,000.05<br><small>+0.015</small></td>"#))
    #expect(text.contains("This job rounds half up"))
    #expect(text.contains("2 groups under a plan are left out"))
    #expect(!text.contains("<script>"))
  }

  @Test func aReportWithoutItSaysNothingOfIt() throws {
    let json = String(decoding: JSONReport.bytes(of: SampleReport.report), as: UTF8.self)
    #expect(!json.contains("rounding_what_if"))
    let html = String(decoding: try HTMLReport.bytes(of: SampleReport.report), as: UTF8.self)
    #expect(!html.contains("Rounded otherwise"))
    #expect(Reports.render(SampleReport.report, as: [.csv]).count == 4)
  }
}
