import Accounting
import Billing
import Reconciliation
import TestSupport
import Testing

@Suite("The audit of meters")
struct MeterAuditTests {
  let at = MeterWorld.time(20, 36_000)

  func later(_ seconds: Int64) -> Instant { at.adding(seconds: seconds) }

  func whole(_ number: Int) -> Fraction { Fraction(Int128(number), over: 1) }

  @Test func whatTheBookRecordsIsRight() throws {
    var world = try MeterWorld.standard()
    // A month that is over, which nobody has reset since.
    world.call("sonnet", 9_999, at: MeterWorld.time(3))
    for (index, tokens) in [9_000, 2_000, 1_000, 5_000, 3_000].enumerated() {
      world.call("sonnet", tokens, at: later(Int64(index) * 60))
    }
    world.call("sonnet", 500, at: later(400), user: "ann")
    world.call("haiku", 90_000, at: later(500), user: "ann")
    world.log("voyage-3", 700, at: later(600))
    #expect(try world.inShort() == [])
  }

  @Test func aTestOfOneUnitLetsTooMuchThrough() throws {
    var world = try MeterWorld.standard()
    world.call("sonnet", 9_999, at: at)
    world.call("sonnet", 30_000, at: later(60))
    #expect(
      try world.inShort() == ["uncovered 1: - 0 → - 30000"],
      "refused by all: 1 token, 60 units for 300, 200 credits for 600")
    world.log("sonnet", 20_000, at: later(120))
    world.book(whole(200), .pool("inference"), at: later(121))
    #expect(
      try world.inShort() == [
        "past the limit 1: pool:inference 200 → - 0", "uncovered 1: - 0 → - 30000",
      ])
  }

  @Test func whatIsForgottenTwiceAndInvented() throws {
    var world = try MeterWorld.standard()
    world.log("sonnet", 1_100, at: at)
    world.call("haiku", 1_234, at: later(60))
    world.book(whole(1_234), .meter("haiku"), at: later(65))
    world.book(whole(77), .meter("haiku"), at: later(300))
    #expect(
      try world.inShort() == [
        "no usage 1: meter:haiku 77 → - 0",
        "twice 1: meter:haiku 1234 → - 0",
        "unrecorded 1: - 0 → meter:sonnet 1100",
      ])
  }

  @Test func wrongAccountsAmountsAndMeters() throws {
    var world = try MeterWorld.standard()
    world.log("sonnet", 1_200, at: at)
    world.book(whole(12), .pool("inference"), at: later(2))
    world.log("sonnet", 1_000, at: later(100))
    world.book(whole(1_500), .meter("sonnet"), at: later(102))
    world.log("haiku", 1_313, at: later(200))
    world.book(whole(1_313), .meter("sonnet"), at: later(202))
    #expect(
      try world.inShort() == [
        "wrong account 1: pool:inference 12 → meter:sonnet 1200",
        "wrong amount 1: meter:sonnet 1500 → meter:sonnet 1000",
        "wrong meter 1: meter:sonnet 1313 → meter:haiku 1313",
      ])
  }

  @Test func tiersThatDisagree() throws {
    var world = try MeterWorld.standard()
    world.log("sonnet", 808, at: at, user: "ann")
    world.book(whole(808), .meter("sonnet"), at: later(2))
    world.log("haiku", 606, at: later(60), user: "ann")
    world.book(whole(606), .meter("haiku"), of: "ann", at: later(62))
    world.call("haiku", 5, at: later(120), user: "bob")
    let faults = try world.faults()
    #expect(faults.map(\.key.cause) == [.oneTier, .oneTier])
    #expect(faults.map(\.key.entity) == ["acme", "ann"])
    #expect(faults.map(\.due.text) == ["606", "808"])
  }

  @Test func aReportOfAKnownCallIsNoUsageOfItsOwn() throws {
    for apart in [-2, 2] {
      var world = try MeterWorld.standard()
      world.log("sonnet", 444, at: later(Int64(apart)), attempt: .externalReport)
      world.call("sonnet", 444, at: at)
      #expect(try world.inShort() == [])
    }
    var world = try MeterWorld.standard()
    world.log("sonnet", 444, at: at, attempt: .externalReport)
    #expect(try world.inShort() == ["unrecorded 1: - 0 → meter:sonnet 444"])
  }

  @Test func whatWasPutRightIsRight() throws {
    var world = try MeterWorld.standard()
    world.log("haiku", 50, at: later(-60))
    world.call("haiku", 700, at: at)
    world.book(whole(700), .meter("haiku"), at: later(2))
    world.book(whole(-700), .meter("haiku"), at: later(3_600), kind: .adjustment)
    #expect(try world.inShort() == ["unrecorded 1: - 0 → meter:haiku 50"])
    world.book(whole(50), .meter("haiku"), at: later(3_700), kind: .adjustment)
    #expect(try world.inShort() == [])
    world.log("sonnet", 1_200, at: later(4_000))
    world.book(whole(12), .pool("inference"), at: later(4_002))
    #expect(try world.faults().count == 1)
    world.book(whole(-12), .pool("inference"), at: later(4_100), kind: .adjustment)
    world.book(whole(1_200), .meter("sonnet"), at: later(4_100), kind: .adjustment)
    #expect(try world.inShort() == [])
  }

  @Test func entriesThatNameTheirRequestNeedNotBeNear() throws {
    var world = try MeterWorld.standard()
    world.log("sonnet", 100, at: at, request: "named")
    world.book(whole(100), .meter("sonnet"), at: later(3_000), request: "named")
    world.log("sonnet", 200, at: later(10), request: "other")
    world.book(whole(250), .meter("sonnet"), at: later(3_001), request: "other")
    world.book(whole(200), .meter("sonnet"), at: later(3_002), request: "other")
    #expect(
      try world.inShort() == [
        "twice 1: meter:sonnet 200 → - 0",
        "wrong amount 1: meter:sonnet 250 → meter:sonnet 200",
      ])
  }

  @Test func whatIsYoungIsOnItsWay() throws {
    var world = try MeterWorld.standard()
    world.log("sonnet", 100, at: at)
    var terms = try MeterWorld.terms()
    terms.asOf = later(3_600)
    #expect(try world.inShort(terms) == [])
    terms.asOf = later(7 * 3_600)
    #expect(try world.inShort(terms).count == 1)
  }

  /// A night finds what the month finds of its day.
  @Test func aNightAndTheMonthAgree() throws {
    var world = try MeterWorld.standard()
    world.call("sonnet", 9_500, at: MeterWorld.time(16))
    world.log("sonnet", 1_100, at: at)
    world.book(whole(11), .pool("inference"), at: later(3))
    world.log("sonnet", 300, at: later(100))
    world.book(whole(3), .pool("inference"), at: later(103))
    let month = try world.faults()
    let day = try #require(CivilDate("2026-10-21"))
    var terms = try MeterWorld.terms()
    terms.range = try #require(DayRange(from: day, to: day))
    let night = try world.faults(terms)
    #expect(month.map(\.key) == night.map(\.key))
    #expect(try world.inShort() == ["wrong account 1: pool:inference 3 → meter:sonnet 300"])
  }

  @Test func whatCannotBeReadIsSaid() throws {
    func why(_ change: (inout BookContents) -> Void) throws -> String? {
      var contents = try MeterWorld.standard().contents
      change(&contents)
      let opening = try MeterAudit.open(InMemoryBooks(contents), MeterWorld.terms())
      guard case .notExamined(let why) = opening else { return nil }
      return why
    }
    #expect(try why { _ in } == nil)
    #expect(try why { $0.meters = nil } == "relation meter is not provisioned")
    #expect(try why { $0.meters = [] } == "relation meter holds no rows")
    #expect(try why { $0.allowances = nil } == "relation allowance is not provisioned")
    #expect(try why { $0.meterEntries = nil } == "relation entry tells no quantities of meters")
    let broken = SetAsideRow(
      relation: .meter, rowID: "sonnet", tenant: "", problem: "rollover_cap is NaN")
    #expect(try why { $0.setAside = [broken] } == "meter sonnet: rollover_cap is NaN")
  }

  @Test func theBreakSaysWhatAndHowMuch() throws {
    var world = try MeterWorld.standard()
    world.log(
      "sonnet", 1_200, at: at, details: CallDetails(tokenBasis: .estimated))
    world.book(whole(12), .pool("inference"), at: later(2))
    world.log("sonnet", 8, at: later(60), user: "ann")
    world.book(whole(8), .meter("sonnet"), at: later(61))
    let judgement = try Judgement(of: InMemoryBooks(world.contents), under: MeterWorld.terms())
    let breaks = judgement.breaks.filter { $0.measure != nil }
    #expect(breaks.map(\.code) == [.meterMisallocation, .tierGap])
    #expect(breaks.map { $0.measure?.text } == ["12 unit", "-8 token"])
    #expect(
      breaks.first?.explanation == """
        1 usage of sonnet went to pool:inference, though meter:sonnet had room for all of it: balance \
        of acme, 2026-10-21, 1 by estimated tokens. Righted by -12 on pool:inference and +1200 on \
        meter:sonnet.
        """)
    #expect(breaks.allSatisfy { $0.shares.isEmpty && $0.amount == .zero })
    #expect(judgement.corrections.map(\.status) == [.held, .held])
  }
}
