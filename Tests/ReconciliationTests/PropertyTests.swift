import Accounting
import Reconciliation
import TestSupport
import Testing

/// Laws that hold for every set of books, checked on random ones. Failures print the seed.
@Suite("Laws of every judgement")
struct PropertyTests {
  @Test(arguments: SeedBlock.all)
  func bridgesFootAndSharesExplainThem(block: SeedBlock) throws {
    for seed in block.seeds {
      let books = try RandomBooks(seed: seed)
      let judgement = try Judgement(of: books.inMemory, under: books.terms)
      for group in judgement.groups {
        let steps = try Money.sum(group.bridge.map(\.amount))
        #expect(steps == group.variance, "seed \(seed): \(group.key)")
        #expect(try group.posted - group.due == group.variance, "seed \(seed): \(group.key)")
        #expect(group.bridge.allSatisfy { !$0.amount.isZero }, "seed \(seed): \(group.key)")
        let unexplained = try Explanation(of: group, by: judgement, books.terms).unexplained
        #expect(unexplained.isEmpty, "seed \(seed): \(group.key): \(unexplained)")
      }
      for found in judgement.breaks {
        let own = found.shares.first { $0.group == found.group }?.amount ?? .zero
        #expect(found.amount == own, "seed \(seed): \(found.id)")
      }
      #expect(Set(judgement.breaks.map(\.id)).count == judgement.breaks.count, "seed \(seed)")
    }
  }

  @Test(arguments: SeedBlock.all)
  func theOrderOfRowsDoesNotMatter(block: SeedBlock) throws {
    for seed in block.seeds where seed.isMultiple(of: 3) {
      let books = try RandomBooks(seed: seed)
      var generator = SplitMix64(seed: seed &* 31)
      let shuffled = books.contents.shuffled(using: &generator)
      let first = try Judgement(of: books.inMemory, under: books.terms)
      let second = try Judgement(
        of: InMemoryBooks(shuffled, zone: books.terms.zone), under: books.terms)
      #expect(first == second, "seed \(seed)")
    }
  }

  /// The last seeds have requests with several breaks of which the job lets only some be corrected.
  @Test(
    arguments: SeedBlock.all + [2706, 5727, 9337].map { SeedBlock(seeds: $0..<$0 + 1) })
  func afterPostingNothingIsLeftToPost(block: SeedBlock) throws {
    for seed in block.seeds {
      var books = try RandomBooks(seed: seed)
      let first = try Judgement(of: books.inMemory, under: books.terms)
      let posted = first.corrections.filter { $0.status == .proposed }
      books.contents.post(posted, at: books.terms.asOf)
      let second = try Judgement(of: books.inMemory, under: books.terms)
      let further = second.corrections.filter { $0.status == .proposed }
      #expect(further.isEmpty, "seed \(seed): \(further.map { CorrectionFinding($0) })")

      let held = Set(second.corrections.map(\.breakID))
      let open = second.breaks.filter { $0.disposition == .post && !held.contains($0.id) }
      #expect(open.isEmpty, "seed \(seed): \(open.map { BreakFinding($0) })")

      // What was posted came to what the bridges lost.
      for before in first.groups {
        let after = second.groups.first { $0.key == before.key }
        let entries = posted.filter { $0.group == before.key && $0.code != .invoiceUntied }
        let moved = try Money.sum(entries.map(\.amount))
        #expect(try after?.variance == before.variance + moved, "seed \(seed): \(before.key)")
      }
    }
  }

  /// A correction undone by somebody is proposed again, under a key of its own.
  @Test(arguments: SeedBlock.all)
  func undoneCorrectionsAreMadeAgain(block: SeedBlock) throws {
    for seed in block.seeds where seed.isMultiple(of: 2) {
      var books = try RandomBooks(seed: seed)
      var keys: [String] = []
      for round in 1...3 {
        let judgement = try Judgement(of: books.inMemory, under: books.terms)
        let proposed = judgement.corrections.filter { $0.status == .proposed }
        keys += proposed.map(\.idempotencyKey)
        #expect(Set(keys).count == keys.count, "seed \(seed), round \(round)")
        books.contents.post(proposed, at: books.terms.asOf.adding(seconds: Int64(round)))
        for correction in proposed where correction.requestID != nil {
          var undone = correction.entry(postedAt: books.terms.asOf.adding(seconds: Int64(round)))
          undone.entryID = "undone-\(round)-\(undone.entryID)"
          undone.kind = .adjustment
          undone.reversesEntryID = nil
          undone.idempotencyKey = nil
          undone.amount = -undone.amount
          books.contents.entries.append(undone)
        }
      }
    }
  }
}

/// Which part of a bridge its group's breaks account for.
struct Explanation {
  /// Lines and what the breaks leave of them.
  let unexplained: [String]

  private static let codes: [BridgeLine: [BreakCode]] = [
    .doubleBilled: [.doubleBilled], .notChargeable: [.nonbillableCharge], .cutOff: [.cutOffError],
    .misposted: [.misposted],
    .currency: [.currencyMismatch], .amount: [.amountMismatch], .unbilled: [.unbilled, .lateEvent],
    .inTransit: [.inTransit], .setAside: [.invalidEvent],
  ]

  init(of group: GroupResult, by judgement: Judgement, _ terms: Terms) throws {
    func share(_ codes: [BreakCode]) throws -> Money {
      try Money.sum(
        judgement.breaks.filter { codes.contains($0.code) }.flatMap(\.shares)
          .filter { $0.group == group.key }.map(\.amount))
    }
    func amount(_ line: BridgeLine) -> Money {
      group.bridge.first { $0.line == line }?.amount ?? .zero
    }
    var unexplained: [String] = []
    for (line, codes) in Explanation.codes.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      if codes.contains(where: { terms.dispositions[$0] == .off }) { continue }
      let left = try amount(line) - share(codes)
      if left.isZero || (line == .amount && !terms.tolerance.isZero) { continue }
      unexplained.append("\(line.rawValue) \(left)")
    }
    // Each is either judged whole or left where it stands. A plan's true-up takes the rounding.
    let isPlanned = judgement.plans.contains { $0.key == group.key }
    let roundings = try share([.roundingDrift, .subcentLeak, .driftBeyondRounding])
    let rounding = isPlanned ? .zero : amount(.rounding)
    if ![.zero, rounding].contains(roundings) { unexplained.append("rounding \(roundings)") }
    let trueUps = try share([.trueUpDue])
    let trueUp = try amount(.trueUp) + (isPlanned ? amount(.rounding) : .zero)
    if ![.zero, trueUp].contains(trueUps) { unexplained.append("true-up \(trueUps)") }
    let unsupported = try share([.unsupportedCharge]) - amount(.unsupported)
    if terms.dispositions[.unsupportedCharge] != .off,
      ![.zero, amount(.corrections)].contains(unsupported)
    {
      unexplained.append("unsupported \(unsupported)")
    }
    self.unexplained = unexplained
  }
}
