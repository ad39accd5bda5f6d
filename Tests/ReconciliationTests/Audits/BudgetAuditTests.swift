import Accounting
import Billing
import Reconciliation
import TestSupport
import Testing

@Suite("The audit of daily budgets")
struct BudgetAuditTests {
  private struct School {
    var contents = BookContents()
    private var number = 0

    init(limit: String? = "1000", threshold: String? = "0.8") throws {
      contents.allowances = [
        Allowance(
          allowanceID: "b", tenant: "school", account: "tokens", kind: .dailyBudget,
          amount: try limit.map { try Money($0) }, threshold: try threshold.map { try Money($0) })
      ]
    }

    mutating func call(
      _ model: String, _ tokens: Int, _ start: String, lasting seconds: Int64 = 1,
      user: String? = "ann", role: String? = "tutor", operation: String = "chat",
      status: String = "ok"
    ) throws {
      number += 1
      let at = try #require(Instant("2026-10-05T\(start)Z"))
      contents.usage.append(
        UsageEvent(
          eventID: "e\(number)", requestID: "r\(number)", tenant: "school", deployment: role,
          user: user, occurredAt: at, recordedAt: at.adding(seconds: seconds), model: model,
          status: UsageStatus(status), tokens: TokenVector(input: Int64(tokens)), charge: nil,
          currency: MeterWorld.usd, details: CallDetails(operation: operation)))
    }

    func breaks() throws -> [String] {
      try Judgement(of: InMemoryBooks(contents), under: MeterWorld.terms()).breaks
        .filter { $0.measure != nil }
        .map { found in
          let calls = found.eventIDs.joined(separator: " ")
          return "\(found.code.rawValue) \(calls): \(found.measure?.text ?? "")"
        }
    }
  }

  private let opus = "claude-opus-4-7"
  private let sonnet = "claude-sonnet-4-6"
  private let haiku = "claude-haiku-4-5-20251001"

  @Test func oneCallMayPassTheLimit() throws {
    var school = try School(threshold: nil)
    try school.call(opus, 999, "09:00:00")
    try school.call(opus, 600, "09:10:00")
    try school.call(opus, 0, "09:20:00", status: "quota_exceeded")
    try school.call(opus, 5_000, "09:30:00", operation: "embed")
    try school.call(opus, 5_000, "09:40:00", user: nil)
    try school.call(opus, 700, "09:50:00", user: "ben")
    #expect(try school.breaks() == [])
    try school.call(opus, 70, "10:00:00")
    try school.call(opus, 5, "10:10:00")
    #expect(try school.breaks() == ["budget-overrun e7 e8: 75 token"])
  }

  @Test func callsSideBySideDoNotKnowOfEachOther() throws {
    var school = try School(threshold: nil)
    try school.call(opus, 900, "09:00:00", lasting: 60)
    try school.call(opus, 900, "09:00:30", lasting: 60)
    try school.call(opus, 900, "09:00:59", lasting: 60)
    #expect(try school.breaks() == [])
    try school.call(opus, 1, "09:01:31")
    #expect(try school.breaks() == ["budget-overrun e4: 1 token"])
  }

  @Test func stepsDownFromTheThresholdOn() throws {
    var school = try School()
    try school.call(opus, 799, "09:00:00")
    try school.call(opus, 1, "09:10:00")
    try school.call(sonnet, 10, "09:20:00")
    try school.call(haiku, 10, "09:30:00", role: "grader")
    try school.call(opus, 10, "09:40:00", role: nil)
    try school.call("gpt-5", 10, "09:50:00")
    #expect(try school.breaks() == [])
    try school.call(opus, 20, "10:00:00")
    #expect(try school.breaks() == ["missed-downgrade e7: 20 token"])
  }

  /// What a role uses is seen from its calls of the day while budgets left them free.
  @Test func theUsualModelIsSeenFromTheDay() throws {
    var school = try School()
    try school.call(sonnet, 10, "08:00:00", user: "ben", role: "writer")
    try school.call(sonnet, 10, "08:01:00", user: "cid", role: "writer")
    try school.call(sonnet, 900, "09:00:00", role: "writer")
    try school.call(haiku, 10, "09:10:00", role: "writer")
    try school.call(opus, 10, "09:15:00", role: "writer")
    #expect(try school.breaks() == [], "opus was named by the request: the role is on sonnet")
    try school.call(sonnet, 30, "09:20:00", role: "writer")
    #expect(try school.breaks() == ["missed-downgrade e6: 30 token"])
  }

  @Test func unlimitedIsNeverPassedAndNothingAlways() throws {
    for (limit, found) in [(nil, 0), ("0", 1)] {
      var school = try School(limit: limit, threshold: nil)
      try school.call(opus, 1_000_000, "09:00:00")
      try school.call(opus, 1, "09:10:00")
      #expect(try school.breaks().count == found)
    }
  }

  @Test func withoutBudgetsNothingIsExamined() throws {
    var school = try School()
    school.contents.allowances = []
    try school.call(opus, 10, "09:00:00")
    let judgement = try Judgement(of: InMemoryBooks(school.contents), under: MeterWorld.terms())
    let whys = judgement.controls.notExamined.filter { $0.check == "budget-overrun" }.map(\.why)
    #expect(whys == ["relation allowance holds no daily budgets"])
  }
}
