import Accounting
import Billing
import Testing

@Suite("The further terms of plans")
struct PlanTermTests {
  let usd = Currency("USD")

  /// 20.00 a month billed with the usage, 1,000,000 tokens included, 0.000002 for each beyond.
  func plan() throws -> Plan {
    Plan(
      baseFee: try Money("20"), baseFeeInUsage: true, includedQuantity: try Money("1000000"),
      includedUnit: "token", overagePrice: try Money("0.000002"))
  }

  func tiers(_ mode: OverageTiers.Mode) throws -> OverageTiers {
    try #require(
      OverageTiers(
        [
          OverageTiers.Tier(upTo: Money("1000"), price: Money("0.02")),
          OverageTiers.Tier(upTo: nil, price: Money("0.01")),
        ], mode: mode))
  }

  @Test func aPartOfAMonthHasAPartOfFeeAndAllowance() throws {
    let charge = try plan().charge(
      for: PeriodUsage(tokens: 700_000), over: Fraction(14, over: 30))
    #expect(charge.amount.text == "9.8")
    #expect(charge.fee?.text == "9.333333…")
    #expect(
      charge.arithmetic(unit: "token", in: try #require(usd), fee: try Money("20")) == """
        base fee 20.00 × 7/15 = 9.333333… and 700000 tokens less 466666.666666… included: \
        233333.333333… × 0.000002 = 0.466666…
        """)
  }

  @Test func graduatedAndVolumeTiers() throws {
    var plan = Plan(includedQuantity: .zero, includedUnit: "request")
    func cost(_ requests: Int) throws -> String {
      try plan.charge(for: PeriodUsage(requests: requests)).description
    }
    plan.overageTiers = try tiers(.graduated)
    #expect(try [0, 1000, 1001, 1500].map(cost) == ["0", "20", "20.01", "25"])
    plan.overageTiers = try tiers(.volume)
    #expect(try [0, 1000, 1001, 1500].map(cost) == ["0", "20", "10.01", "15"])
    plan.overagePrice = try Money("99")
    #expect(try cost(1) == "0.02", "tiers stand before the price")
  }

  @Test func tiersThatEndSaySo() throws {
    var plan = Plan(includedQuantity: .zero, includedUnit: "request")
    plan.overageTiers = OverageTiers([
      OverageTiers.Tier(upTo: try Money("10"), price: try Money("1"))
    ])
    #expect(try plan.charge(for: PeriodUsage(requests: 10)).description == "10")
    #expect(throws: NotDerivable(why: "usage passes the last of the overage tiers")) {
      try plan.charge(for: PeriodUsage(requests: 11))
    }
    let one = OverageTiers.Tier(upTo: try Money("5"), price: try Money("1"))
    let rest = OverageTiers.Tier(upTo: nil, price: try Money("1"))
    for wrong in [[], [one, one], [rest, one], [rest, rest]] { #expect(OverageTiers(wrong) == nil) }
  }

  @Test func aMinimumChargeIsReached() throws {
    var plan = try plan()
    plan.minimumCharge = try Money("25")
    for (tokens, cost) in [(0, "25"), (3_500_000, "25"), (4_000_000, "26")] as [(Int128, String)] {
      #expect(try plan.charge(for: PeriodUsage(tokens: tokens)).description == cost)
    }
    // A fee of another invoice is no part of what this one comes to.
    plan.baseFeeInUsage = false
    #expect(try plan.charge(for: PeriodUsage()).description == "25")
    let half = try plan.charge(for: PeriodUsage(), over: Fraction(1, over: 2))
    #expect(half.amount.text == "12.5" && half.topUp.text == "12.5")
  }

  @Test func whatIsLeftIsCarriedToTheNextMonth() throws {
    let charge = try plan().charge(
      for: PeriodUsage(tokens: 1_500_000), over: .one, carried: Fraction(300_000, over: 1))
    #expect(charge.amount.text == "20.4")
    var plan = Plan(includedQuantity: try Money("1000"), includedUnit: "request")
    let usage = PeriodUsage(requests: 700)
    #expect(plan.rollover(for: usage, over: .one).isZero)
    plan.rolloverCap = try Money("200")
    #expect(plan.rollover(for: usage, over: .one).text == "200")
    #expect(plan.rollover(for: PeriodUsage(requests: 900), over: .one).text == "100")
    #expect(plan.rollover(for: PeriodUsage(requests: 1001), over: .one).isZero)
    #expect(plan.rollover(for: usage, over: Fraction(3, over: 4)).text == "50")
  }

  @Test(arguments: [
    ("pass_through", "0.0125"), ("flat_percent", "0.015"), ("fixed_per_token", "0.0465"),
  ])
  func oneCall(kind: String, cost: String) throws {
    let policy = ChargePolicy(
      policyID: "p", tenant: "acme", kind: ChargePolicy.Kind(kind), percent: try Money("20"),
      tokenPrices: TokenPrices(input: try Money("3"), output: try Money("15")),
      currency: try #require(usd), effectiveFrom: Instant(microseconds: 0))
    let tokens = TokenVector(
      input: 12_000, cacheRead: 600, cacheWrite5m: 300, cacheWrite1h: 100, output: 500,
      reasoning: 90)
    #expect(try policy.charge(forCall: tokens, cost: Money("0.0125")).text == cost)
    var free = try #require(policy.tokenPrices)
    free.cachedTokens = .free
    #expect(free.charge(for: tokens).text == "0.0435")
  }

  @Test func aMissingTermIsNamed() throws {
    var policy = ChargePolicy(
      policyID: "p", tenant: "acme", kind: .flatPercent, currency: try #require(usd),
      effectiveFrom: Instant(microseconds: 0))
    #expect(throws: NotDerivable(why: "policy p knows no percent")) {
      try policy.charge(forCall: TokenVector(), cost: Money("1"))
    }
    policy.kind = .passThrough
    #expect(throws: NotDerivable(why: "policy p knows no cost")) {
      try policy.charge(forCall: TokenVector(), cost: nil)
    }
    policy.kind = .planInclusive
    #expect(throws: NotDerivable.self) { try policy.charge(forCall: TokenVector(), cost: .zero) }
    policy.kind = .fixedPerToken
    #expect(throws: NotDerivable(why: "policy p knows no token prices")) {
      try policy.charge(forCall: TokenVector(), cost: nil)
    }
  }
}
