import Accounting
import Billing
import Testing

@Suite("The waterfall: meter, pool, credits")
struct WaterfallTests {
  static let start = Instant(microseconds: 1_759_276_800_000_000)  // 2025-10-01T00:00:00Z

  /// 1,000 tokens of the model a month, 50 units of the pool, 30 credits.
  static func meters(cap: String? = nil) throws -> [Meter] {
    [
      Meter(
        slug: "sonnet", unit: "token", creditCost: try Money("0.01"), category: "inference",
        period: .month, rolloverCap: try cap.map { try Money($0) }),
      Meter(slug: "inference", kind: .usagePool, unit: "unit", creditCost: try Money("2")),
      Meter(slug: "universal", kind: .creditPool),
      Meter(slug: "vision", kind: .boolean),
      Meter(slug: "burst", aggregation: .peak),
      Meter(slug: "old", isActive: false),
    ]
  }

  static func limit(_ account: String, _ amount: String?, tenant: String = "acme")
    throws -> Allowance
  {
    Allowance(
      allowanceID: "\(tenant) \(account)", tenant: tenant, account: account,
      amount: try amount.map { try Money($0) }, startsAt: start)
  }

  static func book(
    _ allowances: [Allowance], cap: String? = nil, chainsCosts: Bool = true
  ) throws -> MeterBook {
    MeterBook(Waterfall(try meters(cap: cap), chainsCosts: chainsCosts), allowances: allowances)
  }

  static func tokens(_ count: Int) -> Fraction { Fraction(Int128(count), over: 1) }

  static func day(_ days: Int) -> Instant { start.adding(seconds: Int64(days) * 86_400) }

  @Test func theWholeQuantityMoves() throws {
    var book = try Self.book([
      Self.limit("meter:sonnet", "1000"), Self.limit("pool:inference", "12"),
      Self.limit("credits", "30"),
    ])
    func record(_ count: Int) -> Allotment {
      book.record(Self.tokens(count), on: "sonnet", of: "acme", at: Self.day(1))
    }
    #expect(record(900) == .taken(.meter("sonnet"), amount: Self.tokens(900)))
    // 100 are left there, and not one token is booked to them.
    #expect(record(101) == .taken(.pool("inference"), amount: Fraction(101, over: 100)))
    #expect(record(100) == .taken(.meter("sonnet"), amount: Self.tokens(100)))
    // 10.99 units are left in the pool; 1,100 tokens are 11 units, and 22 credits.
    #expect(record(1100) == .taken(.credits, amount: Self.tokens(22)))
    #expect(record(1100) == .refused)
    #expect(record(1099) == .taken(.pool("inference"), amount: Fraction(1099, over: 100)))
    #expect(record(0) == .taken(.meter("sonnet"), amount: .zero))
    #expect(record(-5) == .taken(.meter("sonnet"), amount: .zero))
  }

  @Test func costsAreChainedOrNot() throws {
    let allowances = [try Self.limit("credits", nil)]
    let chained = try Self.book(allowances)
    let plain = try Self.book(allowances, chainsCosts: false)
    let quantity = Self.tokens(1500)
    #expect(
      chained.check(quantity, on: "sonnet", of: "acme", at: Self.day(1))
        == .taken(.credits, amount: Self.tokens(30)))
    #expect(
      plain.check(quantity, on: "sonnet", of: "acme", at: Self.day(1))
        == .taken(.credits, amount: Self.tokens(3000)))
  }

  @Test func limitsAreUnlimitedNoneAndAnythingBetween() throws {
    for (amount, fits) in [(nil, true), ("-1", true), ("0", false), ("1", true)] {
      let book = try Self.book([Self.limit("meter:sonnet", amount)])
      let found = book.check(.one, on: "sonnet", of: "acme", at: Self.day(1))
      #expect(found == (fits ? .taken(.meter("sonnet"), amount: .one) : .refused))
    }
    let book = try Self.book([Self.limit("meter:sonnet", "0"), Self.limit("meter:vision", "1")])
    #expect(book.check(.zero, on: "sonnet", of: "acme", at: Self.day(1)) != .refused)
    #expect(book.check(.one, on: "sonnet", of: "stranger", at: Self.day(1)) == .refused)
    #expect(book.check(.one, on: "old", of: "acme", at: Self.day(1)) == .notMetered)
    #expect(book.check(.one, on: "gpt", of: "acme", at: Self.day(1)) == .notMetered)
    #expect(
      book.check(Self.tokens(9), on: "vision", of: "acme", at: Self.day(1))
        == .taken(.meter("vision"), amount: .zero))
    #expect(book.check(.one, on: "vision", of: "stranger", at: Self.day(1)) == .refused)
  }

  @Test func aTestOfOneUnitLetsThroughWhatNobodyHasRoomFor() throws {
    var book = try Self.book([Self.limit("meter:sonnet", "1000")])
    #expect(!book.check(.one, on: "sonnet", of: "acme", at: Self.day(1)).isRefused)
    #expect(book.record(Self.tokens(1200), on: "sonnet", of: "acme", at: Self.day(1)) == .refused)
  }

  @Test func aPeakIsNoSum() throws {
    var book = try Self.book([Self.limit("meter:burst", "100")])
    for count in [60, 100, 30] {
      let found = book.record(Self.tokens(count), on: "burst", of: "acme", at: Self.day(1))
      #expect(found == .taken(.meter("burst"), amount: Self.tokens(count)))
    }
    #expect(book.record(Self.tokens(101), on: "burst", of: "acme", at: Self.day(1)) == .refused)
    #expect(
      book.balance(of: .meter("burst"), entity: "acme", at: Self.day(1)).used == Self.tokens(100))
  }

  @Test func periodsBeginAnewWhenSomebodyLooks() throws {
    var book = try Self.book([Self.limit("meter:sonnet", "1000")], cap: "150")
    func room(_ days: Int) -> Fraction? {
      book.balance(of: .meter("sonnet"), entity: "acme", at: Self.day(days)).room(
        at: Self.day(days))
    }
    book.record(Self.tokens(900), on: "sonnet", of: "acme", at: Self.day(3))
    #expect(room(30) == Self.tokens(100), "31 October is still the first month")
    #expect(room(31) == Self.tokens(1100), "100 were left of October")
    book.record(Self.tokens(1050), on: "sonnet", of: "acme", at: Self.day(32))
    #expect(room(61) == Self.tokens(1000), "what is carried lasts one month")
    #expect(room(92) == Self.tokens(1150), "December went by without any use")
  }

  @Test func creditsAreUsedAfterTheAllowanceAndExpire() throws {
    var short = try Self.limit("meter:sonnet", "300")
    short.kind = .credit
    short.allowanceID = "short"
    short.endsAt = Self.day(10)
    var late = short
    late.allowanceID = "late"
    late.startsAt = Self.day(5)
    late.endsAt = nil
    var book = try Self.book([Self.limit("meter:sonnet", "1000"), short, late])
    func room(_ days: Int) -> Fraction? {
      book.balance(of: .meter("sonnet"), entity: "acme", at: Self.day(days)).room(
        at: Self.day(days))
    }
    #expect(room(1) == Self.tokens(1300))
    #expect(room(5) == Self.tokens(1600))
    book.record(Self.tokens(1100), on: "sonnet", of: "acme", at: Self.day(6))
    #expect(room(6) == Self.tokens(500), "100 of the credits that expire first")
    #expect(room(10) == Self.tokens(300))
    #expect(room(31) == Self.tokens(1300), "a new month, and credits as they were")
    book.book(Self.tokens(-1100), to: .meter("sonnet"), of: "acme", at: Self.day(6))
    #expect(room(6) == Self.tokens(1600), "given back to where it was taken")
  }

  @Test func bothTiersTellTheSame() throws {
    let entities = MeteredEntities(platform: "acme", tenant: "ann")
    var book = try Self.book([
      Self.limit("meter:sonnet", "100"), Self.limit("pool:inference", "10"),
      Self.limit("meter:sonnet", nil, tenant: "ann"),
    ])
    let found = book.record(Self.tokens(200), on: "sonnet", of: entities, at: Self.day(1))
    #expect(found.platform == .taken(.pool("inference"), amount: Self.tokens(2)))
    #expect(found.tenant == .taken(.meter("sonnet"), amount: Self.tokens(200)))
    let other = MeteredEntities(platform: "acme", tenant: "bob")
    #expect(book.check(.one, on: "sonnet", of: other, at: Self.day(1)).tenant == nil)
    #expect(book.check(Self.tokens(2000), on: "sonnet", of: entities, at: Self.day(1)).isRefused)
  }

  @Test func accountsAreNamedAsTheLedgerNamesThem() {
    for text in ["meter:claude-opus-4-7", "pool:inference", "credits"] {
      #expect(MeterAccount(text)?.text == text)
    }
    #expect(MeterAccount("llm_usage") == nil)
  }
}
