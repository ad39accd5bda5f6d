import Accounting
import Billing
import Reconciliation
import TestSupport
import Testing

@Suite("What is told of plans")
struct PlanResultTests {
  private static let plan = """
    policy  plan-1  acme  plan_inclusive  fee 20 in-usage  included 1000000 token  overage 0.000002

    """

  private func judgement(_ terms: String, _ rows: String) throws -> Judgement {
    let text = "terms \(terms)\ncase plans\n\(rows)\nexpect nothing"
    let scenario = try #require(Scenario.parse(text, file: "paper").first)
    return try Judgement(of: scenario.inMemory, under: scenario.terms)
  }

  @Test func aPoolIsSharedOutWithoutLosingAToken() throws {
    let judgement = try judgement(
      "range 2026-09 ledger line",
      """
      policy  plan-1  acme  plan_inclusive  included 1000000 token  overage 0.000002
      usage   req-1  acme/prod  2026-09-03  in 900000  charge 1.80
      usage   req-2  acme/test  2026-09-04  in 300000  charge 0.60
      usage   req-3  acme       2026-09-05  in 1       charge 0.10
      """)
    let result = try #require(judgement.plans.first)
    #expect(judgement.plans.count == 1 && result.key.deployment == nil)
    #expect(result.derived == (try Money("0.4")) && result.trueUps == .zero)
    #expect(
      result.arithmetic == """
        1200001 tokens less 1000000 included: 200001 × 0.000002 = 0.400002
        """)
    let shares = result.deployments
    #expect(shares.map(\.deployment) == [nil, "prod", "test"])
    #expect(shares.map { $0.allowance?.description } == ["1", "749999", "250000"])
    #expect(shares.map(\.due.description) == ["0", "0.3", "0.1"])
    #expect(shares.map(\.tokens) == [1, 900_000, 300_000])
  }

  @Test func aRunningMonthIsProjected() throws {
    let judgement = try judgement(
      "range 2026-09-01..2026-09-10 ledger line",
      Self.plan + "usage   req-1  acme  2026-09-03  in 600000  charge 1.20")
    let projection = try #require(judgement.plans.first?.projection)
    #expect(projection.through == Instant("2026-09-11T00:00:00Z"))
    let figures = [
      projection.usage, projection.charge, projection.accruedTrueUp, projection.forecastUsage,
      projection.forecastCharge, projection.forecastTrueUp,
    ]
    #expect(figures.map(\.description) == ["1.2", "20", "18.8", "3.6", "21.6", "18"])
    #expect(judgement.plans.first?.derived == nil)
    #expect(!judgement.corrections.contains { $0.kind == .trueUp })
  }

  /// A run over later days does not see all of the month's usage.
  @Test func aMonthThatIsNotSeenFromItsStartIsNotProjected() throws {
    let judgement = try judgement(
      "range 2026-09-05..2026-09-10 ledger line",
      Self.plan + "usage   req-1  acme  2026-09-06  in 600000  charge 1.20")
    #expect(judgement.plans.isEmpty)
  }

  @Test func whatIsCarriedOverIsProjectedToo() throws {
    let rows = """
      policy  plan-1  acme  plan_inclusive  included 1000 token  overage 0.01  rollover 500
      usage   req-1  acme  2026-08-20  in 800   charge 0
      usage   req-2  acme  2026-09-03  in 1300  charge 13
      """
    let judgement = try judgement("range 2026-09-01..2026-09-15 ledger line", rows)
    #expect(judgement.plans.first?.projection?.charge == (try Money("1")))
  }

  @Test func aChargeThatCannotBeDerivedSaysWhy() throws {
    let judgement = try judgement(
      "range 2026-09 ledger line",
      """
      policy  plan-1  acme       plan_inclusive  included 1000 token  overage 0.01
      policy  flat-1  acme/prod  flat_percent    from 2026-09-16T00:00:00Z
      period-charge  acme  2026-09  9.00
      """)
    let why = "acme USD 2026-09: prod has terms of its own for a part of 2026-09"
    #expect(
      judgement.controls.notExamined.contains(
        NotExamined(check: "period-charge-disagreement", why: why)))
    let due = try #require(judgement.breaks.first { $0.code == .trueUpDue })
    #expect(due.explanation.contains("revision 1 of the gateway's charge; not derived: prod has"))
  }

  @Test func aChargeForNothingIsNotPassedOver() throws {
    let judgement = try judgement(
      "range 2026-09 ledger line",
      """
      policy  pass-1  acme  pass_through
      usage   req-1  acme/prod  2026-09-06  charge 1.00
      ledger  req-1  acme/prod  2026-09     1.00
      period-charge  acme   2026-09  12.00
      period-charge  other  2026-09  9.00
      """)
    let why =
      "period charges of places with neither a plan nor rows of their own: 2, the first is of "
      + "acme USD 2026-09"
    #expect(
      judgement.controls.notExamined.contains(
        NotExamined(check: "period-charge-disagreement", why: why)))
  }

  @Test func aPolicyOfAnUnknownKindIsNotPassedOver() throws {
    let judgement = try judgement(
      "range 2026-09 ledger line",
      """
      policy  plan-1  acme  plan-inclusive  included 1000 token  overage 0.01
      policy  plan-2  bolt  plan-inclusive  included 1000 token  overage 0.01
      policy  plan-3  bolt  plan_inclusive  included 1000 token  overage 0.01
      """)
    let whys = judgement.controls.notExamined.filter { $0.check == "true-up-due" }.map(\.why)
    #expect(
      whys == [
        "'plan-inclusive' is no kind of charge policy that tieout knows (in force: 2, the first is "
          + "plan-1): what they cover is judged by its events' charges alone"
      ])
  }

  /// Nobody could tell whether the terms are those of the tenant who used something.
  @Test(arguments: [
    "policy  plan-1  cafe\u{301}  plan_inclusive  included 1000 token  overage 0.01",
    "period-charge  cafe\u{301}  2026-09  9.00",
    "invoice  cafe\u{301}  2026-09  9.00",
    "policy  plan-1  caf\u{e9}/e\u{301}  pass_through\npolicy  plan-2  caf\u{e9}/\u{e9}  pass_through",
  ])
  func termsOfATenantWrittenInAnotherWayAreRefused(row: String) throws {
    let usage = "usage   req-1  caf\u{e9}  2026-09-03  charge 1.00"
    #expect(throws: NamesAlike.self) {
      try judgement("range 2026-09 ledger line", "\(usage)\n\(row)")
    }
  }

  @Test func anInvoiceLineOfAnUnknownStatusIsNotPassedOver() throws {
    let judgement = try judgement(
      "range 2026-09 ledger line",
      """
      usage   req-1  acme  2026-09-06  charge 1.00
      ledger  req-1  acme  2026-09     1.00
      invoice acme  2026-09  5.00  status paid
      """)
    let why = "'paid' is no status of an invoice line that tieout knows (lines: 1, the first is "
    #expect(
      judgement.controls.notExamined.contains {
        $0.check == "invoice-untied" && $0.why.hasPrefix(why)
      })
  }

  @Test func bothSidesOfADisagreementShowTheirArithmetic() throws {
    let judgement = try judgement(
      "range 2026-09 ledger line",
      Self.plan + """
        usage   req-1  acme  2026-09-03  in 1500000  charge 3.00
        ledger  req-1  acme  2026-09     3.00
        period-charge  acme  2026-09  25.00  revision 2
        """)
    let found = try #require(judgement.breaks.first { $0.code == .periodChargeDisagreement })
    #expect(
      found.explanation == """
        The gateway charges 25.00 USD (revision 2), which is 22.00 USD beside usage at its own \
        prices, 3.00 USD. Policy and usage (1 requests, 1500000 tokens) come to 21.00 USD: base \
        fee 20.00 and 1500000 tokens less 1000000 included: 500000 × 0.000002 = 1. The difference \
        is 4.00 USD.
        """)
  }
}

/// Laws of plans on random books. Failures print the seed.
@Suite("Laws of plans")
struct PlanPropertyTests {
  /// Where a plan's charge is known, the true-up brings the ledger to it; the parts of a pool come to
  /// the whole.
  @Test(arguments: SeedBlock.all)
  func sharesComeToTheWhole(block: SeedBlock) throws {
    var pools = 0
    for seed in block.seeds {
      let books = try RandomBooks(seed: seed)
      let judgement = try Judgement(of: books.inMemory, under: books.terms)
      for plan in judgement.plans where !plan.deployments.isEmpty {
        let group = try #require(judgement.groups.first { $0.key == plan.key })
        let shares = plan.deployments
        #expect(try Money.sum(shares.map(\.due)) == group.due, "seed \(seed): \(plan.key)")
        #expect(try Money.sum(shares.map(\.recorded)) == group.recorded, "seed \(seed)")
        #expect(shares.reduce(0) { $0 + $1.requests } == group.requests, "seed \(seed)")
        pools += 1
      }
    }
    #expect(pools > 0)
  }

  /// No reversal takes back more than there is: what is proposed against an entry, with what
  /// reverses it already, is no more than the entry.
  @Test(arguments: SeedBlock.all)
  func correctionsDoNotExceedWhatTheyCorrect(block: SeedBlock) throws {
    for seed in block.seeds where seed.isMultiple(of: 2) {
      let books = try RandomBooks(seed: seed)
      let judgement = try Judgement(of: books.inMemory, under: books.terms)
      let entries = books.contents.entries
      for correction in judgement.corrections where correction.kind == .reversal {
        guard let id = correction.reversesEntryID,
          let entry = entries.first(where: { $0.entryID == id }), entry.kind != .reversal,
          !entries.contains(where: { $0.reversesEntryID == id })
        else { continue }
        #expect(correction.amount.magnitude <= entry.amount.magnitude, "seed \(seed): \(id)")
        #expect(correction.amount.sign * entry.amount.sign <= 0, "seed \(seed): \(id)")
      }
    }
  }

  /// The gateway's charge goes from A to B and back to A: each time one true-up is posted, and each
  /// under a key of its own.
  @Test(arguments: SeedBlock.all)
  func trueUpsThereAndBackAllPost(block: SeedBlock) throws {
    var posted = 0
    for seed in block.seeds where seed.isMultiple(of: 5) {
      var books = try RandomBooks(seed: seed, hasUnreadableRows: false)
      books.terms.dispositions = [:]
      books.contents.closedPeriods = nil
      let first = try Judgement(of: books.inMemory, under: books.terms)
      guard let plan = first.plans.first(where: { $0.projection == nil }) else { continue }
      let isOpen = first.groups.first { $0.key == plan.key }?.blockedBy.isEmpty ?? false
      guard isOpen else { continue }
      var keys: Set<String> = []
      for (round, minor) in [90_000, 70_000, 90_000].enumerated() {
        var charges = books.contents.periodCharges ?? []
        charges.append(
          PeriodCharge(
            tenant: plan.key.tenant, deployment: plan.key.deployment, period: plan.key.period,
            amount: Money(minorUnits: Int64(minor), of: plan.key.currency),
            currency: plan.key.currency, revision: 100 + round))
        books.contents.periodCharges = charges
        let judgement = try Judgement(of: books.inMemory, under: books.terms)
        let proposed = judgement.corrections.filter { $0.status == .proposed }
        let trueUps = proposed.filter { $0.kind == .trueUp && $0.group == plan.key }
        #expect(trueUps.count == 1, "seed \(seed), round \(round)")
        keys.formUnion(trueUps.map(\.idempotencyKey))
        books.contents.post(proposed, at: books.terms.asOf.adding(seconds: Int64(round)))
      }
      #expect(keys.count == 3, "seed \(seed)")
      posted += keys.count
    }
    #expect(posted > 0)
  }
}
