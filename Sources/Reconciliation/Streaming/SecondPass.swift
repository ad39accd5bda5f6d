import Accounting
import Billing

/// Reads in full what the first pass could not settle, and judges it as every engine does: first by
/// the rows of the range, then, where these do not suffice, by all rows there are.
final class SecondPass {
  /// Requests that are read together; as many again are judged meanwhile.
  static let batch = 500

  private let books: any BookSource
  private let pass: FirstPass
  private let matcher: RequestMatcher
  private let scratch: Scratch
  private let rowsTogether: Int
  private let exception: (ExceptionItem) throws -> Void
  private var tally: MatchTally
  private let judged: JudgedRequests
  private var standing = Standings()
  /// Requests to be read in full, next: hardly more than a batch and what one partition adds.
  private var ids: [String] = []
  private var partitionsSettled = 0
  /// Events of requests to be read in full that are known by digest only.
  private var unresolved: SpoolSorter<Sighting>
  /// The batch that was read last, to be judged while the next is read.
  private var pulled: PulledRequests?
  private var settlement: PartitionSettlement
  /// Events of provider calls that were seen more than once.
  private var repeatedCalls: Spool<Sighting> = []
  private var suspectedDuplicates: SuspectedDuplicates

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
    judged = JudgedRequests(in: scratch)
    settlement = PartitionSettlement(pass)
    suspectedDuplicates = SuspectedDuplicates(books: books, pass: pass, scratch: scratch)
    unresolved = Sighting.sorter(in: scratch)
  }

  private var scope: Scope { pass.scope }
  private var recall: Recall { Recall(books: books, pass: pass) }

  /// What takes the first pass's own files and no books: to be done before the matching.
  func prepare() throws {
    try sideBySide([pairUp, findRepeatedCalls, { try self.suspectedDuplicates.find() }])
  }

  private func pairUp() throws {
    for partition in 0..<PartitionedFile.partitions { try settlement.pairUp(partition) }
    pass.files.waiting.close()
  }

  private func findRepeatedCalls() throws {
    var repeated = Sighting.sorter(in: scratch)
    try pass.files.calls.forEachRepeated { try repeated.append($0) }
    repeatedCalls = try repeated.finish()
    pass.files.calls.close()
  }

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
    pass.files.loose.close()
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
    try recall.read(repeatedCalls) { event in
      guard event.providerRequestID.count > 0 else { return nil }
      return pass.digester.callKey(event.providerRequestID, tokens: event.tokens)
    } receive: {
      try pass.suspect($0.requestID)
    }
    repeatedCalls = []
  }

  private func settlePartitions() throws {
    try settleOn()
    while !ids.isEmpty { try judge() }
    try judge(unresolved: unresolved.finish())
    try judgeLast()
    pass.files.closeSettled()
    tally.add(cleanRequests: settlement.counts.clean)
    standing.settled = settlement.counts.settledOnce
  }

  /// Settles partitions until enough requests have come together to be read, or none is left.
  private func settleOn() throws {
    while ids.count < SecondPass.batch, partitionsSettled < PartitionedFile.partitions {
      try settlement.settle(partitionsSettled) {
        ids.append($0)
      } unresolved: {
        try unresolved.append($0)
      }
      partitionsSettled += 1
    }
  }

  /// Judges requests of which only the digest is known: each has one sighting.
  private func judge(unresolved: Spool<Sighting>) throws {
    try recall.forEachRequest(of: unresolved, in: scratch) {
      pass.digester.digest($0.requestID).high
    } body: {
      try judge($0)
    }
  }

  /// Judges a batch of the requests that have come together.
  private func judge() throws {
    try judge(nextBatch())
  }

  private func nextBatch() -> [String] {
    var batch: [String] = []
    // Ids of which Unicode takes two for one are judged one after the other.
    var known: Set<String> = []
    var later: [String] = []
    for id in ids.prefix(SecondPass.batch) {
      if known.insert(id).inserted { batch.append(id) } else { later.append(id) }
    }
    ids.replaceSubrange(..<(batch.count + later.count), with: later)
    return batch
  }

  /// Reads a batch of requests; meanwhile judges the one that was read before, and settles what
  /// makes up the next.
  private func judge(_ batch: [String]) throws {
    var budget = RowBudget(limit: rowsTogether)
    var pulled = PulledRequests(of: batch, terms: pass.terms)
    var doubtful = PulledRequests.Doubtful()
    try sideBySide([
      { try pulled.read(from: self.books, of: self.scope, &budget) },
      {
        doubtful = try self.judgePulled()
        try self.settleOn()
      },
    ])
    try judgeInFull(doubtful.requests, doubtful.table)
    guard !budget.isExceeded else {
      return try inParts(batch, budget, judge, alone: judgeGiant)
    }
    self.pulled = pulled
  }

  private func judgeLast() throws {
    let doubtful = try judgePulled()
    try judgeInFull(doubtful.requests, doubtful.table)
  }

  /// Judges the batch that has been read, without the books.
  /// - Returns: what takes all its rows to judge, and has some that were not read.
  private func judgePulled() throws -> PulledRequests.Doubtful {
    var doubtful = PulledRequests.Doubtful()
    guard let pulled else { return doubtful }
    self.pulled = nil
    let allCalls = pulled.allCalls
    for id in pulled.requests {
      let subject = Subject.request(id)
      guard let rows = pulled.table.rows[subject] else { continue }
      for event in rows.events { try takeOut(event) }
      if let match = try tally.match(subject, rows, calls: pulled.table.calls, by: matcher) {
        try add(match)
      } else if pulled.isAll(of: id) {
        try add(matcher.match(subject, rows, calls: allCalls))
      } else {
        doubtful.requests.append(id)
      }
    }
    if !doubtful.requests.isEmpty { doubtful.table = pulled.table }
    return doubtful
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
    try judged.append(
      pass.digest(request: id), charged: match.charged.map { pass.digester.digest($0.eventID) },
      isBroken: isBroken)
  }

  /// What the first pass has counted of a request that is judged here is taken out of the sums again.
  private func takeOut(_ event: UsageEvent) throws {
    if try pass.takeOut(event) { standing.takenOut += 1 }
  }

  private func addSuspectedDuplicates() throws {
    try suspectedDuplicates.forEachPair(among: judged) { pair, isBroken in
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
    try PolicyFaults(pass, books, judged, in: scratch).find(in: &totals)
    for (group, counted) in totals { try tally.add(counted, to: group) }
  }
}

/// What has to add up once all is judged.
private struct Standings {
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
