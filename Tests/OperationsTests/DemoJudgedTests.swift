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
}

extension PlantedBreak {
  fileprivate init(_ found: Break) {
    self.init(
      code: found.code, tenant: found.group.tenant, deployment: found.group.deployment,
      currency: found.group.currency, period: found.group.period, requestID: found.requestID,
      amount: found.amount)
  }
}
