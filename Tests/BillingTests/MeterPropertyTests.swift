import Accounting
import Billing
import TestSupport
import Testing

/// Meters against a model that counts unit by unit and day by day, and looks ahead at nothing.
@Suite("Meters, on random usage")
struct MeterPropertyTests {
  @Test(arguments: SeedBlock.all.prefix(3))
  func theBookIsAsTheModel(_ block: SeedBlock) throws {
    for seed in block.seeds {
      var random = SplitMix64(seed: seed)
      let world = try RandomMeters(&random)
      var book = world.book
      var model = world.model
      var used = 0
      var booked: [MeterAccount: Fraction] = [:]
      var refused = 0
      for usage in world.usage {
        let expected = model.record(usage.quantity, day: usage.day)
        let at = RandomMeters.instant(usage.day)
        let checked = book.check(usage.amount, on: "m", of: "e", at: at)
        let found = book.record(usage.amount, on: "m", of: "e", at: at)
        #expect(checked == found, "seed \(seed): what is checked is what is recorded")
        #expect(found == expected, "seed \(seed), day \(usage.day)")
        used += usage.quantity
        switch found {
        case .taken(let account, let amount):
          booked[account] = (booked[account] ?? .zero) + amount / world.cost(of: account)
        case .refused: refused += usage.quantity
        case .notMetered: Issue.record("seed \(seed): the meter is there")
        }
      }
      let sum = Fraction.sum(booked.values) + Fraction(Int128(refused), over: 1)
      #expect(sum == Fraction(Int128(used), over: 1), "seed \(seed): Σ over accounts = Σ usage")
    }
  }

  /// A ledger that is replayed booking by booking stands as the book that wrote it.
  @Test(arguments: SeedBlock.all.prefix(3))
  func replayIsLive(_ block: SeedBlock) throws {
    for seed in block.seeds {
      var random = SplitMix64(seed: seed)
      let world = try RandomMeters(&random)
      var live = world.book
      var replay = world.book
      for usage in world.usage {
        let at = RandomMeters.instant(usage.day)
        if case .taken(let account, let amount) = live.record(
          usage.amount, on: "m", of: "e", at: at)
        {
          #expect(
            replay.check(usage.amount, on: "m", of: "e", at: at) == .taken(account, amount: amount))
          replay.book(amount, to: account, of: "e", at: at)
        }
      }
      for account in [MeterAccount.meter("m"), .pool("p"), .credits] {
        let end = RandomMeters.instant(70)
        #expect(
          live.balance(of: account, entity: "e", at: end)
            == replay.balance(of: account, entity: "e", at: end), "seed \(seed), \(account)")
      }
    }
  }
}

/// A meter, its pool and credits, with whole costs and days, and usage of one entity.
private struct RandomMeters {
  struct Usage {
    let day: Int
    let quantity: Int

    var amount: Fraction { Fraction(Int128(quantity), over: 1) }
  }

  let book: MeterBook
  let model: UnitByUnit
  let usage: [Usage]
  private let costs: [MeterAccount: Int]

  static func instant(_ day: Int) -> Instant {
    Instant(microseconds: Int64(day) * 86_400_000_000)
  }

  func cost(of account: MeterAccount) -> Fraction {
    Fraction(Int128(costs[account] ?? 1), over: 1)
  }

  init(_ random: inout SplitMix64) throws {
    let chains = random.chance(50)
    let meterCost = random.number(1...3)
    let poolCost = random.number(1...4)
    costs = [.pool("p"): meterCost, .credits: (chains ? meterCost : 1) * poolCost]
    var accounts: [UnitByUnit.Account] = []
    var allowances: [Allowance] = []
    for (account, scale) in [(MeterAccount.meter("m"), 1), (.pool("p"), 2), (.credits, 3)] {
      let (own, rows) = try RandomMeters.account(account, 40 * scale, &random)
      accounts.append(own)
      allowances += rows
    }
    func period(_ index: Int) -> MeterPeriod? {
      accounts[index].period.flatMap { MeterPeriod(days: $0) }
    }
    func cap(_ index: Int) throws -> Money? { try accounts[index].cap.map { try Money("\($0)") } }
    book = MeterBook(
      Waterfall(
        [
          Meter(
            slug: "m", creditCost: try Money("\(meterCost)"), category: "p", period: period(0),
            rolloverCap: try cap(0)),
          Meter(
            slug: "p", kind: .usagePool, creditCost: try Money("\(poolCost)"), period: period(1),
            rolloverCap: try cap(1)),
          Meter(slug: "c", kind: .creditPool, period: period(2), rolloverCap: try cap(2)),
        ], chainsCosts: chains), allowances: allowances)
    model = UnitByUnit(accounts: accounts, factors: [1, meterCost, costs[.credits] ?? 1])
    var days: [Int] = []
    for _ in 0..<random.number(5...60) { days.append(random.number(0...69)) }
    var usage: [Usage] = []
    for day in days.sorted() { usage.append(Usage(day: day, quantity: random.number(0...40))) }
    self.usage = usage
  }

  private static func account(
    _ account: MeterAccount, _ most: Int, _ random: inout SplitMix64
  ) throws -> (UnitByUnit.Account, [Allowance]) {
    let limit = random.chance(10) ? nil : random.number(0...most)
    let period = random.chance(30) ? nil : random.number(1...20)
    let cap = period != nil && random.chance(50) ? random.number(0...most) : nil
    var rows = [
      Allowance(
        allowanceID: "limit", tenant: "e", account: account.text,
        amount: try limit.map { try Money("\($0)") }, startsAt: instant(0))
    ]
    var credits: [UnitByUnit.Credit] = []
    for number in 0..<random.number(0...3) {
      let start = random.number(0...40)
      let end = random.chance(30) ? nil : start + random.number(1...30)
      let amount = random.number(0...most)
      credits.append(UnitByUnit.Credit(left: amount, start: start, end: end ?? .max))
      rows.append(
        Allowance(
          allowanceID: "credit \(number)", tenant: "e", account: account.text, kind: .credit,
          amount: try Money("\(amount)"), startsAt: instant(start), endsAt: end.map(instant)))
    }
    return (
      UnitByUnit.Account(name: account, limit: limit, period: period, cap: cap, credits: credits),
      rows
    )
  }
}

/// The naive model: every day is lived through, every unit is taken by itself.
private struct UnitByUnit {
  struct Credit {
    var left: Int
    let start: Int
    let end: Int
  }

  struct Account {
    let name: MeterAccount
    let limit: Int?
    let period: Int?
    let cap: Int?
    var credits: [Credit]
    var ownLeft = 0
    var carriedLeft = 0

    mutating func begin(_ day: Int) {
      guard let limit else { return }
      if day == 0 { ownLeft = limit }
      guard let period, day > 0, day.isMultiple(of: period) else { return }
      carriedLeft = min(cap ?? 0, ownLeft)
      ownLeft = limit
    }

    /// - Returns: `false` when there is no unit left on the day.
    mutating func takeUnit(_ day: Int) -> Bool {
      if limit == nil { return true }
      if ownLeft > 0 {
        ownLeft -= 1
        return true
      }
      if carriedLeft > 0 {
        carriedLeft -= 1
        return true
      }
      let usable = credits.indices.filter {
        credits[$0].left > 0 && credits[$0].start <= day && day < credits[$0].end
      }
      guard let first = usable.min(by: { credits[$0].end < credits[$1].end }) else { return false }
      credits[first].left -= 1
      return true
    }
  }

  var accounts: [Account]
  let factors: [Int]
  private var today = -1

  init(accounts: [Account], factors: [Int]) {
    self.accounts = accounts
    self.factors = factors
  }

  mutating func record(_ quantity: Int, day: Int) -> Allotment {
    while today < day {
      today += 1
      for index in accounts.indices { accounts[index].begin(today) }
    }
    for index in accounts.indices {
      var account = accounts[index]
      let amount = quantity * factors[index]
      var isWhole = true
      for _ in 0..<amount where isWhole { isWhole = account.takeUnit(day) }
      guard isWhole else { continue }
      accounts[index] = account
      return .taken(account.name, amount: Fraction(Int128(amount), over: 1))
    }
    return .refused
  }
}
