import Accounting
import Billing
import Foundation
import Reconciliation

extension Scenario {
  /// The working papers of the repository, one for each break code.
  package static let directory = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "ReconciliationTests/Scenarios")

  /// The cases of the working paper of one code.
  package static func cases(of code: BreakCode) throws -> [Scenario] {
    try cases(in: "\(code.rawValue).txt")
  }

  /// The cases of one working paper.
  package static func cases(in name: String) throws -> [Scenario] {
    let file = directory.appending(path: name)
    let text = try String(contentsOf: file, encoding: .utf8)
    return try parse(text, file: file.lastPathComponent)
  }

  /// - Throws: `ScenarioError` naming file and line.
  package static func parse(_ text: String, file: String) throws -> [Scenario] {
    var parser = ScenarioParser(file: file)
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      guard let words = ScenarioWords(line, file: file, line: index + 1) else { continue }
      try parser.read(words)
    }
    return try parser.finished()
  }
}

/// Reads a working paper line by line. `terms` before the first `case` hold for all of them.
struct ScenarioParser {
  let file: String
  private var defaults: Terms?
  private var asOfIsGiven = false
  private(set) var cases: [Scenario] = []
  /// The case being read.
  var current: Scenario?

  init(file: String) { self.file = file }

  mutating func read(_ line: ScenarioWords) throws {
    var words = line
    let keyword = try words.word("a keyword")
    if keyword == "terms" {
      try readTerms(&words)
    } else if keyword == "case" {
      try finishCase()
      guard let defaults else {
        throw words.error("a 'terms' line must come before the first case")
      }
      current = Scenario(title: words.remaining, place: words.place, terms: defaults)
    } else if current == nil {
      throw words.error("'\(keyword)' stands before the first 'case'")
    } else {
      try readRow(keyword, &words)
      if !words.isEmpty { throw words.error("'\(words.remaining)' is left over") }
    }
  }

  private mutating func readRow(_ keyword: String, _ words: inout ScenarioWords) throws {
    switch keyword {
    case "usage": try readUsage(&words)
    case "ledger": try readLedger(&words)
    case "unreadable": try readUnreadable(&words)
    case "lost": try readLost(&words)
    case "policy": try readPolicy(&words)
    case "period-charge": try readPeriodCharge(&words)
    case "invoice": try readInvoice(&words)
    case "price": try readPrice(&words)
    case "closed": try readClosed(&words)
    case "expect": try readExpectation(&words)
    case "group": try readGroup(&words)
    case "lead": try readLead(&words)
    case "ties":
      guard try words.word("'out'") == "out" else { throw words.error("it is 'ties out'") }
      current?.tiesOut = true
    default: throw words.error("'\(keyword)' is no keyword")
    }
  }

  mutating func finished() throws -> [Scenario] {
    try finishCase()
    guard !cases.isEmpty else { throw ScenarioError(place: file, problem: "there is no case") }
    return cases
  }

  private mutating func finishCase() throws {
    guard let scenario = current else { return }
    guard !scenario.expectations.isEmpty || scenario.tiesOut || !scenario.groups.isEmpty else {
      throw ScenarioError(place: scenario.place, problem: "the case expects nothing at all")
    }
    cases.append(scenario)
    current = nil
  }

  // MARK: Terms

  private mutating func readTerms(_ words: inout ScenarioWords) throws {
    var terms = current?.terms ?? defaults ?? ScenarioParser.plainTerms
    var asOf: Instant?
    try words.options { name, words in
      switch name {
      case "range": terms.range = try words.range()
      case "as-of": asOf = try words.instant()
      case "zone": terms.zone = try words.take("a zone known here", as: ScenarioParser.zone)
      case "ledger": terms.ledgerRounding = try words.take("entry or line", as: LedgerRounding.init)
      case "rounding":
        terms.rounding = try words.take("half-up or half-even", as: RoundingRule.init)
      case "grace": terms.grace = try words.seconds()
      case "window": terms.suspectedDuplicateWindow = try words.seconds()
      case "tolerance": terms.tolerance = try words.money()
      case "tenant": terms.places.tenants.append(try words.word("a tenant"))
      case "deployment": terms.places.deployments.append(try words.word("a deployment"))
      case "rule":
        let code = try words.take("a break code", as: BreakCode.init)
        terms.dispositions[code] = try words.take("a disposition", as: Disposition.init)
      default: return false
      }
      return true
    }
    if asOf != nil, current == nil { asOfIsGiven = true }
    // A run usually comes a good day after its range.
    let dayAfter = terms.instants.upperBound.adding(seconds: 36 * 3600)
    terms.asOf = asOf ?? (asOfIsGiven ? terms.asOf : dayAfter)
    if current == nil { defaults = terms } else { current?.terms = terms }
  }

  private static var plainTerms: Terms {
    guard let period = AccountingPeriod("2026-09") else {
      preconditionFailure("2026-09 is a month")
    }
    return Terms(range: DayRange(period), asOf: Instant(microseconds: 0))
  }

  /// Zones with the clock changes of 2026.
  private static func zone(_ name: String) -> BillingZone? {
    func zone(_ first: Int, _ changes: [(String, Int)]) -> BillingZone {
      BillingZone(
        name: name, firstOffset: first,
        changes: changes.compactMap { time, offset in
          Instant(time).map { BillingZone.Change(start: $0, offset: offset) }
        })
    }
    switch name {
    case "UTC": return .utc
    case "Europe/Berlin":
      return zone(3600, [("2026-03-29T01:00:00Z", 7200), ("2026-10-25T01:00:00Z", 3600)])
    case "Asia/Tokyo": return zone(9 * 3600, [])
    default: return nil
    }
  }
}
