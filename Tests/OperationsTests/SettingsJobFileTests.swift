import Accounting
import Foundation
import Operations
import Reconciliation
import Testing

@Suite("Job files: what they may say")
struct SettingsJobFileTests {
  @Test("every key of the contract")
  func everyKey() throws {
    let job = try JobFile.parse(
      """
      job: month-end
      range: previous-month
      timezone: Europe/Berlin
      books:
        gateway: { adapter: native, dsn: "service=gateway" }
        ledger:  { adapter: ./mine, dsn: "service=ledger", name: eu, rounding: line }
      grace: 2d
      rounding: half-even
      tolerance: { amount: 0.005 }
      materiality: { amount: 12 }
      suspected_duplicate_window: 30s
      rules: { price-variance: report, unsupported-charge: post, true-up-due: review }
      prices: { book: agreed }
      true_up: project
      limits: { entries: 10000, amount: 5000.00, share_of_revenue: 0.02 }
      reports: { directory: /var/reports, formats: [json, xml] }
      metrics: { textfile: /var/lib/node_exporter/tieout.prom }
      """, path: "job.yaml")
    #expect(job.name == "month-end")
    #expect(job.range == .previousMonth)
    #expect(job.timezone == "Europe/Berlin")
    #expect(job.gateway == BookSettings(adapter: "native", dsn: "service=gateway"))
    #expect(job.ledger == BookSettings(adapter: "./mine", dsn: "service=ledger"))
    #expect(job.ledgerName == "eu")
    #expect(job.ledgerRounding == .line)
    #expect(job.grace == 2 * 86_400)
    #expect(job.rounding == .halfEven)
    #expect(job.tolerance == (try Money("0.005")))
    #expect(job.materiality == (try Money("12")))
    #expect(job.suspectedDuplicateWindow == 30)
    #expect(
      job.rules == [.priceVariance: .report, .unsupportedCharge: .post, .trueUpDue: .review])
    #expect(job.priceBook == "agreed")
    #expect(job.trueUp == .project)
    #expect(job.limits.entries == 10_000)
    #expect(job.limits.amount == (try Money("5000")))
    #expect(job.limits.shareOfRevenue == (try Money("0.02")))
    #expect(job.reportDirectory == "/var/reports")
    #expect(job.formats == ["xml", "json"])
    #expect(job.metricsTextfile == "/var/lib/node_exporter/tieout.prom")
  }

  @Test("what a file leaves out is as without a file")
  func defaults() throws {
    let job = try JobFile.parse("job: least\n", path: "job.yaml")
    var expected = Job()
    expected.name = "least"
    #expect(job == expected)
    #expect(job.range == nil)
    #expect(job.timezone == "UTC")
    #expect(job.gateway == BookSettings(adapter: "native", dsn: nil))
    #expect(job.ledgerName == "ledger")
    #expect(job.ledgerRounding == .entry)
    #expect(job.grace == 6 * 3600)
    #expect(job.rounding == .halfUp)
    #expect(job.tolerance == .zero)
    #expect(job.materiality == (try Money("0.01")))
    #expect(job.suspectedDuplicateWindow == 5)
    #expect(job.trueUp == .post)
    #expect(job.limits == PostingLimits())
    #expect(job.reportDirectory == "Reports/runs")
    #expect(job.formats == ["xml", "html", "csv", "json"])
    #expect(job.metricsTextfile == nil)
  }

  @Test(
    "amounts are taken from the text as written",
    arguments: [
      "0.1", "\"0.1\"", "0.10", "123456789012345678.000000000000000001", "1",
      "0.000000000000000001",
    ])
  func amounts(_ text: String) throws {
    let job = try JobFile.parse("materiality: { amount: \(text) }", path: "job.yaml")
    let plain = text.filter { $0 != "\"" }
    #expect(job.materiality == (try Money(plain)))
  }

  @Test(
    "durations",
    arguments: zip(["0s", "5s", "30m", "6h", "2d"], [0, 5, 1800, 21_600, 172_800] as [Int64]))
  func durations(_ text: String, _ seconds: Int64) throws {
    #expect(try JobFile.parse("grace: \(text)", path: "job.yaml").grace == seconds)
  }

  @Test("ranges")
  func ranges() throws {
    func range(_ text: String) throws -> JobRange? {
      try JobFile.parse("range: \(text)", path: "job.yaml").range
    }
    let october = try #require(AccountingPeriod("2026-10"))
    #expect(try range("yesterday") == .yesterday)
    #expect(try range("month-to-date") == .monthToDate)
    #expect(try range("{ from: 2026-10-01, to: 2026-10-31 }") == .fixed(DayRange(october)))
    #expect(try range("{ period: 2026-10 }") == .fixed(DayRange(october)))
  }

  @Test("the environment's connections go before the file's, unless they are empty")
  func environment() throws {
    let job = try JobFile.parse(
      "books: { gateway: { dsn: service=a }, ledger: { dsn: service=b } }", path: "job.yaml")
    let over = job.over(by: ["TIEOUT_GATEWAY_DSN": "service=c", "TIEOUT_LEDGER_DSN": ""])
    #expect(over.gateway.dsn == "service=c")
    #expect(over.ledger.dsn == "service=b")
  }

  @Test("no connection string reaches the text that is digested, and every other setting does")
  func canonicalText() throws {
    var job = Job()
    let plain = job.canonicalText
    job.gateway.dsn = "password=secret"
    job.ledger.dsn = "password=secret"
    job.reportDirectory = "elsewhere"
    #expect(job.canonicalText == plain)
    let settings = [
      "job: x", "timezone: Asia/Tokyo", "books: { gateway: { adapter: x } }",
      "books: { ledger: { adapter: x } }", "books: { ledger: { name: x } }",
      "books: { ledger: { rounding: line } }", "grace: 1h", "rounding: half-even",
      "tolerance: { amount: 1 }", "materiality: { amount: 1 }", "suspected_duplicate_window: 1s",
      "rules: { unbilled: report }", "true_up: project", "limits: { entries: 1 }",
      "limits: { amount: 1 }", "limits: { share_of_revenue: 1 }",
    ]
    let texts = try settings.map { try JobFile.parse($0, path: "job.yaml").canonicalText }
    #expect(Set(texts + [plain]).count == settings.count + 1)
  }

  @Test("a projected true-up is never posted, and a rule that is off stays off")
  func projectedTrueUp() throws {
    func disposition(_ text: String) throws -> Disposition? {
      let day = try #require(CivilDate("2026-10-01"))
      let range = try #require(DayRange(from: day, to: day))
      let asOf = try #require(Instant("2026-10-02T00:00:00Z"))
      return try JobFile.parse(text, path: "job.yaml")
        .terms(range: range, asOf: asOf, places: .everything).dispositions[.trueUpDue]
    }
    #expect(try disposition("true_up: project") == .report)
    #expect(try disposition("true_up: project\nrules: { true-up-due: post }") == .report)
    #expect(try disposition("true_up: project\nrules: { true-up-due: off }") == .off)
    #expect(try disposition("true_up: post") == nil)
  }

  @Test("the examples in Jobs/ are followed to the letter")
  func examples() throws {
    let jobs = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Jobs")
    func job(_ name: String) throws -> Job { try JobFile.read(jobs.appending(path: name).path) }
    let nightly = try job("nightly.yaml")
    #expect(nightly.range == .monthToDate)
    #expect(nightly.trueUp == .project)
    let monthEnd = try job("month-end.yaml")
    #expect(monthEnd.range == .previousMonth)
    #expect(monthEnd.trueUp == .post)
    #expect(monthEnd.formats == Job.knownFormats)
    #expect(try job("range.yaml").limits.entries == 0)
  }
}
