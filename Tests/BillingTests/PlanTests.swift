import Accounting
import Billing
import Testing

@Suite("What a plan costs")
struct PlanTests {
  /// 20.00 a month billed with the usage, 1,000,000 tokens included, 0.000002 for each beyond.
  func plan() throws -> Plan {
    Plan(
      baseFee: try Money("20"), baseFeeInUsage: true, includedQuantity: try Money("1000000"),
      includedUnit: "token", overagePrice: try Money("0.000002"))
  }

  @Test(
    arguments: [
      (0, "20"), (1, "20"), (999_999, "20"), (1_000_000, "20"), (1_000_001, "20.000002"),
      (1_500_000, "21"), (11_000_000, "40"),
    ] as [(Int128, String)])
  func byTheToken(tokens: Int128, charge: String) throws {
    let usage = PeriodUsage(requests: 3, tokens: tokens, charge: try Money("99"))
    #expect(try plan().charge(for: usage).description == charge)
  }

  @Test func theFeeIsLeftOutWhereAnotherInvoiceBillsIt() throws {
    var plan = try plan()
    plan.baseFeeInUsage = false
    #expect(try plan.charge(for: PeriodUsage()) == .zero)
    #expect(try plan.charge(for: PeriodUsage(tokens: 1_500_000)).description == "1")
    plan.baseFeeInUsage = true
    plan.baseFee = nil
    #expect(try plan.charge(for: PeriodUsage()) == .zero)
  }

  @Test func byTheRequest() throws {
    let plan = Plan(
      includedQuantity: try Money("10"), includedUnit: "request", overagePrice: try Money("0.25"))
    #expect(try plan.charge(for: PeriodUsage(requests: 10)) == .zero)
    #expect(try plan.charge(for: PeriodUsage(requests: 13)).description == "0.75")
  }

  @Test func byTheCharge() throws {
    let plan = Plan(
      includedQuantity: try Money("100"), includedUnit: "charge", overagePrice: try Money("0.9"))
    #expect(try plan.charge(for: PeriodUsage(charge: Money("100"))) == .zero)
    #expect(try plan.charge(for: PeriodUsage(charge: Money("110.5"))).description == "9.45")
  }

  @Test func withoutALimitEverythingIsIncluded() throws {
    var plan = try plan()
    plan.includedQuantity = nil
    #expect(try plan.charge(for: PeriodUsage(tokens: 1 << 100)).description == "20")
  }

  @Test func zeroIncludedIsNone() throws {
    var plan = try plan()
    plan.includedQuantity = .zero
    #expect(try plan.charge(for: PeriodUsage(tokens: 1)).description == "20.000002")
  }

  @Test func saysWhyItCannotBeDerived() throws {
    var unit = try plan()
    unit.includedUnit = "page"
    #expect(throws: NotDerivable(why: "the included unit 'page' is not known")) {
      try unit.charge(for: PeriodUsage())
    }
    unit.includedUnit = nil
    #expect(throws: NotDerivable(why: "the included unit 'NULL' is not known")) {
      try unit.charge(for: PeriodUsage())
    }
    var free = try plan()
    free.overagePrice = nil
    #expect(try free.charge(for: PeriodUsage(tokens: 1_000_000)).description == "20")
    #expect(throws: NotDerivable.self) { try free.charge(for: PeriodUsage(tokens: 1_000_001)) }
    // Too large for an amount, and told; what it is, is known all the same.
    #expect(throws: NotDerivable.self) { try plan().charge(for: PeriodUsage(tokens: .max)) }
    #expect(try plan().charge(for: PeriodUsage(tokens: .max), over: .one).amount.sign == 1)
  }

  /// The laws of a plan: no usage costs the fee alone, usage inside the allowance costs the same,
  /// and past it each further unit adds the same again.
  @Test func obeysItsLaws() throws {
    var state: UInt64 = 99
    func next(_ bound: UInt64) -> Int64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64((state >> 33) % bound)
    }
    let usd = try #require(Currency("USD"))
    for _ in 0..<300 {
      let included = Int128(next(5000))
      let fee = Money(minorUnits: next(10_000), of: usd)
      let price = try Money(units: Int128(next(1_000_000)) * 1_000_000_000)
      let plan = Plan(
        baseFee: fee, baseFeeInUsage: true,
        includedQuantity: try Money(units: Money.unitsPerMajor).times(included),
        includedUnit: "token", overagePrice: price)
      #expect(try plan.charge(for: PeriodUsage()) == fee)
      let inside = included == 0 ? 0 : Int128(next(UInt64(included) + 1))
      #expect(try plan.charge(for: PeriodUsage(tokens: inside)) == fee)
      let past = included + Int128(next(100_000))
      let step = Int128(next(500))
      let before = try plan.charge(for: PeriodUsage(tokens: past))
      let after = try plan.charge(for: PeriodUsage(tokens: past + step))
      #expect(try after - before == price.times(step))
    }
  }
}
