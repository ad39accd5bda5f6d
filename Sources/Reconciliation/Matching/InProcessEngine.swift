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
    var doubtful: [Subject] = []
    for (subject, rows) in table.rows {
      if scope.mayBeLate(rows) {
        doubtful.append(subject)
        continue
      }
      if let plain = try matcher.plainMatch(rows, calls: table.calls) {
        try tally.add(plain)
        continue
      }
      let match = try matcher.match(subject, rows, calls: table.calls)
      if match.isClean, match.charged != nil || match.entries.isEmpty {
        try tally.add(match)
      } else if tally.mayConcern(match) {
        doubtful.append(subject)
      } else {
        tally.note(match)
      }
    }
    doubtful.sort()
    try lookUp(doubtful, in: books, into: &table)
    for subject in doubtful {
      try tally.add(
        matcher.match(subject, table.rows[subject] ?? RequestRows(), calls: table.calls))
    }
    for entry in table.groupEntries { try tally.add(entry) }
    try tally.handOn(setAside: table.setAside, to: exception)
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
    try settle(&table, from: books)
    return [
      PullTotals(
        relation: .usageEvent, pulled: pulledUsage, source: try books.controlTotal(usage: usage)),
      PullTotals(
        relation: .ledgerEntry, pulled: pulledEntries,
        source: try books.controlTotal(entries: entries)),
    ]
  }

  /// Reads all rows of the doubtful subjects again, wherever and whenever they were booked, and
  /// the other events of their provider calls.
  private func lookUp(
    _ doubtful: [Subject], in books: any BookSource, into table: inout RowTable
  ) throws {
    guard !doubtful.isEmpty else { return }
    let requests = doubtful.compactMap(\.requestID)
    var entryIDs: Set<String> = []
    for case .entry(let id) in doubtful { entryIDs.insert(id) }
    table.forget(doubtful)
    var providerIDs: Set<String> = []
    try books.usage(.requests(requests)) { row in
      if case .row(let event) = row, let id = event.providerRequestID { providerIDs.insert(id) }
      table.add(row)
    }
    try books.usage(.providerRequests(providerIDs.sorted())) { table.note($0) }
    let wanted = Set(doubtful)
    var read: Set<String> = []
    func take(_ row: Pulled<LedgerEntry>) {
      if case .row(let entry) = row {
        // Group-level entries and other requests that come along were counted by the pull.
        let isOther = entry.requestID.map { !wanted.contains(.request($0)) } ?? false
        guard entry.kind.netsPerRequest, !isOther, read.insert(entry.entryID).inserted else {
          return
        }
      }
      table.add(row)
    }
    try books.entries(.requests(requests), receive: take)
    while !entryIDs.isEmpty {
      let before = read
      try books.entries(.entryIDs(entryIDs.sorted()), receive: take)
      entryIDs = read.subtracting(before).subtracting(entryIDs)
    }
    try settle(&table, from: books)
  }

  /// Finds the requests of reversals that name none, following chains into the ledger.
  private func settle(_ table: inout RowTable, from books: any BookSource) throws {
    var targets: [String: LedgerEntry] = [:]
    var missing = table.missingTargets()
    while !missing.isEmpty {
      var found: [LedgerEntry] = []
      try books.entries(.entryIDs(missing)) { row in
        if case .row(let entry) = row, targets[entry.entryID] == nil { found.append(entry) }
      }
      for entry in found { targets[entry.entryID] = entry }
      missing = found.filter { $0.kind == .reversal && $0.requestID == nil }
        .compactMap(\.reversesEntryID).filter { targets[$0] == nil }.sorted()
    }
    table.settleUnnamed(targets: targets.values.sorted(by: LedgerEntry.inPostingOrder))
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
