import Accounting
import Billing
import Reconciliation
import TestSupport
import Testing

/// What the gateway marks as billable, against the rules of signals.
@Suite struct SignalAuditTests {
  private func scenario(_ lines: String) throws -> [Break] {
    let text = "terms range 2026-09 ledger line\ncase x\n\(lines)\nexpect nothing"
    let scenario = try #require(Scenario.parse(text, file: "paper").first)
    return Array(try Judgement(of: scenario.inMemory, under: scenario.terms).breaks)
  }

  @Test func aMarkThatTheRulesDoNotBearOutIsTold() throws {
    let breaks = try scenario(
      """
      usage k-1 acme 2026-09-03 signal search_request 1 model serving charge 0.01
      ledger k-1 acme 2026-09 0.01
      usage k-2 acme 2026-09-04 signal search_request 1 model serving charge 0.02
      ledger k-2 acme 2026-09 0.02
      """)
    let found = try #require(breaks.first)
    #expect(breaks.count == 1)
    #expect(found.code == .signalMisbilled)
    #expect(found.eventIDs.count == 2)
    #expect(found.measure == (try Measure(Money("0.03"), "USD")))
    #expect(found.explanation.contains("2 signals search_request are marked billable"))
    #expect(found.explanation.contains("the signal is for analytics only"))
  }

  @Test func aSignalThatIsNotMarkedThoughTheRulesBillItIsTold() throws {
    let breaks = try scenario(
      "usage k-1 acme 2026-09-03 signal learnings_generated 2 model playbook_generation unbillable")
    #expect(breaks.map(\.code) == [.signalMisbilled])
    #expect(breaks.first?.explanation.contains("marked not billable") == true)
  }

  @Test func withoutSignalsTheyAreNotExamined() throws {
    let text = "terms range 2026-09\ncase x\nusage r acme 2026-09-03 charge 1\nexpect nothing"
    let scenario = try #require(Scenario.parse(text, file: "paper").first)
    let judgement = try Judgement(of: scenario.inMemory, under: scenario.terms)
    #expect(
      judgement.controls.notExamined.contains {
        $0.check == "signal-misbilled" && $0.why.contains("no value signals")
      })
  }
}
