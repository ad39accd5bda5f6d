import Accounting
import Billing
import Testing

@Suite("Daily budgets of tokens")
struct BudgetTests {
  let noon = Instant(microseconds: 1_759_320_000_000_000)  // 2025-10-01T12:00:00Z
  let opus = "claude-opus-4-7"
  let sonnet = "claude-sonnet-4-6"
  let haiku = "claude-haiku-4-5-20251001"

  func book(_ limit: String?, user: String? = nil, threshold: String? = "0.8") throws -> BudgetBook
  {
    BudgetBook([
      Allowance(
        allowanceID: "b", tenant: "school", user: user, account: "tokens", kind: .dailyBudget,
        amount: try limit.map { try Money($0) }, threshold: try threshold.map { try Money($0) })
    ])
  }

  func call(_ model: String, user: String? = "ann", named: Bool = false, operation: String = "chat")
    -> BudgetedCall
  {
    BudgetedCall(
      tenant: "school", user: user, operation: operation, model: model, namesModel: named)
  }

  @Test func aCallMayPassTheLimitAndNoneStartsPastIt() throws {
    var book = try book("1000", threshold: nil)
    book.record(TokenVector(input: 999), of: call(opus), at: noon)
    #expect(book.check(call(opus), at: noon) == .proceed(model: opus))
    book.record(TokenVector(input: 400, output: 100), of: call(opus), at: noon)
    #expect(
      book.check(call(opus), at: noon) == .refuse(used: 1499, limit: try Money("1000")))
    #expect(book.check(call(opus, named: true), at: noon).model == nil)
    #expect(book.check(call(opus, operation: "embed"), at: noon) == .proceed(model: opus))
    #expect(book.check(call(opus, user: "bob"), at: noon) == .proceed(model: opus))
    #expect(book.check(call(opus, user: nil), at: noon) == .proceed(model: opus))
    let midnight = noon.adding(seconds: 43_200)
    #expect(book.check(call(opus), at: midnight.adding(seconds: -1)).model == nil)
    #expect(book.check(call(opus), at: midnight) == .proceed(model: opus))
  }

  @Test func oneRungDownFromTheThresholdOn() throws {
    var book = try book("1000")
    book.record(TokenVector(output: 799), of: call(opus), at: noon)
    #expect(book.check(call(opus), at: noon) == .proceed(model: opus))
    book.record(TokenVector(cacheRead: 1), of: call(opus), at: noon)
    #expect(book.check(call(opus), at: noon) == .stepDown(model: sonnet))
    #expect(book.check(call(sonnet), at: noon) == .stepDown(model: haiku))
    #expect(book.check(call(haiku), at: noon) == .proceed(model: haiku))
    #expect(book.check(call("gpt-5"), at: noon) == .proceed(model: "gpt-5"))
    #expect(book.check(call(opus, named: true), at: noon) == .proceed(model: opus))
  }

  @Test func unlimitedAndNone() throws {
    var unlimited = try book(nil)
    unlimited.record(TokenVector(input: .max), of: call(opus), at: noon)
    #expect(unlimited.check(call(opus), at: noon) == .proceed(model: opus))
    #expect(try book("0").check(call(opus), at: noon) == .refuse(used: 0, limit: .zero))
    #expect(BudgetBook([]).check(call(opus), at: noon) == .proceed(model: opus))
  }

  @Test func aUsersOwnBudgetStandsBeforeTheTenants() throws {
    let all = Allowance(
      allowanceID: "all", tenant: "school", account: "tokens", kind: .dailyBudget,
      amount: try Money("10"))
    let own = Allowance(
      allowanceID: "own", tenant: "school", user: "ann", account: "tokens", kind: .dailyBudget,
      amount: try Money("20"))
    var book = BudgetBook([all, own])
    for user in ["ann", "bob"] {
      book.record(TokenVector(input: 15), of: call(opus, user: user), at: noon)
    }
    #expect(book.check(call(opus), at: noon).model == opus)
    #expect(book.check(call(opus, user: "bob"), at: noon).model == nil)
  }

  @Test func embeddingsCountInNoBudget() throws {
    var book = try book("1000")
    book.record(TokenVector(input: 5000), of: call("voyage-3", operation: "embed"), at: noon)
    #expect(book.used(tenant: "school", user: "ann", at: noon) == 0)
  }

  @Test func familiesAreToldByAWordOfTheName() {
    let ladder = ModelLadder.claude
    #expect(ladder.rung(of: "anthropic/claude-3-opus-20240229") == 0)
    #expect(ladder.rung(of: "us.anthropic.claude-haiku-4-5-20251001-v1:0") == 2)
    #expect(ladder.rung(of: "opusculum") == nil)
    #expect(ladder.stepDown(from: "claude-3-opus-20240229") == sonnet)
  }

  @Test func fourCharactersAreAToken() {
    let counts = [0, 1, 4, 5, 10, -3, Int.max].map {
      TokenVector.estimatedTokens(forCharacters: $0)
    }
    #expect(counts == [0, 1, 1, 2, 3, 0, 2_305_843_009_213_693_952])
  }
}
