import Accounting
import Billing
import Testing

@Suite("A month under its policies")
struct PolicyMonthTests {
  let usd = Currency("USD")

  func instant(_ text: String) throws -> Instant { try #require(Instant("\(text)T00:00:00Z")) }

  func october() throws -> Range<Instant> { try instant("2026-10-01")..<instant("2026-11-01") }

  func policy(
    _ id: String, fee: String?, deployment: String? = nil, from: String, to: String? = nil,
    kind: ChargePolicy.Kind = .planInclusive
  ) throws -> ChargePolicy {
    let plan = Plan(
      baseFee: try fee.map { try Money($0) }, baseFeeInUsage: true,
      includedQuantity: try Money("310"), includedUnit: "request",
      overagePrice: try Money("0.5"), rolloverCap: try Money("100"))
    return ChargePolicy(
      policyID: id, tenant: "acme", deployment: deployment, kind: kind,
      plan: kind == .planInclusive ? plan : Plan(), currency: try #require(usd),
      effectiveFrom: try instant(from), effectiveTo: try to.map(instant))
  }

  func month(
    _ policies: [ChargePolicy], deployment: String? = nil, _ range: Range<Instant>? = nil
  ) throws -> PolicyMonth {
    PolicyMonth(
      of: PolicyBook(policies), tenant: "acme", deployment: deployment,
      currency: try #require(usd), during: try range ?? october())
  }

  @Test func aChangeOfPlanSplitsTheMonth() throws {
    let month = try month([
      policy("a", fee: "20", from: "2026-01-01", to: "2026-10-11"),
      policy("b", fee: "50", from: "2026-10-11"),
    ])
    #expect(month.cuts == [try instant("2026-10-11")])
    #expect(month.segments.map { month.share(of: $0).ratio } == ["10/31", "21/31"])
    let idle = try month.charge(for: [])
    #expect(try idle.amount.rounded(to: #require(usd)).description == "40.32")
    // 100 of 310 requests are included up to the 10th, and 210 from then on.
    let used = try month.charge(for: [PeriodUsage(requests: 104), PeriodUsage(requests: 210)])
    #expect(used.amount - idle.amount == Fraction(2, over: 1))
    let total = try used.amount.rounded(to: #require(usd))
    let shares = try used.shares(of: total, in: #require(usd))
    #expect(shares.map(\.description) == ["8.45", "33.87"] && total.description == "42.32")
    #expect(
      used.arithmetic(in: try #require(usd)) == """
        a until 2026-10-11T00:00:00Z: base fee 20.00 × 10/31 = 6.451612… and 104 requests less 100 \
        included: 4 × 0.5 = 2; b: base fee 50.00 × 21/31 = 33.870967… and 210 requests less 210 \
        included: nothing past it
        """)
  }

  @Test func startAndEndWithinTheMonth() throws {
    let started = try month([policy("a", fee: "31", from: "2026-10-22")])
    #expect(started.segments.map { $0.policy?.policyID } == [nil, "a"])
    #expect(try started.charge(for: []).amount.text == "10")
    // What was used before it is billed by its events.
    let before = PeriodUsage(requests: 3, charge: try Money("1.25"))
    #expect(try started.charge(for: [before, PeriodUsage()]).amount.text == "11.25")
    let ended = try month([policy("a", fee: "31", from: "2026-01-01", to: "2026-10-02")])
    #expect(try ended.charge(for: []).amount.text == "1")
    let flat = try month([
      policy("f", fee: nil, from: "2026-01-01", to: "2026-10-22", kind: .flatPercent),
      policy("a", fee: "31", from: "2026-10-22"),
    ])
    #expect(try flat.charge(for: [before, PeriodUsage(requests: 102)]).amount.text == "12.25")
    #expect(flat.cuts.count == 1)
  }

  /// A renewal with the same terms changes nothing, wherever it falls and however often.
  @Test func renewalsDoNotMatter() throws {
    let whole = try month([policy("a", fee: "20", from: "2026-01-01")])
    let usage = PeriodUsage(requests: 400)
    let charge = try whole.charge(for: [usage]).amount
    for day in 2...31 {
      let change = "2026-10-\(day < 10 ? "0" : "")\(day)"
      let renewed = try month([
        policy("a", fee: "20", from: "2026-01-01", to: change),
        policy("b", fee: "20", from: change),
      ])
      #expect(renewed.cuts.isEmpty && renewed.segments.map(\.carriedOnBy) == [["b"]])
      #expect(try renewed.charge(for: [usage]).amount == charge)
    }
  }

  /// However often the fee alone changes hands, the parts come to what they were split from.
  @Test func aFeeSplitAnywhereComesToTheFee() throws {
    let usd = try #require(usd)
    for days in [[5], [2, 17], [3, 9, 11, 30], Array(2...31)] {
      let starts = ["2026-01-01"] + days.map { "2026-10-\($0 < 10 ? "0" : "")\($0)" }
      let policies = try starts.enumerated().map { index, start in
        var policy = try policy(
          "p\(index)", fee: "19.99", from: start,
          to: index + 1 < starts.count ? starts[index + 1] : nil)
        policy.plan.overagePrice = Money(minorUnits: Int64(index), of: usd)
        return policy
      }
      let month = try month(policies)
      #expect(month.segments.count == starts.count)
      let charge = try month.charge(for: [])
      #expect(charge.amount == Fraction(try Money("19.99")))
      let shares = try charge.shares(of: Money("19.99"), in: usd)
      #expect(try Money.sum(shares) == Money("19.99"))
    }
  }

  @Test func severalPoliciesAtOnceAreNotCharged() throws {
    let month = try month([
      policy("a", fee: "20", from: "2026-01-01"), policy("b", fee: "50", from: "2026-10-11"),
    ])
    #expect(month.plans.count == 3)
    #expect(throws: NotDerivable(why: "several policies are in force at once")) {
      try month.charge(for: [])
    }
  }

  @Test func aDeploymentsOwnPolicyStandsBeforeTheTenants() throws {
    let policies = [
      try policy("t", fee: "20", from: "2026-01-01"),
      try policy("d", fee: "31", deployment: "prod", from: "2026-10-22"),
    ]
    #expect(try month(policies).cuts.isEmpty)
    let prod = try month(policies, deployment: "prod")
    #expect(prod.segments.map { $0.policy?.policyID } == ["t", "d"])
  }

  @Test func whatIsLeftGoesToTheNextMonth() throws {
    let september = try instant("2026-09-01")..<instant("2026-10-01")
    func rollover(_ policies: [ChargePolicy], used: Int) throws -> String {
      let past = try month(policies, september)
      let now = try month(policies)
      guard now.takesRollover(from: past) else { return "none" }
      return past.rollover(for: [PeriodUsage(requests: used)]).text
    }
    let whole = try policy("a", fee: "20", from: "2026-01-01")
    #expect(try rollover([whole], used: 0) == "100")
    #expect(try rollover([whole], used: 270) == "40")
    #expect(try rollover([whole], used: 500) == "0")
    // A dearer plan that counts the same goes on with it; one that begins anew has none.
    let dearer = try policy("b", fee: "30", from: "2026-10-01")
    var ended = whole
    ended.effectiveTo = try instant("2026-10-01")
    #expect(try rollover([ended, dearer], used: 270) == "40")
    #expect(try rollover([dearer], used: 0) == "none")
    var other = dearer
    other.plan.includedUnit = "token"
    #expect(try rollover([ended, other], used: 270) == "none")
    var own = dearer
    own.deployment = "prod"
    #expect(try rollover([ended, own], used: 270) == "none")
  }

  /// With tiers, minimum and rollover: no usage costs the least; inside the allowance the same; more
  /// usage never costs less under graduated tiers; usage split over events costs the same.
  @Test func obeysItsLaws() throws {
    var random: UInt64 = 17
    func next(_ bound: UInt64) -> Int64 {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64((random >> 33) % bound)
    }
    let usd = try #require(usd)
    for _ in 0..<300 {
      let bound = Int64(next(400) + 1)
      let tiers = OverageTiers([
        OverageTiers.Tier(
          upTo: Money(minorUnits: bound * 100, of: usd), price: Money(minorUnits: next(90), of: usd)
        ),
        OverageTiers.Tier(upTo: nil, price: Money(minorUnits: next(90), of: usd)),
      ])
      let plan = Plan(
        baseFee: Money(minorUnits: next(5000), of: usd), baseFeeInUsage: true,
        includedQuantity: Money(minorUnits: next(300) * 100, of: usd), includedUnit: "request",
        overageTiers: tiers,
        minimumCharge: next(3) == 0 ? Money(minorUnits: next(6000), of: usd) : nil)
      let share = Fraction(Int128(next(31) + 1), over: 31)
      let carried = Fraction(Int128(next(50)), over: 7)
      func cost(_ requests: Int64) throws -> Fraction {
        try plan.charge(for: PeriodUsage(requests: Int(requests)), over: share, carried: carried)
          .amount
      }
      let idle = try cost(0)
      let fee = Fraction(try #require(plan.baseFee)) * share
      #expect(idle == max(fee, plan.minimumCharge.map { Fraction($0) * share } ?? fee))
      let allowance = Fraction(try #require(plan.includedQuantity)) * share + carried
      let requests = next(900)
      if Fraction(Int128(requests), over: 1) <= allowance { #expect(try cost(requests) == idle) }
      #expect(try cost(requests) <= cost(requests + next(40)))
      let part = requests == 0 ? 0 : next(UInt64(requests))
      let usage = try PeriodUsage(requests: Int(part)) + PeriodUsage(requests: Int(requests - part))
      let split = try plan.charge(for: usage, over: share, carried: carried).amount
      #expect(try split == cost(requests))
    }
  }
}
