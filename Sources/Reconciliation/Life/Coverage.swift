import Accounting

/// Which of the breaks that stand a run has looked at again, so that not finding one says that it
/// is gone.
package struct Coverage: Sendable {
  package enum Look: Hashable, Sendable {
    case looked
    /// Only if a row of it arrived since the run before.
    case ifArrived
    case notLooked
  }

  private let terms: Terms
  private let scope: Scope
  private let register: Register
  private let unexamined: Set<String>

  package init(_ terms: Terms, _ controls: Controls) {
    self.terms = terms
    scope = Scope(terms)
    register = Register(dispositions: terms.dispositions)
    // A check that is missing for one group of a month is taken for missing in all of them.
    unexamined = Set(controls.notExamined.filter { !$0.isOfPart }.map(\.check))
  }

  package func look(at record: BreakRecord) -> Look {
    guard register.examines(record.code), scope.touches(record.group) else { return .notLooked }
    if scope.isWhole(record.group.period) {
      return unexamined.contains(record.code.rawValue) ? .notLooked : .looked
    }
    if record.code.isOfGroup { return lookAtGroup(record) }
    if let at = record.occurredAt, scope.window.contains(at) { return .looked }
    // Look-alikes are judged of calls of the window alone.
    guard scope.lateness != nil, record.code != .suspectedDuplicate else { return .notLooked }
    return .ifArrived
  }

  /// A month judged in part says nothing of its groups as wholes, but for the policies of its
  /// events, once all that has occurred so far is covered.
  private func lookAtGroup(_ record: BreakRecord) -> Look {
    guard record.code == .policyGap || record.code == .policyOverlap else { return .notLooked }
    let month = DayRange(record.group.period).instants(in: terms.zone)
    let isCovered =
      scope.window.lowerBound <= month.lowerBound
      && scope.window.upperBound >= min(month.upperBound, terms.asOf)
    return isCovered ? .looked : .notLooked
  }
}

extension BreakCode {
  /// Whether it is judged of a group as a whole.
  var isOfGroup: Bool {
    guard let rule = Register.rules.first(where: { $0.code == self }) else { return false }
    return switch rule.judge {
    case .group, .invoice, .pull: true
    case .exception, .request, .audit: false
    }
  }
}

/// Which breaks got a row since the run before: what a run that begins where the last one ended
/// has judged again. Asked for a batch of breaks at once.
package struct Arrivals {
  private let books: any BookSource
  private let since: Watermark

  /// - Returns: `nil` where no earlier run tells what was seen before.
  package init?(of books: any BookSource, under terms: Terms) {
    guard let since = terms.lateSince else { return nil }
    self.books = books
    self.since = since
  }

  /// - Returns: the ids of the breaks.
  package func arrived(_ records: [BreakRecord]) throws -> Set<String> {
    let requests = Set(records.compactMap(\.requestID)).sorted()
    let entries = Set(records.compactMap(\.entryID)).sorted()
    var touched: Set<Subject> = []
    if !requests.isEmpty {
      try books.usage(.requests(requests)) { pulled in
        let (id, arrivedAt) =
          switch pulled {
          case .row(let event): (event.requestID, Instant?.some(event.recordedAt))
          case .setAside(let row): (row.requestID ?? "", row.arrivedAt)
          }
        if let arrivedAt, arrivedAt >= since.recordedAt { touched.insert(.request(id)) }
      }
      touched.formUnion(try newEntries(.requests(requests)))
    }
    if !entries.isEmpty { touched.formUnion(try newEntries(.entryIDs(entries))) }
    return Set(
      records.filter { record in
        record.requestID.map { touched.contains(.request($0)) } ?? false
          || record.entryID.map { touched.contains(.entry($0)) } ?? false
      }.map(\.id))
  }

  /// What the new entries are about: the request they name, or what they reverse.
  private func newEntries(_ selection: EntrySelection) throws -> Set<Subject> {
    var entries: [LedgerEntry] = []
    var new: Set<Subject> = []
    try books.entries(selection) { pulled in
      switch pulled {
      case .row(let entry): entries.append(entry)
      case .setAside(let row):
        if let at = row.at, at >= since.postedAt, let id = row.requestID {
          new.insert(.request(id))
        }
      }
    }
    let byID = Dictionary(entries.map { ($0.entryID, $0) }) { first, _ in first }
    for entry in entries where entry.postedAt >= since.postedAt {
      var subject = entry
      var passed: Set<String> = []
      while subject.requestID == nil, let id = subject.reversesEntryID,
        passed.insert(id).inserted, let reversed = byID[id]
      {
        subject = reversed
      }
      new.insert(subject.requestID.map(Subject.request) ?? .entry(subject.entryID))
    }
    return new
  }
}
