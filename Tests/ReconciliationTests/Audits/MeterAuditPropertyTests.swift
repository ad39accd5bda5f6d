import Accounting
import Billing
import Reconciliation
import TestSupport
import Testing

/// Random usage, recorded by the live book in the order in which records arrive, some of it wrongly: the
/// audit finds what was done, and nothing else.
@Suite("The audit of meters, on random books")
struct MeterAuditPropertyTests {
  private struct Call {
    let model: String
    let tokens: Int
    let user: String
    let at: Instant
    let recordedAt: Instant
  }

  @Test(arguments: SeedBlock.all.prefix(3))
  func whatIsDoneIsFound(_ block: SeedBlock) throws {
    for seed in block.seeds {
      var random = SplitMix64(seed: seed)
      var world = try MeterWorld.standard()
      // Where calls follow each other closely, a fault of one is easily taken for that of another.
      let isCrowded = random.chance(50)
      var calls: [Call] = []
      var at = MeterWorld.time(random.number(10...20))
      for number in 1...random.number(10...60) {
        at = at.adding(seconds: Int64(random.number(isCrowded ? 0...20 : 60...900)))
        calls.append(
          Call(
            model: random.pick(["sonnet", "haiku"]),
            // No two alike, so that what belongs together is never a guess.
            tokens: number * 10 + 1_000 * random.number(0...1), user: random.pick(["ann", "bob"]),
            at: at, recordedAt: at.adding(seconds: Int64(random.number(-3...20)))))
      }
      var expected: [String: Int] = [:]
      for call in calls.sorted(by: { $0.at < $1.at }) {
        world.log(call.model, call.tokens, at: call.at, user: call.user)
      }
      for call in calls.sorted(by: { $0.recordedAt < $1.recordedAt }) {
        let percent = isCrowded ? 0 : 30
        guard let (cause, books) = record(call, in: &world, &random, wronglyIn: percent) else {
          continue
        }
        expected[name(of: cause, isCrowded), default: 0] += books
      }
      var found: [String: Int] = [:]
      for fault in try world.faults() {
        found[name(of: fault.key.cause, isCrowded), default: 0] += fault.count
      }
      #expect(found == expected, "seed \(seed)")
    }
  }

  /// A usage that stands nowhere was refused, or nobody recorded it: the log does not tell the second
  /// at which it was tried. Where others were recorded within the same seconds, the room there was
  /// at that moment is not known.
  private func name(of cause: MeterFault.Cause, _ isCrowded: Bool) -> String {
    isCrowded && (cause == .uncovered || cause == .unrecorded) ? "in no book" : cause.rawValue
  }

  /// - Returns: what was done wrong, and in how many books it shows.
  private func record(
    _ call: Call, in world: inout MeterWorld, _ random: inout SplitMix64, wronglyIn percent: Int
  ) -> (MeterFault.Cause, Int)? {
    let quantity = Fraction(Int128(call.tokens), over: 1)
    let right = world.live.check(quantity, on: call.model, of: "acme", at: call.recordedAt)
    guard case .taken(let account, let amount) = right, random.chance(percent) else {
      let found = world.record(call.model, call.tokens, at: call.recordedAt, user: call.user)
      // Ann's own book has room for anything.
      guard found.platform.isRefused else { return nil }
      return (found.tenant == nil ? .uncovered : .oneTier, 1)
    }
    func inTenantBook() {
      guard call.user == "ann" else { return }
      world.book(quantity, .meter(call.model), of: "ann", at: call.recordedAt)
    }
    switch random.number(0...4) {
    case 0:
      // Ann has a book of her own, which lacks it too.
      return (.unrecorded, call.user == "ann" ? 2 : 1)
    case 1:
      inTenantBook()
      return (call.user == "ann" ? .oneTier : .unrecorded, 1)
    case 2:
      inTenantBook()
      world.book(amount, account, at: call.recordedAt)
      world.book(amount, account, at: call.recordedAt.adding(seconds: 2))
      return (.twice, 1)
    case 3:
      inTenantBook()
      world.book(amount + Fraction(7, over: 1000), account, at: call.recordedAt)
      return (.wrongAmount, 1)
    default:
      inTenantBook()
      guard let other = world.live.waterfall.steps(for: quantity, on: call.model).last,
        other.account != account
      else {
        world.book(amount, account, at: call.recordedAt)
        return nil
      }
      world.book(other.amount, other.account, at: call.recordedAt)
      return (.wrongAccount, 1)
    }
  }
}
