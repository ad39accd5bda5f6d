import Accounting
import Billing
import Reconciliation
import TestSupport
import Testing

/// Random usage, recorded wrongly in every way that entries can right: once they are posted, each account
/// holds what it would hold had everything been recorded rightly, and nothing is left to post.
@Suite("Corrections of meters, on random books")
struct MeterCorrectionPropertyTests {
  @Test(arguments: SeedBlock.all.prefix(3))
  func whatIsPostedRightsTheMeters(_ block: SeedBlock) throws {
    // Whole judgements take their time: fifty of each block, 150 in all.
    for seed in block.seeds.prefix(50) {
      var random = SplitMix64(seed: seed)
      var world = try MeterWorld.standard()
      var due: [String: Fraction] = [:]
      var at = MeterWorld.time(random.number(10...20))
      for number in 1...random.number(5...40) {
        at = at.adding(seconds: Int64(random.number(120...900)))
        use(number, at, &world, &due, &random)
      }
      let morning = MeterWorld.time(33)
      let first = try world.judgement()
      #expect(first.corrections.allSatisfy { $0.status == .proposed }, "seed \(seed)")
      #expect(try world.post(at: morning) == first.corrections.count, "seed \(seed)")
      let again = try world.judgement()
      #expect(again.corrections.isEmpty, "seed \(seed)")
      let forAPerson: [MeterFault.Cause] = [.pastLimit, .uncovered]
      let left = try world.faults().filter { !forAPerson.contains($0.key.cause) }
      #expect(left.isEmpty, "seed \(seed): \(left.map(\.key))")
      #expect(world.held == due.filter { !$0.value.isZero }, "seed \(seed)")
      let keys = world.contents.meterEntries?.compactMap(\.idempotencyKey) ?? []
      #expect(Set(keys).count == keys.count, "seed \(seed)")
    }
  }

  /// One call, or something that only looks like one.
  private func use(
    _ number: Int, _ at: Instant, _ world: inout MeterWorld, _ due: inout [String: Fraction],
    _ random: inout SplitMix64
  ) {
    let model = random.pick(["sonnet", "haiku"])
    let user = random.pick(["ann", "bob"])
    let tokens = number * 10 + 1_000 * random.number(0...1)
    let quantity = Fraction(Int128(tokens), over: 1)
    let soon = at.adding(seconds: Int64(random.number(1...9)))
    func owe(_ entity: String, _ account: MeterAccount, _ amount: Fraction) {
      let name = "\(entity) \(account)"
      due[name] = (due[name] ?? .zero) + amount
    }
    if random.chance(10) {
      world.book(quantity, .meter(model), at: soon)
      return
    }
    let right = world.live.check(quantity, on: model, of: "acme", at: at)
    guard case .taken(let account, let amount) = right else { return }
    world.log(model, tokens, at: at, user: user)
    owe("acme", account, amount)
    if user == "ann" { owe("ann", .meter(model), quantity) }
    let isForgotten = random.chance(15)
    if user == "ann", !isForgotten { world.book(quantity, .meter(model), of: "ann", at: soon) }
    if isForgotten { return }
    switch random.number(0...5) {
    case 0:
      world.book(amount, account, at: soon)
      world.book(amount, account, at: soon.adding(seconds: 2))
    case 1:
      world.book(amount + Fraction(7, over: 1000), account, at: soon)
    case 2:
      let last = world.live.waterfall.steps(for: quantity, on: model).last
      world.book(last?.amount ?? amount, last?.account ?? account, at: soon)
    case 3:
      let other = model == "sonnet" ? "haiku" : "sonnet"
      world.book(quantity, .meter(other), at: soon)
    default:
      world.book(amount, account, at: soon)
    }
  }
}
