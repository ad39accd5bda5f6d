import Accounting
import Billing
import Books
import Reconciliation
import TestSupport
import Testing

/// The smaller relations: policies, period charges, invoice lines, closed periods.
@Suite struct MasterDataTests {
  private let periods = [Instants.period("2026-09"), Instants.period("2026-10")]

  private func policy(_ test: TestBooks, _ id: String, _ values: [String: String]) throws {
    let standard = [
      "policy_id": "'\(id)'", "tenant_id": "'acme'", "kind": "'plan_inclusive'",
      "effective_from": "'2026-01-01T00:00Z'",
    ]
    try test.insert(into: "gateway.charge_policy", standard.merging(values) { $1 })
  }

  @Test func aPolicyComesThroughWithItsFurtherTerms() async throws {
    let test = try await TestBooks()
    try policy(
      test, "p",
      [
        "deployment_id": "'prod'", "base_fee": "20", "base_fee_billed": "'in_usage'",
        "included_quantity": "1000000", "included_unit": "'token'", "overage_price": "0.000002",
        "overage_tiers": "'[{\"up_to\": 1e3, \"price\": \"0.02\"}, {\"price\": 0.01}]'",
        "minimum_charge": "5", "rollover_cap": "7", "percent": "12.5", "input_price": "3",
        "output_price": "15",
        "currency": "'EUR'", "effective_to": "'2027-01-01T00:00Z'",
      ])
    let expected = ChargePolicy(
      policyID: "p", tenant: "acme", deployment: "prod", kind: .planInclusive,
      plan: Plan(
        baseFee: try Money("20"), baseFeeInUsage: true, includedQuantity: try Money("1000000"),
        includedUnit: "token", overagePrice: try Money("0.000002"),
        overageTiers: OverageTiers([
          OverageTiers.Tier(upTo: try Money("1000"), price: try Money("0.02")),
          OverageTiers.Tier(upTo: nil, price: try Money("0.01")),
        ]), minimumCharge: try Money("5"), rolloverCap: try Money("7")),
      percent: try Money("12.5"),
      tokenPrices: TokenPrices(input: try Money("3"), output: try Money("15")),
      currency: .of("EUR"), effectiveFrom: Instants.at("2026-01-01T00:00:00Z"),
      effectiveTo: Instants.at("2027-01-01T00:00:00Z"))
    #expect(try test.open().policies()?.compactMap(\.row) == [expected])
  }

  @Test func volumeTiersSaySo() async throws {
    let test = try await TestBooks()
    try policy(
      test, "p",
      [
        "overage_tiers": """
        '{"mode": "volume", "tiers": [{"up_to": 5, "price": 2}, {"up_to": null, "price": "1.5"}]}'
        """
      ])
    let policies = try #require(try test.open().policies()).compactMap(\.row)
    #expect(policies.map(\.plan.overageTiers?.mode) == [.volume])
    #expect(policies.first?.plan.overageTiers?.tiers.map(\.price.description) == ["2", "1.5"])
  }

  @Test func termsOfNothingAreNoTerms() async throws {
    let test = try await TestBooks()
    try policy(
      test, "p",
      ["minimum_charge": "0", "rollover_cap": "0", "effective_to": "'infinity'"])
    try policy(test, "q", ["effective_from": "'-infinity'"])
    try policy(test, "r", ["effective_to": "'9999-12-31 23:59:59Z'"])
    let policies = try #require(try test.open().policies()).compactMap(\.row)
    #expect(policies.count == 3)
    #expect(policies.allSatisfy { !$0.plan.rollsOver && $0.effectiveTo == nil })
    #expect(policies.allSatisfy { $0.plan.overageTiers == nil && $0.tokenPrices == nil })
    #expect(policies.allSatisfy { $0.isEffective(at: Instants.at("2026-10-05T00:00:00Z")) })
  }

  @Test(arguments: [
    ("base_fee", "'NaN'", "base_fee is NaN"),
    ("included_quantity", "-1", "included_quantity -1 is below zero"),
    ("rollover_cap", "-0.5", "rollover_cap -0.5 is below zero"),
    ("currency", "'QQQ'", "currency 'QQQ' is not a currency of ISO 4217"),
    ("base_fee_billed", "'never'", "base_fee_billed 'never' is neither separately nor in_usage"),
    ("effective_from", "'infinity'", "effective_from is infinity"),
    (
      "overage_tiers", "'[]'",
      "overage_tiers: the bounds do not rise, or no tier is left for the rest"
    ),
    ("overage_tiers", "'7'", "overage_tiers: it is no list of tiers"),
    ("overage_tiers", "'[{\"up_to\": 5}]'", "overage_tiers: a tier has no price"),
    (
      "overage_tiers", "'{\"mode\": \"steep\", \"tiers\": []}'",
      "overage_tiers: mode is neither graduated nor volume"
    ),
  ])
  func aBadPolicyIsSetAside(column: String, value: String, problem: String) async throws {
    let test = try await TestBooks()
    try policy(test, "p", [column: value])
    let rows = try #require(try test.open().policies())
    #expect(rows.compactMap(\.setAside).map(\.problem) == [problem])
    #expect(rows.compactMap(\.setAside).map(\.rowID) == ["p"])
  }

  @Test func periodChargesOfTheMonthsAskedFor() async throws {
    let test = try await TestBooks()
    for period in ["2026-08-01", "2026-09-01", "2026-10-01", "2026-10-02", "2026-11-01"] {
      try test.insert(
        into: "gateway.period_charge",
        [
          "tenant_id": "'acme'", "period": "'\(period)'", "amount": "9.50", "revision": "3",
          "computed_at": "now()",
        ])
    }
    let rows = try #require(try test.open().periodCharges(periods))
    let charges = rows.compactMap(\.row).sorted { $0.period < $1.period }
    #expect(charges.map(\.period) == periods)
    #expect(charges.first?.amount == (try Money("9.5")))
    #expect(charges.first?.revision == 3)
    #expect(
      rows.compactMap(\.setAside).map(\.problem) == [
        "period 2026-10-02 is not the first day of a month"
      ])
  }

  @Test func invoiceLinesAreInMinorUnitsOfTheirCurrency() async throws {
    let test = try await TestBooks()
    for (currency, amount) in [("USD", "123456"), ("JPY", "-7"), ("KWD", "9223372036854775807")] {
      try test.insert(
        into: "ledger.invoice_line",
        [
          "line_id": "'\(currency)'", "invoice_id": "'i'", "tenant_id": "'acme'",
          "period": "'2026-10-01'", "amount_minor": amount, "currency": "'\(currency)'",
        ])
    }
    let lines = try #require(try test.open().invoiceLines(periods)).compactMap(\.row)
    let amounts = lines.sorted { $0.lineID < $1.lineID }.map(\.amount.description)
    #expect(amounts == ["-7", "9223372036854775.807", "1234.56"])
  }

  @Test func whatIsNotProvisionedIsNil() async throws {
    let test = try await TestBooks()
    try test.session.execute(
      "drop table gateway.charge_policy, gateway.period_charge, ledger.invoice_line")
    let books = try test.open()
    try books.beginSnapshot()
    #expect(try books.policies() == nil)
    #expect(try books.periodCharges(periods) == nil)
    #expect(try books.invoiceLines(periods) == nil)
    #expect(try books.closedPeriods() == nil)
    #expect(try books.usageRows(.october).isEmpty)
  }

  @Test func closedPeriodsOnceTheSchemaIsInstalled() async throws {
    let test = try await TestBooks()
    _ = try TieoutSchema.install(on: test.session)
    #expect(try test.open().closedPeriods() == [])
    try test.insert(
      into: "tieout.closed_period",
      ["period": "'2026-09-01'", "closed_at": "'2026-10-03T08:00:00.5Z'", "closed_by": "'ann'"])
    let expected = ClosedPeriod(
      period: Instants.period("2026-09"), closedAt: Instants.at("2026-10-03T08:00:00.5Z"))
    #expect(try test.open().closedPeriods() == [expected])
  }
}
