import Accounting
import Billing
import Reconciliation
import TestSupport
import Testing

/// What rights the breaks of meters: adjustments in units, each for one usage.
@Suite("Corrections of meters")
struct MeterCorrectionTests {
  let at = MeterWorld.time(20, 36_000)
  let morning = MeterWorld.time(33)

  func later(_ seconds: Int64) -> Instant { at.adding(seconds: seconds) }

  func whole(_ number: Int) -> Fraction { Fraction(Int128(number), over: 1) }

  /// Holds what is proposed, posts it, and sees that nothing is left to propose.
  func right(_ world: MeterWorld, by expected: [String]) throws {
    #expect(try world.proposals() == expected)
    var righted = world
    #expect(try righted.post(at: morning) == expected.count)
    #expect(try righted.proposals() == [])
    #expect(try righted.inShort() == [])
  }

  @Test("Wrong account: given back there, and taken where there was room")
  func wrongAccount() throws {
    var world = try MeterWorld.standard()
    world.log("sonnet", 1_200, at: at, request: "call")
    world.book(whole(12), .pool("inference"), at: later(2))
    try right(
      world,
      by: [
        "acme: +1200 token on meter:sonnet, for call",
        "acme: -12 unit on pool:inference, answers m1000002, for call",
      ])
  }

  @Test("Wrong meter: given back on the other model's, taken on its own")
  func wrongMeter() throws {
    var world = try MeterWorld.standard()
    world.log("haiku", 1_313, at: at, request: "call")
    world.book(whole(1_313), .meter("sonnet"), at: later(2))
    try right(
      world,
      by: [
        "acme: +1313 token on meter:haiku, for call",
        "acme: -1313 token on meter:sonnet, answers m1000002, for call",
      ])
  }

  @Test("Wrong amount: the difference", arguments: [(1_500, "-500"), (400, "+600")])
  func wrongAmount(booked: Int, difference: String) throws {
    var world = try MeterWorld.standard()
    world.log("sonnet", 1_000, at: at, request: "call")
    world.book(whole(booked), .meter("sonnet"), at: later(2))
    try right(
      world, by: ["acme: \(difference) token on meter:sonnet, answers m1000002, for call"])
  }

  @Test("Twice, and no usage behind it: given back")
  func surplus() throws {
    var world = try MeterWorld.standard()
    world.call("haiku", 1_234, at: at)
    world.book(whole(1_234), .meter("haiku"), at: later(5))
    world.book(whole(77), .meter("haiku"), at: later(300))
    try right(
      world,
      by: [
        "acme: -1234 token on meter:haiku, answers m1000003",
        "acme: -77 token on meter:haiku, answers m1000004",
      ])
  }

  /// Each answers an entry of its own, and is posted once.
  @Test("Several surplus bookings that name one request")
  func surplusOfOneRequest() throws {
    var world = try MeterWorld.standard()
    world.log("haiku", 30, at: at, request: "call")
    world.book(whole(30), .pool("inference"), at: later(2), request: "call")
    for seconds in Int64(3)...5 {
      world.book(whole(30), .meter("haiku"), at: later(seconds), request: "call")
    }
    for seconds in Int64(3)...5 {
      world.book(whole(7), .meter("haiku"), at: later(seconds), request: "unknown")
    }
    let before = try world.proposals()
    #expect(before.count > 6 && before.count == Set(before).count)
    #expect(try world.post(at: morning) == before.count)
    let keys = world.contents.meterEntries?.compactMap(\.idempotencyKey) ?? []
    #expect(keys.count == before.count && Set(keys).count == before.count)
    #expect(try world.inShort() == [])
  }

  @Test("Unrecorded: taken from the account that the waterfall chooses, in both tiers")
  func unrecorded() throws {
    var world = try MeterWorld.standard()
    world.call("sonnet", 9_500, at: later(-600))
    world.log("sonnet", 900, at: at, user: "ann", request: "call")
    try right(
      world,
      by: [
        "acme: +9 unit on pool:inference, for call",
        "ann: +900 token on meter:sonnet, for call",
      ])
  }

  @Test("Past the limit, uncovered: no account is right, so a person decides")
  func noRightAccount() throws {
    var world = try MeterWorld.standard()
    world.call("sonnet", 9_999, at: at)
    world.call("sonnet", 30_000, at: later(60))
    world.log("sonnet", 20_000, at: later(120))
    world.book(whole(200), .pool("inference"), at: later(121))
    let judgement = try world.judgement()
    #expect(judgement.corrections.isEmpty)
    let explanations = judgement.breaks.filter { $0.measure != nil }.map(\.explanation)
    #expect(explanations.count == 2)
    #expect(explanations.allSatisfy { $0.contains("No entry is proposed: no account had room") })
  }

  @Test("A meter of peaks holds no sum, so no entry rights it")
  func peaks() throws {
    var world = MeterWorld(
      [Meter(slug: "sonnet", aggregation: .peak)],
      [Allowance(allowanceID: "a", tenant: "acme", account: "meter:sonnet", amount: nil)])
    world.log("sonnet", 1_000, at: at)
    world.book(whole(1_500), .meter("sonnet"), at: later(2))
    let judgement = try world.judgement()
    #expect(judgement.corrections.isEmpty)
    #expect(
      judgement.breaks.first { $0.measure != nil }?.explanation.hasSuffix(
        "No entry is proposed: what a meter of peaks holds is no sum of entries.") == true)
  }

  @Test("The entry: an adjustment of no money, in units, held until it is approved")
  func theEntry() throws {
    var world = try MeterWorld.standard()
    world.log("sonnet", 1_100, at: at, request: "call")
    let judgement = try world.judgement(posting: false)
    let correction = try #require(judgement.corrections.first)
    #expect(correction.status == .held)
    #expect(correction.heldBecause == "waits for approval")
    #expect(correction.breakID == judgement.breaks.first { $0.measure != nil }?.id)
    let entry = correction.entry(postedAt: morning)
    #expect(entry.kind == .adjustment)
    #expect(entry.reason == "meter-misallocation")
    #expect(entry.amount == .zero)
    #expect(entry.currency == Currency.none)
    #expect(entry.serviceMonth == AccountingPeriod("2026-10"))
    #expect(
      entry.units
        == UnitPosting(account: "meter:sonnet", quantity: try Money("1100"), unit: "token"))
  }

  @Test("What a job only reports proposes nothing")
  func reported() throws {
    var world = try MeterWorld.standard()
    world.log("sonnet", 1_100, at: at)
    var terms = try MeterWorld.terms()
    terms.dispositions[.meterMisallocation] = .report
    #expect(try world.judgement(terms, posting: false).corrections.isEmpty)
  }

  /// The log of a call arrives after its entry was given back, and is withdrawn again.
  @Test("There, back again, and there: three entries under three keys")
  func backAndForth() throws {
    var world = try MeterWorld.standard()
    world.book(whole(4_321), .meter("haiku"), at: later(2))
    #expect(try world.proposals() == ["acme: -4321 token on meter:haiku, answers m1000001"])
    try world.post(at: morning)
    world.log("haiku", 4_321, at: at, request: "late")
    #expect(
      try world.proposals() == ["acme: +4321 token on meter:haiku, answers m1000001, for late"])
    try world.post(at: morning.adding(seconds: 60))
    #expect(try world.proposals() == [])
    world.forget("late")
    #expect(try world.proposals() == ["acme: -4321 token on meter:haiku, answers m1000001"])
    try world.post(at: morning.adding(seconds: 120))
    #expect(try world.proposals() == [])
    let keys = world.contents.meterEntries?.compactMap(\.idempotencyKey) ?? []
    #expect(Set(keys).count == 3)
    #expect(world.held == [:])
  }

  /// A right usage is not taken for wrong, nor a wrong one for right, by the correction of another.
  @Test("A night's corrections stand when the month is judged")
  func nightAndMonth() throws {
    var world = try MeterWorld.standard()
    let day = try #require(CivilDate("2026-10-21"))
    var night = try MeterWorld.terms()
    night.range = try #require(DayRange(from: day, to: day))
    night.asOf = MeterWorld.time(21, 6 * 3_600)
    night.dispositions[.meterMisallocation] = .post
    world.log("sonnet", 1_200, at: at, request: "call")
    world.book(whole(12), .pool("inference"), at: later(2))
    let found = try world.judgement(night)
    #expect(found.corrections.count == 2)
    let month = try world.judgement()
    #expect(found.corrections.map(\.idempotencyKey) == month.corrections.map(\.idempotencyKey))
    var righted = world.contents
    righted.post(Array(found.corrections), at: night.asOf)
    let after = try Judgement(of: InMemoryBooks(righted), under: night)
    #expect(after.corrections.isEmpty)
    var terms = try MeterWorld.terms()
    terms.dispositions[.meterMisallocation] = .post
    #expect(try Judgement(of: InMemoryBooks(righted), under: terms).corrections.isEmpty)
  }

  @Test("A call that cannot be read may be what an entry is for: its tenant's meters wait")
  func setAside() throws {
    var world = try MeterWorld.standard()
    world.book(whole(77), .meter("haiku"), at: at)
    world.setAside(
      SetAsideRow(
        relation: .usageEvent, rowID: "e9", tenant: "acme", period: AccountingPeriod("2026-10"),
        at: at, problem: "input_tokens is negative"))
    let corrections = try world.judgement().corrections
    #expect(corrections.map(\.status) == [.held])
    #expect(corrections.first?.heldBecause?.contains("is blocked by invalid-event") == true)
  }

  @Test("What was booked only now may be of a call that the log does not know yet")
  func young() throws {
    var world = try MeterWorld.standard()
    world.book(whole(77), .meter("haiku"), at: at)
    var terms = try MeterWorld.terms()
    terms.asOf = later(3_600)
    #expect(try world.proposals(terms) == [])
    terms.asOf = later(7 * 3_600)
    #expect(try world.proposals(terms).count == 1)
  }
}
