import Accounting
import Billing

/// Holds the run's rows in memory, by request. What looks broken is looked up in full on both
/// sides, so that no claim rests on the limits of the range.
package struct InProcessEngine: MatchEngine {
  package init() {}

  package func match(
    _ books: any BookSource, under terms: Terms, policies: PolicyBook?,
    exception: (ExceptionItem) throws -> Void
  ) throws -> Matching {
    let scope = Scope(terms)
    let matcher = RequestMatcher(terms: terms, closedPeriods: try books.closedPeriods() ?? [])
    var table = RowTable(asOf: terms.asOf, zone: terms.zone)
    let pulls = try pull(books, scope, into: &table)

    var tally = MatchTally(scope: scope, terms: terms, policies: policies)
    var lookalikes = Lookalikes()
    var broken: Set<Subject> = []
    func judge(_ match: RequestMatch) throws {
      if let charged = match.charged { lookalikes.note(charged) }
      if try tally.add(match, exception) { broken.insert(match.subject) }
    }
    var doubtful: [Subject] = []
    for (subject, rows) in table.rows {
      if !scope.mayBeLate(rows), let plain = try matcher.plainMatch(rows, calls: table.calls) {
        lookalikes.note(plain.event)
        try tally.add(plain)
      } else if let match = try tally.match(subject, rows, calls: table.calls, by: matcher) {
        try judge(match)
      } else {
        doubtful.append(subject)
      }
    }
    doubtful.sort()
    try LookUp.rows(of: doubtful, in: books, into: &table)
    for subject in doubtful {
      try judge(matcher.match(subject, table.rows[subject] ?? RequestRows(), calls: table.calls))
    }
    for pair in lookalikes.pairs(within: terms.suspectedDuplicateWindow)
    where scope.contains(pair.later) {
      let isNew = broken.insert(.request(pair.later.requestID)).inserted
      try tally.add(pair, isBroken: !isNew, exception)
    }
    for entry in table.groupEntries { try tally.add(entry) }
    try tally.add(setAside: table.setAside, exception)
    return tally.matching(pulls: pulls)
  }

  private func pull(
    _ books: any BookSource, _ scope: Scope, into table: inout RowTable
  ) throws -> [PullTotals] {
    let usage = scope.usage
    var pulledUsage = ControlTotal()
    try books.usage(usage) { row in
      try pulledUsage.count(row)
      table.add(row)
    }
    for further in scope.edges + [scope.late].compactMap(\.self) {
      try books.usage(further) { row in
        if scope.takes(outside: row) { table.add(row) }
      }
    }
    let entries = scope.entries
    var pulledEntries = ControlTotal()
    try books.entries(entries) { row in
      try pulledEntries.count(row)
      table.add(row)
    }
    try LookUp.settle(&table, from: books)
    return [
      PullTotals(
        relation: .usageEvent, pulled: pulledUsage, source: try books.controlTotal(usage: usage)),
      PullTotals(
        relation: .ledgerEntry, pulled: pulledEntries,
        source: try books.controlTotal(entries: entries)),
    ]
  }
}

extension ControlTotal {
  mutating func count(_ row: Pulled<UsageEvent>) throws(MoneyError) {
    rows += 1
    switch row {
    case .row(let event): try amount += event.charge ?? .zero
    case .setAside(let row): try amount += row.amount ?? .zero
    }
  }

  mutating func count(_ row: Pulled<LedgerEntry>) throws(MoneyError) {
    rows += 1
    switch row {
    case .row(let entry): try amount += entry.amount
    case .setAside(let row): try amount += row.amount ?? .zero
    }
  }
}
