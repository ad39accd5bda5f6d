import Accounting
import Billing
import Reconciliation
import TestSupport
import Testing

@Suite("What a month would have come to, rounded otherwise")
struct RoundingWhatIfTests {
  private let usd = RoundingWhatIfTests.currency("USD")

  /// The example of `RoundingTable`.
  @Test func theWorkedExampleHolds() throws {
    let chat = RoundedLine(
      requests: 3, exact: try Money("0.015"), posted: try Money("0.03"),
      entriesHalfUp: try Money("0.03"), entriesHalfEven: .zero)
    let batch = RoundedLine(
      requests: 2, exact: try Money("0.025"), posted: try Money("0.03"),
      entriesHalfUp: try Money("0.03"), entriesHalfEven: try Money("0.03"))
    let table = try RoundingTable(invoice: [chat, batch], in: usd)
    #expect(table.requests == 5)
    #expect(table.exact == (try Money("0.04")))
    #expect(table.posted == (try Money("0.06")))
    #expect(table[.halfUp] == (try row("0.06", "0.05", "0.04")))
    #expect(table[.halfEven] == (try row("0.03", "0.04", "0.04")))
  }

  /// What an accountant works out on paper, found by every engine from the books themselves.
  @Test(arguments: RoundingRule.allCases)
  func everyEngineFindsWhatThePaperSays(rule: RoundingRule) throws {
    for scenario in try Scenario.parse(Self.paper, file: "paper") {
      var scenario = scenario
      scenario.terms.rounding = rule
      for engine in Engines.all {
        let found = try Judgement(of: scenario.inMemory, under: scenario.terms, engine: engine)
        let expected = try #require(Self.expected[scenario.title])
        let lines = found.roundings.map(Self.line)
        #expect(lines == expected, "\(scenario.title), \(rule.rawValue), \(engine)")
        #expect(found.roundings.allSatisfy { $0.rule == rule })
      }
    }
  }

  private static let paper = """
    terms   range 2026-09

    case    two deployments on one invoice
    usage   req-1  acme/chat   2026-09-03  charge 0.005
    usage   req-2  acme/chat   2026-09-04  charge 0.005
    usage   req-3  acme/chat   2026-09-05  charge 0.005
    usage   req-4  acme/batch  2026-09-05  charge 0.010
    usage   req-5  acme/batch  2026-09-06  charge 0.015
    ledger  req-1  acme/chat   2026-09     0.01
    expect  nothing

    case    a credit is rounded as a charge is, away from zero or to the even cent
    usage   req-1  acme  2026-09-03  charge -0.005
    usage   req-2  acme  2026-09-04  charge -0.015
    usage   req-3  acme  2026-09-05  charge -0.025
    expect  nothing

    case    yen have no cents, dinars a thousand fils
    usage   req-1  acme  2026-09-03  charge 10.5    currency JPY
    usage   req-2  acme  2026-09-04  charge 11.5    currency JPY
    usage   req-3  acme  2026-09-05  charge 0.0005  currency KWD
    usage   req-4  acme  2026-09-05  charge 0.0025  currency KWD
    expect  nothing

    case    what is not charged is not in it, nor what a plan bills
    usage   req-1  acme/chat   2026-09-03  charge 0.005
    usage   req-1  acme/chat   2026-09-03  charge 0.005  id again
    usage   req-2  acme/chat   2026-09-04  charge 0.005  unbillable
    usage   req-3  acme/chat   2026-09-04  charge 0.005  status error
    usage   req-4  acme/chat   2026-08-31  charge 0.005
    usage   req-5  globex      2026-09-05  charge 7.125
    policy  plan   globex      plan_inclusive  fee 100.00 in-usage
    ledger  req-1  acme/chat   2026-09     0.01
    ledger  -      acme/chat   2026-09    -0.01  kind rounding
    expect  nothing

    case    part of a month has no invoice yet
    terms   range 2026-09-01..2026-09-15
    usage   req-1  acme  2026-09-03  charge 0.005
    expect  nothing
    """

  private static let expected = [
    "two deployments on one invoice": [
      "USD 5 requests 0.04 posted 0.01: 0.06 0.05 0.04, 0.03 0.04 0.04"
    ],
    "a credit is rounded as a charge is, away from zero or to the even cent": [
      "USD 3 requests -0.045 posted 0: -0.06 -0.05 -0.05, -0.04 -0.04 -0.04"
    ],
    "yen have no cents, dinars a thousand fils": [
      "JPY 2 requests 22 posted 0: 23 22 22, 22 22 22",
      "KWD 2 requests 0.003 posted 0: 0.004 0.003 0.003, 0.002 0.003 0.003",
    ],
    "what is not charged is not in it, nor what a plan bills": [
      "USD 1 requests 0.005 posted 0: 0.01 0.01 0.01, 0 0 0, 1 under a plan"
    ],
    "part of a month has no invoice yet": [],
  ]

  private static func line(_ whatIf: RoundingWhatIf) -> String {
    func text(_ row: RoundingTable.Row) -> String {
      "\(row.perEntry) \(row.perLine) \(row.perInvoice)"
    }
    let table = whatIf.total
    let planned = whatIf.plannedGroups == 0 ? "" : ", \(whatIf.plannedGroups) under a plan"
    return "\(whatIf.currency) \(table.requests) requests \(table.exact) posted \(table.posted): "
      + "\(text(table.halfUp)), \(text(table.halfEven))\(planned)"
  }

  private func row(_ entry: String, _ line: String, _ invoice: String) throws -> RoundingTable.Row {
    RoundingTable.Row(
      perEntry: try Money(entry), perLine: try Money(line), perInvoice: try Money(invoice))
  }

  private static func currency(_ code: String) -> Currency {
    guard let currency = Currency(code) else { preconditionFailure("\(code) is no currency") }
    return currency
  }
}

/// Random books in which most charges lie on half a minor unit, below zero too.
@Suite("Halves are rounded alike by all readers")
struct ExactHalvesTests {
  @Test(arguments: SeedBlock.all)
  func enginesAndOracleAgree(block: SeedBlock) throws {
    var parted = 0
    for seed in block.seeds {
      let books = try RandomBooks(seed: seed).withExactHalves
      let oracle = try Oracle(of: books.contents, under: books.terms).findings()
      parted += oracle.roundings.count { $0.halfUp != $0.halfEven }
      for engine in Engines.all {
        let judgement = try Judgement(of: books.inMemory, under: books.terms, engine: engine)
        let difference = Difference(engine: Findings(judgement), oracle: oracle)
        #expect(difference.isEmpty, "seed \(seed), \(engine)\n\(difference)")
      }
    }
    #expect(parted > block.seeds.count / 2)
  }
}

extension RandomBooks {
  /// The same books with their charges moved to halves, and the entries that were right with them.
  fileprivate var withExactHalves: RandomBooks {
    get throws {
      var books = self
      for index in books.contents.usage.indices {
        let event = books.contents.usage[index]
        guard let charge = event.charge, (index + Int(truncatingIfNeeded: seed)) % 5 > 0 else {
          continue
        }
        let half = try event.currency.minorUnit.divided(exactlyBy: 2)
        let whole = Money(minorUnits: Int64(index % 7 - 3), of: event.currency)
        let moved = try whole + half
        books.contents.usage[index].charge = moved
        let right = try expected(charge, event.currency)
        for entry in books.contents.entries.indices
        where books.contents.entries[entry].requestID == event.requestID
          && books.contents.entries[entry].amount == right
        {
          books.contents.entries[entry].amount = try expected(moved, event.currency)
        }
      }
      return books
    }
  }

  private func expected(_ charge: Money, _ currency: Currency) throws -> Money {
    terms.ledgerRounding == .entry ? try charge.rounded(to: currency, terms.rounding) : charge
  }
}
