import Accounting
import Operations
import Reconciliation
import TestSupport
import Testing

@Suite("What is counted of a judgement")
struct TallyTests {
  @Test("is the same in one go and in many")
  func parts() throws {
    let mill = try #require(ExceptionMill(count: 700, tenants: 9))
    let judgement = try Judgement(of: mill.books, under: mill.terms, engine: mill)
    #expect(judgement.corrections.count == 840)
    let whole = Tally(judgement)
    for most in [1, 50, 839] { #expect(Tally(judgement, most: most) == whole) }
    #expect(Tally(judgement, materiality: try Money("1000000")) != whole)
  }
}
