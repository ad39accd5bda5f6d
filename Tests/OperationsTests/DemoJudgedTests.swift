import Operations
import Reconciliation
import TestSupport
import Testing

/// What was planted against what is found: two parties that know nothing of each other.
@Suite struct DemoJudgedTests {
  @Test(arguments: [20_261_031, 1, 2, 3])
  func everyPlantedBreakIsFoundAndNoneIsInvented(seed: UInt64) throws {
    let books = try SmallDemo.books(seed: seed)
    let judgement = try Judgement(
      of: InMemoryBooks(books.contents, zone: books.plan.zone), under: books.terms)
    let found = Set(judgement.breaks.map(PlantedBreak.init))
    let planted = Set(books.manifest)
    let missing = planted.subtracting(found).sorted().map { "\($0)" }
    let invented = found.subtracting(planted).sorted().map { "\($0)" }
    #expect(missing == [], "missing, seed \(seed)")
    #expect(invented == [], "invented, seed \(seed)")
    #expect(judgement.breaks.count == books.manifest.count)
  }

  @Test func onceCorrectedOnlyWhatPeopleDecideIsLeft() throws {
    let books = try SmallDemo.books()
    var contents = books.contents
    func judge() throws -> Judgement {
      try Judgement(of: InMemoryBooks(contents, zone: books.plan.zone), under: books.terms)
    }
    let first = try judge()
    let proposed = first.corrections.filter { $0.status == .proposed }
    #expect(!proposed.isEmpty)
    contents.post(proposed, at: books.plan.asOf)
    let second = try judge()
    #expect(second.corrections.filter { $0.status == .proposed }.isEmpty)
    #expect(second.breaks.filter { $0.disposition == .post }.map(PlantedBreak.init) == [])
    let billedAgain = Set(
      books.manifest.filter { $0.code == .doubleBilled }.compactMap(\.requestID))
    let new = Set(second.breaks.map(PlantedBreak.init)).subtracting(books.manifest)
    // The second log row of a call that is no longer billed twice remains in the log.
    let rows = new.filter {
      $0.code == .duplicateEvent && billedAgain.contains($0.requestID ?? "")
    }
    #expect(new.subtracting(rows).sorted().map(\.description) == [])
  }
}

extension PlantedBreak {
  init(_ found: Break) {
    self.init(
      code: found.code, tenant: found.group.tenant, deployment: found.group.deployment,
      currency: found.group.currency, period: found.group.period, requestID: found.requestID,
      amount: found.amount)
  }
}
