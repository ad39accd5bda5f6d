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
  private let scratch: Scratch
  private let rowsTogether: Int
  private let exception: (ExceptionItem) throws -> Void
  private var tally: MatchTally
  private var standing = RequestStanding()
  private var ids: [String] = []

  init(
    _ pass: FirstPass, of books: any BookSource, policies: PolicyBook?, matcher: RequestMatcher,
    scratch: Scratch, rowsTogether: Int, exception: @escaping (ExceptionItem) throws -> Void
  ) {
    self.pass = pass
    self.books = books
    self.matcher = matcher
    self.scratch = scratch
    self.rowsTogether = rowsTogether
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
    let loose = LooseEntries(pass: pass, books: books, matcher: matcher)
    let roots = try loose.place(in: scratch) { groupEntries, setAside in
      for entry in groupEntries { try tally.add(entry) }
      try tally.add(setAside: setAside, exception)
    }
    try loose.match(
      roots, mayConcern: { tally.mayConcern($0) }, take: { try tally.add($0, exception) })
  }

  private func listNamelessEvents() throws {
    guard pass.hasNamelessEvents else { return }
    var rows = SpoolSorter<SetAsideRow>(in: scratch, by: SetAsideRow.inOrder)
    for selection in scope.allUsage {
      try books.usage(.nameless(selection)) { row in
        if case .setAside(let setAside) = row, setAside.requestID == nil, scope.pulls(row) {
          try rows.append(setAside)
        }
      }
    }
    for row in try rows.finish().withoutRepeats(in: scratch) {
      try tally.add(setAside: [row], exception)
    }
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
    let ordered = unresolved.sorted { $0.number < $1.number }
    unresolved.removeAll(keepingCapacity: true)
    for start in stride(from: 0, to: ordered.count, by: Recall.batch) {
      let part = Array(ordered[start..<min(start + Recall.batch, ordered.count)])
      try Recall(books: books, scope: scope).read(part) { event in
        pass.digest(request: event.requestID).high
      } receive: { event in
        if standing.resolved.insert(pass.digest(request: event.requestID)) {
          ids.append(event.requestID)
        }
      }
      while ids.count >= SecondPass.batch { try judge() }
    }
  }

  /// Judges the requests that have come together.
  private func judge() throws {
    let batch = Array(ids.prefix(SecondPass.batch))
    ids.removeFirst(batch.count)
    if !batch.isEmpty { try judge(batch) }
  }

  private func judge(_ batch: [String]) throws {
    var budget = RowBudget(limit: rowsTogether)
    let table = try pulledRows(of: batch, &budget)
    guard !budget.isExceeded else {
      return try inParts(batch, budget, judge, alone: judgeGiant)
    }
    var doubtful: [String] = []
    for id in batch {
      let subject = Subject.request(id)
      guard let rows = table.rows[subject] else { continue }
      for event in rows.events { try takeOut(event) }
      if let match = try tally.match(subject, rows, calls: table.calls, by: matcher) {
        try add(match)
      } else {
        doubtful.append(id)
      }
    }
    try judgeInFull(doubtful, table)
  }

  /// Judges requests by all their rows, wherever these were booked.
  private func judgeInFull(_ doubtful: [String], _ known: RowTable? = nil) throws {
    var table = known ?? RowTable(asOf: pass.terms.asOf, zone: pass.terms.zone)
    var budget = RowBudget(limit: rowsTogether)
    try LookUp.rows(of: doubtful.map(Subject.request), in: books, into: &table) {
      budget.admits($0)
    }
    guard !budget.isExceeded else {
      return try inParts(doubtful, budget, { try judgeInFull($0) }, alone: judgeGiantInFull)
    }
    for id in doubtful {
      let rows = table.rows[.request(id)] ?? RequestRows()
      try add(matcher.match(.request(id), rows, calls: table.calls))
    }
  }

  /// Does in parts what cannot be done together.
  private func inParts(
    _ batch: [String], _ budget: RowBudget, _ some: ([String]) throws -> Void,
    alone: (String) throws -> Void
  ) throws {
    guard batch.count > 1 else { return try batch.forEach(alone) }
    for part in budget.parts(of: batch) {
      if part.count == 1, budget.isExceeded(by: part[0]) {
        try alone(part[0])
      } else {
        try some(part)
      }
    }
  }

  private func judgeGiant(_ id: String) throws {
    let giant = GiantRequest(id: id, books: books, terms: pass.terms, scratch: scratch)
    let rows = try giant.rows(where: .pulled(by: scope)) { try takeOut($0) }
    if !scope.mayBeLate(rows) {
      let match = try matcher.match(.request(id), rows) {
        try giant.original(of: $0, where: .pulled(by: scope))
      }
      if !(match.isDoubtful && tally.mayConcern(match)) { return try add(match) }
    }
    try judgeGiantInFull(id)
  }

  private func judgeGiantInFull(_ id: String) throws {
    let giant = GiantRequest(id: id, books: books, terms: pass.terms, scratch: scratch)
    let rows = try giant.rows(where: .all)
    try add(matcher.match(.request(id), rows) { try giant.original(of: $0, where: .all) })
  }

  private func add(_ match: RequestMatch) throws {
    let isBroken = try tally.add(match, exception)
    guard let id = match.subject.requestID else { return }
    standing.judged.insert(
      pass.digest(request: id), charged: match.charged.map { pass.digester.digest($0.eventID) },
      isBroken: isBroken)
  }

  /// What the first pass has counted of a request that is judged here is taken out of the sums again.
  private func takeOut(_ event: UsageEvent) throws {
    if try pass.takeOut(event) { standing.takenOut += 1 }
  }

  /// The rows of the range, as an engine that reads everything has them, as far as they fit.
  private func pulledRows(of requests: [String], _ budget: inout RowBudget) throws -> RowTable {
    var table = RowTable(asOf: pass.terms.asOf, zone: pass.terms.zone)
    var calls: Set<String> = []
    try books.usage(.requests(requests)) { row in
      guard scope.pulls(row), budget.admits(row.requestID) else { return }
      if case .row(let event) = row, let call = event.providerRequestID { calls.insert(call) }
      table.add(row)
    }
    let wanted = Set(requests)
    try books.entries(.requests(requests)) { row in
      guard scope.pulls(row), budget.admits(row.requestID) else { return }
      if case .row(let entry) = row {
        guard entry.kind.netsPerRequest, entry.requestID.map(wanted.contains) ?? true else {
          return
        }
      }
      table.add(row)
    }
    guard !budget.isExceeded else { return table }
    try books.usage(.providerRequests(calls.sorted())) { row in
      if scope.pulls(row) { table.note(row) }
    }
    try LookUp.settle(&table, from: books)
    return table
  }

  // MARK: Calls that look alike

  private func addSuspectedDuplicates() throws {
    var lookalikes = SpooledLookalikes(in: scratch)
    var wanted: [Sighting] = []
    try pass.files.alike.forEachAlike(within: window) { sighting in
      wanted.append(sighting)
      if wanted.count == SecondPass.sightings { try note(&wanted, in: &lookalikes) }
    }
    try note(&wanted, in: &lookalikes)
    try lookalikes.forEachPair(within: window) { pair in
      guard scope.contains(pair.later) else { return }
      let digest = pass.digest(request: pair.later.requestID)
      let isNew = standing.suspected.insert(digest)
      let isBroken = standing.judged.isBroken(digest) || !isNew
      try tally.add(pair, isBroken: isBroken, exception)
    }
  }

  private func note(
    _ wanted: inout [Sighting], in lookalikes: inout SpooledLookalikes
  ) throws {
    try Recall(books: books, scope: scope).read(wanted) { event in
      Likeness(
        pass.digester.word(event.tenant), tokens: event.tokens.sum, at: event.occurredAt,
        scope
      ).key(within: window)
    } receive: { event in
      guard event.isChargeCandidate, event.defect(asOf: pass.terms.asOf) == nil,
        standing.judged.charges(
          pass.digester.digest(event.eventID), of: pass.digest(request: event.requestID))
      else { return }
      try lookalikes.note(event)
    }
    wanted.removeAll(keepingCapacity: true)
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
  var judged = JudgedRequests()
  /// Requests that were read by the number of an event.
  var resolved = DigestSet()
  /// Requests that look like another; their sums stay as the first pass has them.
  var suspected = DigestSet()
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
