import Accounting
import Billing
import Testing

@Suite struct PeriodLineTests {
  private func usage(
    _ deployment: String?, _ charge: String, tenant: String = "acme", requests: Int64 = 4,
    currency: String = "USD"
  ) throws -> DeploymentUsage {
    DeploymentUsage(
      tenant: tenant, deployment: deployment, currency: try #require(Currency(currency)),
      requests: requests, inputTokens: 1200, outputTokens: 300, charge: try Money(charge))
  }

  @Test func aLineTellsTokensAndRequests() throws {
    let line = try #require(try usage("prod", "0.125").line(roundedTo: .halfUp))
    #expect(line.text == "LLM tokens — 1200 in / 300 out (4 requests)")
    let one = try #require(try usage("a", "1", requests: 1).line(roundedTo: .halfUp))
    #expect(one.text.hasSuffix("(1 requests)"), "as a biller's own lines have it")
    #expect(PeriodLine.unit == "token")
    #expect(line.quantity == 1500)
    #expect(line.amount == (try Money("0.13")))
  }

  @Test func theSumIsRoundedOnceAndHalfGoesUp() throws {
    #expect(try usage("a", "0.012").line(roundedTo: .halfUp)?.amount == Money("0.01"))
    #expect(try usage("a", "0.005").line(roundedTo: .halfUp)?.amount == Money("0.01"))
    #expect(try usage("a", "-0.005").line(roundedTo: .halfUp)?.amount == Money("-0.01"))
    #expect(try usage("a", "0.005").line(roundedTo: .halfEven) == nil)
    #expect(try usage("a", "12.5", currency: "JPY").line(roundedTo: .halfUp)?.amount == Money("13"))
  }

  @Test func linesOfZeroAreDropped() throws {
    let lines = try PeriodLine.lines(
      of: [
        try usage("a", "0.0049"), try usage("b", "0"), try usage("c", "1"),
      ], roundedTo: .halfUp)
    #expect(lines.map(\.deployment) == ["c"])
  }

  @Test func linesMayDifferFromTheTenantByHalfACentADeployment() throws {
    let parts = try ["a", "b", "c"].map { try usage($0, "0.005") }
    let lines = try Money.sum(PeriodLine.lines(of: parts, roundedTo: .halfUp).map(\.amount))
    let whole = try Money.sum(parts.map(\.charge)).rounded(to: parts[0].currency)
    #expect(lines == (try Money("0.03")))
    #expect(whole == (try Money("0.02")))
    #expect(try (lines - whole).times(2) <= Money("0.01").times(3))
  }

  @Test func linesComeByTenantAndDeployment() throws {
    let lines = try PeriodLine.lines(
      of: [
        try usage("b", "1"), try usage(nil, "1", tenant: "zeta"), try usage("a", "1"),
        try usage(nil, "1"),
      ], roundedTo: .halfUp)
    #expect(
      lines.map { "\($0.tenant)/\($0.deployment ?? "-")" } == [
        "acme/-", "acme/a", "acme/b", "zeta/-",
      ])
  }

  /// `[start 00:00Z, end+1 00:00Z)`.
  @Test func closedDatesAreHalfOpenInTime() throws {
    let first = try #require(CivilDate("2026-10-01"))
    let last = try #require(CivilDate("2026-10-31"))
    let range = try #require(DayRange(from: first, to: last)).instants(in: .utc)
    #expect(range.lowerBound == Instant("2026-10-01T00:00:00Z"))
    #expect(range.upperBound == Instant("2026-11-01T00:00:00Z"))
  }
}
