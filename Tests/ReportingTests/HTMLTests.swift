import Accounting
import Reconciliation
import Testing

@testable import Reporting

@Suite struct HTMLTests {
  private static func page(_ report: RunReport) throws -> String {
    String(decoding: try HTMLReport.bytes(of: report), as: UTF8.self)
  }

  @Test func thePageStandsAlone() throws {
    let page = try HTMLTests.page(SampleReport.report)
    #expect(page.hasPrefix("<!DOCTYPE html>\n"))
    #expect(page.contains("default-src 'none'; style-src 'unsafe-inline'"))
    for outside in [
      "<script", "<img", "<link", "<iframe", " src=", " style=", " on", "@import", "url(",
    ] {
      let markup = page.replacing(/>[^<]*</, with: "><")
      #expect(!markup.contains(outside), "\(outside)")
    }
    #expect(page.matches(of: /\ href="([^"]*)"/).allSatisfy { $0.1.hasPrefix("#") })
  }

  @Test func everyPartIsCalledAndEveryCallHasItsPart() {
    let templates = HTMLReport.parts.values + [PackageResources.report_mustache]
    let called = templates.flatMap { template in
      String(decoding: template, as: UTF8.self).matches(of: /{{>\s*([^}\s]+)\s*}}/).map {
        String($0.1)
      }
    }
    #expect(Set(called) == Set(HTMLReport.parts.keys))
  }

  @Test func linksLeadSomewhere() throws {
    let page = try HTMLTests.page(SampleReport.report)
    let ids = page.matches(of: /\ id="([^"]*)"/).map { String($0.1) }
    #expect(Set(ids).count == ids.count)
    for link in page.matches(of: /\ href="#([^"]*)"/) { #expect(ids.contains(String(link.1))) }
    for label in page.matches(of: /\ aria-labelledby="([^"]*)"/) {
      for id in label.1.split(separator: " ") { #expect(ids.contains(String(id))) }
    }
  }

  @Test func namesAreText() throws {
    let page = try HTMLTests.page(SampleReport.report)
    #expect(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;co&quot;"))
    let scalars = page.unicodeScalars
    #expect(!scalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" })
    #expect(!scalars.contains("\u{FFFE}") && !scalars.contains("\u{7F}"))
  }

  /// Mustache's own escaping lets a quote or an angle bracket pass that carries an accent.
  @Test func accentsDoNotHideMarkup() {
    #expect(
      HTMLText().escapeText("\"\u{301}<\u{338}&\u{20D2}'\u{301}>\u{338}")
        == "&quot;\u{301}&lt;\u{338}&amp;\u{20D2}&#39;\u{301}&gt;\u{338}")
  }

  @Test func aVerdictIsWritten() throws {
    let page = try HTMLTests.page(SampleReport.report)
    #expect(page.contains("Not tied out: breaks remain"))
    #expect(
      page.contains(
        "tenants are over-billed by JPY 499, under-billed by KWD 0.235 and under-billed by USD 11.26"
      ))
    #expect(page.contains("5 correcting entries: 1 posted, 1 proposed and 3 held."))
    let empty = try HTMLTests.page(SampleReport.empty)
    #expect(empty.contains("<h2 id=\"verdict\">Tied out</h2>"))
    #expect(empty.contains("No break was found: what was posted is what is due, in every group."))
    #expect(empty.contains("Every check was made."))
  }

  /// It stands beside the invoice, or the charge, and changes nothing of what its group was posted.
  @Test(arguments: [EntryKind.creditMemo, .debitMemo, .priceAdjustment])
  func aMemoMovesNoVariance(_ kind: EntryKind) throws {
    var judgement = SampleReport.report.judgement
    let before = try CorrectionTotals(judgement)
    let memos = judgement.corrections.map { correction in
      var memo = correction
      memo.kind = kind
      return memo
    }
    judgement.corrections = Spool(judgement.corrections.map(\.self) + memos)
    let after = try CorrectionTotals(judgement)
    #expect(after.count == 2 * before.count)
    #expect(!before.corrected.isEmpty && after.corrected == before.corrected)
    #expect(!before.waiting.isEmpty && after.waiting == before.waiting)
  }

  @Test func completenessIsNotClaimedWhenItFailed() throws {
    let claim = "are those the two systems themselves count and sum"
    #expect(try HTMLTests.page(SampleReport.empty).contains(claim))
    #expect(try !HTMLTests.page(SampleReport.report).contains(claim))
  }

  @Test func largeReportsAreCutAndSaySo() throws {
    let page = try HTMLTests.page(BusyReport.report(groups: 600, breaks: 2000))
    #expect(page.contains("500 of 2,000 breaks, the largest of each code; all are in breaks.csv."))
    #expect(page.contains("The 500 groups with the largest variance; all 600 are in groups.csv."))
    #expect(page.contains("the bridges of the others are in groups.csv."))
    #expect(page.contains("corrections, the largest of each status; all are in corrections.csv."))
    #expect(page.utf8.count < 1_500_000)
  }

  @Test func aNameOfTenMegabytesIsClipped() throws {
    var report = SampleReport.report
    report.judgement.breaks[0].explanation = String(repeating: "m\u{301}", count: 5_000_000)
    #expect(try HTMLTests.page(report).utf8.count < 200_000)
  }

  @Test(arguments: [
    ([3, 4], 10, [3, 4]), ([100, 2, 100], 50, [24, 2, 24]), ([0, 7, 1], 4, [0, 3, 1]), ([], 5, []),
    ([5, 5, 5], 2, [0, 1, 1]),
  ])
  func sharesAreFair(counts: [Int], limit: Int, shares: [Int]) {
    #expect(fairShares(of: counts, limit: limit) == shares)
  }

  @Test func theLargestKeepTheirOrder() {
    let amounts = ["1", "-9", "0", "9.5", "2"].map { money($0) }
    #expect(largest(3, of: amounts) { ($0, iso("USD")) } == ["-9", "9.5", "2"].map { money($0) })
    #expect(largestFirst(amounts) { ($0, iso("USD")) }.first == money("9.5"))
  }

  @Test func amountsAreReadable() throws {
    let dollar = iso("USD")
    #expect(AmountText.plain(money("1234567.5"), in: dollar) == "1,234,567.50")
    #expect(AmountText.plain(money("-123"), in: iso("JPY")) == "\u{2212}123")
    #expect(AmountText.signed(money("0.125"), in: dollar) == "+0.125")
    #expect(AmountText.signed(.zero, in: dollar) == "0.00")
    let aligned = AmountText.aligned(["1", "1.25", "", "1.123456789"])
    #expect(aligned == ["1\u{2008}\u{2007}\u{2007}", "1.25", "", "1.123456789"])
  }
}
