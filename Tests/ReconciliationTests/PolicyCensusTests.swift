import Accounting
import Billing
import Reconciliation
import TestSupport
import Testing

@Suite struct PolicyCensusTests {
  /// A call that looks like another one is suspected and still an event without a policy.
  @Test func aSuspectedDuplicateIsCountedAmongTheEventsWithoutPolicy() throws {
    let dollar = try #require(Currency("USD"))
    let october = try #require(AccountingPeriod(year: 2026, month: 10))
    let days = DayRange(october).instants(in: .utc)
    var contents = BookContents()
    contents.policies = [
      ChargePolicy(
        policyID: "other", tenant: "covered", kind: .passThrough, currency: dollar,
        effectiveFrom: days.lowerBound)
    ]
    for number in 1...2 {
      let at = days.lowerBound.adding(seconds: Int64(number))
      contents.usage.append(
        UsageEvent(
          eventID: "event-\(number)", requestID: "request-\(number)", tenant: "bare",
          user: "user", occurredAt: at, recordedAt: at, model: "m",
          tokens: TokenVector(input: 5), charge: Money(minorUnits: 7, of: dollar),
          currency: dollar))
      contents.entries.append(
        LedgerEntry(
          entryID: "entry-\(number)", tenant: "bare", requestID: "request-\(number)",
          amount: Money(minorUnits: 7, of: dollar), currency: dollar, period: october,
          postedAt: at))
    }
    for engine in Engines.all {
      let judgement = try Judgement(
        of: InMemoryBooks(contents),
        under: Terms(range: DayRange(october), asOf: days.upperBound), engine: engine)
      let gap = try #require(judgement.breaks.first { $0.code == .policyGap })
      #expect(gap.eventIDs == ["event-1", "event-2"])
      #expect(judgement.breaks.contains { $0.code == .suspectedDuplicate })
    }
  }
}
