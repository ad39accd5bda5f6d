import Accounting
import Billing
import TestSupport
import Testing

@testable import Reconciliation

/// Calls alike, close to each other, and entries that name no request: what is joined to what.
@Suite("The pairing of metered calls and entries")
struct MeterPairingTests {
  private static let window: Int64 = 30

  /// A call comes to 10 tokens of its own model's meter, or 1 unit of the pool that both models share.
  private func call(_ number: Int, _ model: String, at second: Int) -> MeteredEvent {
    let at = MeterWorld.time(10, second)
    return MeteredEvent(
      eventID: "e\(number)", requestID: "r\(number)", tenant: "acme", user: nil, model: model,
      tokens: TokenVector(input: 10), quantity: Fraction(10, over: 1), at: at, recordedAt: at,
      isEstimated: false, isReport: false,
      steps: [
        (.meter(model), Fraction(10, over: 1)), (.pool("inference"), Fraction(1, over: 1)),
      ])
  }

  private func entry(_ number: Int, _ account: MeterAccount, at second: Int) -> MeterEntry {
    let amount = account == .pool("inference") ? Int64(1) : 10
    return MeterEntry(
      entryID: "m\(number)", entity: "acme", account: account,
      amount: Money(minorUnits: amount, of: .none), postedAt: MeterWorld.time(10, second))
  }

  /// Pairs as the audit does: each call in its turn, with all entries in sight that may be its.
  /// - Returns: the call of each entry, where it has one.
  private func pairs(_ calls: [MeteredEvent], _ entries: [MeterEntry]) -> [String: String] {
    var line = MeterLine()
    var coming = entries.sorted(by: MeterEntry.inPostingOrder)[...]
    for call in calls.sorted(by: { $0.at < $1.at }) {
      while let next = coming.first, next.postedAt <= call.at.adding(seconds: Self.window) {
        line.append(coming.removeFirst())
      }
      _ = line.match(call, for: "acme", within: Self.window)
    }
    var pairs: [String: String] = [:]
    while line.first != nil {
      let (entry, match) = line.removeFirst()
      if case .exact(let call)? = match { pairs[entry.entryID] = call.eventID }
    }
    return pairs
  }

  @Test func callsAlikeTakeEntriesInTheirOrder() {
    let calls = [0, 5, 10].map { call($0, "sonnet", at: $0) }
    let entries = [2, 7, 12].map { entry($0, .meter("sonnet"), at: $0) }
    #expect(pairs(calls, entries) == ["m2": "e0", "m7": "e5", "m12": "e10"])
  }

  @Test func aCallMovesOnForOneThatHasNoOtherEntry() {
    // The first could have both entries, the second the later one alone.
    let calls = [call(1, "sonnet", at: 0), call(2, "sonnet", at: 33)]
    let entries = [entry(1, .pool("inference"), at: 2), entry(2, .meter("sonnet"), at: 30)]
    #expect(pairs(calls, entries) == ["m1": "e1", "m2": "e2"])
  }

  @Test(arguments: SeedBlock.all.prefix(2))
  func asManyCallsHaveAnEntryAsCanHaveOne(_ block: SeedBlock) {
    for seed in block.seeds {
      var random = SplitMix64(seed: seed)
      let accounts: [MeterAccount] = [.meter("sonnet"), .meter("haiku"), .pool("inference")]
      let span = random.number(20...240)
      let calls = (1...random.number(1...25)).map {
        call($0, random.pick(["sonnet", "haiku"]), at: random.number(0...span))
      }
      let entries = (1...random.number(1...25)).map {
        entry($0, random.pick(accounts), at: random.number(0...span))
      }
      let found = pairs(calls, entries)
      #expect(Set(found.values).count == found.count, "seed \(seed)")
      let mayPair = calls.map { call in entries.indices.filter { couldBe(entries[$0], of: call) } }
      #expect(found.count == Self.most(mayPair, entries.count), "seed \(seed)")
    }
  }

  private func couldBe(_ entry: MeterEntry, of call: MeteredEvent) -> Bool {
    call.steps.contains { $0.account == entry.account }
      && abs(entry.postedAt.seconds(since: call.at)) <= Self.window
  }

  /// How many pairs there can be at most, found by trying call after call.
  private static func most(_ mayPair: [[Int]], _ count: Int) -> Int {
    var callOf = [Int?](repeating: nil, count: count)
    func seat(_ call: Int, _ tried: inout Set<Int>) -> Bool {
      for entry in mayPair[call] where tried.insert(entry).inserted {
        if let holder = callOf[entry], !seat(holder, &tried) { continue }
        callOf[entry] = call
        return true
      }
      return false
    }
    return mayPair.indices.count { call in
      var tried: Set<Int> = []
      return seat(call, &tried)
    }
  }
}
