import Reconciliation
import TestSupport
import Testing

/// The working papers, one for each break code.
@Suite("Working papers")
struct ScenarioTests {
  /// Each rule of a plan, before every engine and before the oracle.
  @Test func plansCostWhatTheirPaperSays() throws {
    for scenario in try Scenario.cases(in: "plans.txt") {
      let oracle = try Oracle(of: scenario.contents, under: scenario.terms).findings()
      for engine in Engines.all {
        let judgement = try Judgement(
          of: scenario.inMemory, under: scenario.terms, engine: engine)
        let problems = try scenario.problems(of: judgement)
        #expect(problems.isEmpty, "\(scenario.place) \(scenario.title): \(problems)")
        let left = try scenario.problemsAfterPosting(judgement)
        #expect(left.isEmpty, "\(scenario.place) \(scenario.title): \(left)")
        let difference = Difference(engine: Findings(judgement), oracle: oracle)
        #expect(difference.isEmpty, "\(scenario.place) \(scenario.title)\n\(difference)")
      }
    }
  }

  @Test(arguments: BreakCode.withPapers)
  func hold(code: BreakCode) throws {
    let cases = try Scenario.cases(of: code)
    #expect(cases.contains { $0.expectations.contains { $0.code == code } })
    for scenario in cases {
      let judgement = try Judgement(of: scenario.inMemory, under: scenario.terms)
      let problems = try scenario.problems(of: judgement)
      #expect(problems.isEmpty, "\(scenario.place) \(scenario.title): \(problems)")
      let left = try scenario.problemsAfterPosting(judgement)
      #expect(left.isEmpty, "\(scenario.place) \(scenario.title): \(left)")
    }
  }

  /// What audits bring to light, the oracle knows nothing of: it matches two books.
  @Test(arguments: Set(BreakCode.withPapers).subtracting(Audits.all.flatMap { $0.codes }).sorted())
  func areReadTheSameByTheOracle(code: BreakCode) throws {
    for scenario in try Scenario.cases(of: code) where code != .completenessFailure {
      let engine = Findings(try Judgement(of: scenario.inMemory, under: scenario.terms))
      let oracle = try Oracle(of: scenario.contents, under: scenario.terms).findings()
      let difference = Difference(engine: engine, oracle: oracle)
      #expect(difference.isEmpty, "\(scenario.place) \(scenario.title)\n\(difference)")
    }
  }

  @Test(arguments: [
    ("usage r acme 2026-09-03", "paper:1: 'usage' stands before the first 'case'"),
    ("case x", "paper:1: a 'terms' line must come before the first case"),
    (
      "terms range 2026-13",
      "paper:1: '2026-13' is not a range such as 2026-09-01..2026-09-30 or a month"
    ),
    (
      "terms range 2026-09\ncase x\nusage r acme",
      "paper:3: a day or a time such as 2026-09-03T10:00:00Z is missing at the end of the line"
    ),
    ("terms range 2026-09\ncase x\nledger r acme 2026-09 1,20", "paper:3: '1,20' is not an amount"),
    (
      "terms range 2026-09\ncase x\nledger r acme 2026-09 1 colour red",
      "paper:3: the option 'colour' is not known here"
    ),
    ("terms range 2026-09\ncase x\nexpect unbiled r", "paper:3: 'unbiled' is no break code"),
    ("terms range 2026-09\ncase x\nwish r", "paper:3: 'wish' is no keyword"),
    (
      "terms range 2026-09\ncase x\nusage r acme 2026-09-03",
      "paper:2: the case expects nothing at all"
    ),
    ("terms range 2026-09", "paper: there is no case"),
  ])
  func sayWhatIsWrongWithThem(text: String, message: String) {
    let error = #expect(throws: ScenarioError.self) { try Scenario.parse(text, file: "paper") }
    #expect(error?.description == message)
  }
}
