import Reconciliation
import TestSupport
import Testing

/// A view that spells a kind otherwise would leave its entries out, and bill their calls again.
@Suite struct UnknownKindTests {
  private func told(_ entries: String) throws -> [String] {
    let text = """
      terms range 2026-09
      case x
      usage r acme 2026-09-03 charge 1
      \(entries)
      expect nothing
      """
    let scenario = try #require(Scenario.parse(text, file: "paper").first)
    return try Judgement(of: scenario.inMemory, under: scenario.terms).controls.notExamined
      .filter { $0.check == "unsupported-charge" }.map(\.why)
  }

  @Test func entriesOfAnUnknownKindAreTold() throws {
    let why = try told(
      """
      ledger r acme   2026-09 1.00 kind USAGE
      ledger - acme   2026-09 2.00 kind USAGE
      ledger - globex 2026-09 3.00 kind storage
      """)
    #expect(
      why == [
        "1 entry of kind 'storage', which tieout does not know: not counted as posted",
        "2 entries of kind 'USAGE', which tieout does not know: not counted as posted",
      ])
  }

  @Test func whatStandsBesideUsageByRuleIsNot() throws {
    let why = try told(
      """
      ledger r acme 2026-09 1.00
      ledger - acme 2026-09 50 kind grant
      ledger - acme 2026-09 20 kind plan_fee
      ledger - acme 2026-09 0.10 kind debit_memo
      ledger - acme 2026-09 -0.10 kind credit_memo
      """)
    #expect(why.isEmpty)
  }
}
