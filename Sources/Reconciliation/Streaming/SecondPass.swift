import Accounting
import Billing

/// Reads in full what the first pass could not settle, and judges it as every engine does: first by
/// the rows of the range, then, where these do not suffice, by all rows there are.
final class SecondPass {
  /// Requests that are read together.
  private static let batch = 2000
  /// Sightings that are kept in memory before they are read again.
  private static let sightings = 500_000

  private let books: any BookSource
  private let pass: FirstPass
  private let matcher: RequestMatcher
  private let exception: (ExceptionItem) throws -> Void
  private var tally: MatchTally
  private var standing = RequestStanding()
  private var ids: [String] = []

  init(
    _ pass: FirstPass, of books: any BookSource, policies: PolicyBook?, matcher: RequestMatcher,
    exception: @escaping (ExceptionItem) throws -> Void
  ) {
    self.pass = pass
    self.books = books
    self.matcher = matcher
    self.exception = exception
    tally = MatchTally(scope: pass.scope, terms: pass.terms, policies: policies)
  }

  private var scope: Scope { pass.scope }
  private var window: Int64 { pass.terms.suspectedDuplicateWindow }

  /// - Throws: what the books throw; `LostCount` where the passes do not add up.
  func matching(pulls: [PullTotals]) throws -> Matching {
    try judgeLooseEntries()
    try listNamelessEvents()
    try suspectRepeatedCalls()
    try settlePartitions()
    try addSuspectedDuplicates()
    try addGroups()
    return tally.matching(pulls: pulls)
  }

  // MARK: Rows that name no request

  private func judgeLooseEntries() throws {
    guard !pass.looseEntries.isEmpty else { return }
    var table = RowTable(asOf: pass.terms.asOf, zone: pass.terms.zone)
    var wanted = Set(pass.looseEntries)
    try books.entries(.entryIDs(pass.looseEntries)) { row in
      // Those that reverse one of them come along.
      if wanted.remove(row.entryID) != nil { table.add(row) }
    }
    guard wanted.isEmpty else { throw LostRow(relation: .ledgerEntry, count: wanted.count) }
    try LookUp.settle(&table, from: books)
    var doubtful: [Subject] = []
    for (subject, rows) in table.rows {
      if let id = subject.requestID {
        try pass.suspect(id)
        continue
      }
      let match = try matcher.match(subject, rows, calls: table.calls)
      if scope.mayBeLate(rows) || tally.mayConcern(match) { doubtful.append(subject) }
    }
    for entry in table.groupEntries { try tally.add(entry) }
    try tally.add(setAside: table.setAside, exception)
    doubtful.sort()
    try LookUp.rows(of: doubtful, in: books, into: &table)
    for subject in doubtful {
      try tally.add(
        matcher.match(subject, table.rows[subject] ?? RequestRows(), calls: table.calls), exception)
    }
  }

  private func listNamelessEvents() throws {
    guard pass.hasNamelessEvents else { return }
    var table = RowTable(asOf: pass.terms.asOf, zone: pass.terms.zone)
    for selection in scope.allUsage {
      try books.usage(.nameless(selection)) { if scope.pulls($0) { table.add($0) } }
    }
    try tally.add(setAside: table.setAside, exception)
  }

  // MARK: Requests

  /// Two events of one provider call: which of them stands takes all their rows to tell.
  private func suspectRepeatedCalls() throws {
    var wanted: [Sighting] = []
    func read() throws {
      try Recall(books: books, scope: scope).read(wanted) { event in
        event.providerRequestID.map { pass.callKey($0, tokens: event.tokens.sum) } ?? 0
      } receive: {
        try pass.suspect($0.requestID)
      }
      wanted.removeAll(keepingCapacity: true)
    }
    try pass.files.calls.forEachRepeated {
      wanted.append($0)
      if wanted.count == SecondPass.sightings { try read() }
    }
    try read()
  }

  private func settlePartitions() throws {
    var settlement = PartitionSettlement(pass)
    for partition in 0..<PartitionedFile.partitions {
      try settlement.settle(partition) { id in
        ids.append(id)
        if ids.count == SecondPass.batch { try judge() }
      }
      if settlement.unresolved.count >= SecondPass.sightings { try judge(&settlement.unresolved) }
    }
    try judge(&settlement.unresolved)
    try judge()
    tally.add(cleanRequests: settlement.cleanRequests)
    standing.settled = settlement.settledOnce
  }

  /// Requests of which only the digest is known.
  private func judge(_ unresolved: inout [Sighting]) throws {
    try Recall(books: books, scope: scope).read(unresolved) { event in
      pass.digest(request: event.requestID).high
    } receive: { event in
      if standing.resolved.insert(pass.digest(request: event.requestID)) {
        ids.append(event.requestID)
      }
    }
    unresolved.removeAll(keepingCapacity: true)
    while ids.count >= SecondPass.batch { try judge() }
  }

  /// Judges the requests that have come together.
  private func judge() throws {
    let batch = Array(ids.prefix(SecondPass.batch))
    ids.removeFirst(batch.count)
    guard !batch.isEmpty else { return }
    var table = try pulledRows(of: batch)
    var doubtful: [Subject] = []
    for id in batch {
      let subject = Subject.request(id)
      guard let rows = table.rows[subject] else { continue }
      if scope.mayBeLate(rows) {
        doubtful.append(subject)
        continue
      }
      let match = try matcher.match(subject, rows, calls: table.calls)
      if match.isDoubtful, tally.mayConcern(match) {
        doubtful.append(subject)
      } else {
        try add(match)
      }
    }
    try LookUp.rows(of: doubtful, in: books, into: &table)
    for subject in doubtful {
      try add(
        matcher.match(subject, table.rows[subject] ?? RequestRows(), calls: table.calls))
    }
  }

  private func add(_ match: RequestMatch) throws {
    let isBroken = try tally.add(match, exception)
    guard let id = match.subject.requestID else { return }
    standing.judged.insert(pass.digest(request: id), remark: isBroken)
    for event in match.candidates where event.eventID != match.charged?.eventID {
      standing.uncharged.insert(pass.digester.digest(event.eventID))
    }
  }

  /// The rows of the range, as an engine that reads everything has them; what the first pass has
  /// counted of them is taken out again.
  private func pulledRows(of requests: [String]) throws -> RowTable {
    var table = RowTable(asOf: pass.terms.asOf, zone: pass.terms.zone)
    var calls: Set<String> = []
    try books.usage(.requests(requests)) { row in
      guard scope.pulls(row) else { return }
      if case .row(let event) = row {
        if let call = event.providerRequestID { calls.insert(call) }
        if try pass.takeOut(event) { standing.takenOut += 1 }
      }
      table.add(row)
    }
    try books.usage(.providerRequests(calls.sorted())) { row in
      if scope.pulls(row) { table.note(row) }
    }
    let wanted = Set(requests)
    try books.entries(.requests(requests)) { row in
      guard scope.pulls(row) else { return }
      if case .row(let entry) = row {
        guard entry.kind.netsPerRequest, entry.requestID.map(wanted.contains) ?? true else {
          return
        }
      }
      table.add(row)
    }
    try LookUp.settle(&table, from: books)
    return table
  }

  // MARK: Calls that look alike

  private func addSuspectedDuplicates() throws {
    var wanted: [Sighting] = []
    try pass.files.alike.forEachPartition(within: window) { found in
      wanted += found
      if wanted.count >= SecondPass.batch { try addPairs(among: &wanted) }
    }
    try addPairs(among: &wanted)
  }

  private func addPairs(among wanted: inout [Sighting]) throws {
    var lookalikes = Lookalikes()
    var seen: Set<String> = []
    try Recall(books: books, scope: scope).read(wanted) { event in
      Likeness(
        pass.digester.word(event.tenant), tokens: event.tokens.sum, at: event.occurredAt,
        scope
      ).key(within: window)
    } receive: { event in
      let isCharged =
        event.isChargeCandidate && event.defect(asOf: pass.terms.asOf) == nil
        && !standing.uncharged.contains(pass.digester.digest(event.eventID))
      if isCharged, seen.insert(event.eventID).inserted { lookalikes.note(event) }
    }
    wanted.removeAll(keepingCapacity: true)
    for pair in lookalikes.pairs(within: window)
    where scope.contains(pair.later) {
      let digest = pass.digest(request: pair.later.requestID)
      let isNew = standing.suspected.insert(digest)
      let isBroken = standing.judged.isRemarked(digest) || !isNew
      try tally.add(pair, isBroken: isBroken, exception)
    }
  }

  // MARK: Groups

  private func addGroups() throws {
    guard pass.counted - standing.takenOut == standing.settled else {
      throw LostCount(
        counted: pass.counted, takenOut: standing.takenOut, settled: standing.settled)
    }
    var totals = try pass.groupTotals()
    try PolicyFaults(pass, books).find(in: &totals) { standing.judged.contains($0) }
    for (group, counted) in totals { try tally.add(counted, to: group) }
  }
}

/// What is known of requests once they have been read in full.
private struct RequestStanding: ~Copyable {
  /// Requests that were judged; remarked where broken.
  var judged = DigestSet()
  /// Requests that were read by the number of an event.
  var resolved = DigestSet()
  /// Requests that look like another; their sums stay as the first pass has them.
  var suspected = DigestSet()
  /// Charge candidates that are not charged: copies.
  var uncharged = DigestSet()
  /// Events that were taken out of their group's sums again.
  var takenOut = 0
  /// Requests of the range that one pair has settled.
  var settled = 0
}

/// The passes have counted an event twice, or not at all: an error of this program.
package struct LostCount: Error, Hashable, Sendable, CustomStringConvertible {
  let counted: Int
  let takenOut: Int
  let settled: Int

  package var description: String {
    """
    \(counted) plain events were counted and \(takenOut) of them read in full, which leaves other \
    than the \(settled) requests that were settled
    """
  }
}

extension Pulled<LedgerEntry> {
  fileprivate var entryID: String {
    switch self {
    case .row(let entry): entry.entryID
    case .setAside(let row): row.rowID
    }
  }
}
