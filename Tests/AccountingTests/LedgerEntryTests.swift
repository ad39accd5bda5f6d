import Accounting
import Testing

@Suite("Ledger entries")
struct LedgerEntryTests {
  @Test(arguments: [
    "usage", "adjustment", "reversal", "rounding", "true_up", "accrual", "plan_fee", "credit_memo",
    "debit_memo", "grant", "",
  ])
  func keepTheirKindsWord(word: String) {
    #expect(EntryKind(word).text == word)
    #expect(EntryKind(word).netsPerRequest == ["usage", "adjustment", "reversal"].contains(word))
  }

  @Test func countInTheMonthOfTheirService() throws {
    let october = try #require(AccountingPeriod("2026-10"))
    var entry = LedgerEntry(
      entryID: "e", tenant: "acme", amount: .zero, currency: try #require(Currency("USD")),
      period: october.next, postedAt: Instant(microseconds: 0))
    #expect(entry.serviceMonth == october.next)
    entry.servicePeriod = october
    #expect(entry.serviceMonth == october)
  }

  @Test func standInPostingOrder() throws {
    let period = try #require(AccountingPeriod("2026-10"))
    let usd = try #require(Currency("USD"))
    func entry(_ id: String, at time: Int64) -> LedgerEntry {
      LedgerEntry(
        entryID: id, tenant: "acme", amount: .zero, currency: usd, period: period,
        postedAt: Instant(microseconds: time))
    }
    let sorted = [entry("b", at: 2), entry("c", at: 1), entry("a", at: 2)]
      .sorted(by: LedgerEntry.inPostingOrder)
    #expect(sorted.map(\.entryID) == ["c", "a", "b"])
  }
}
