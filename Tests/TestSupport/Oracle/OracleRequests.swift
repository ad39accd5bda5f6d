import Accounting
import Billing
import Reconciliation

/// All rows of one request.
struct RequestFile {
  /// `nil` for an entry that names neither a request nor an entry: a request of its own.
  var requestID: String?
  /// The entry itself, where there is no request id.
  var loneEntryID: String?
  /// In recording order.
  var events: [UsageEvent] = []
  /// In posting order.
  var entries: [LedgerEntry] = []
  var setAside: [SetAsideRow] = []

  /// What a report calls it: the request, or the first entry of what has none.
  var subject: String { requestID ?? entries.first?.entryID ?? "" }
  /// The first of these stands.
  var candidates: [UsageEvent] { events.filter(\.isChargeCandidate) }
}

/// What an entry belongs to.
enum Belonging: Equatable {
  case request(String)
  case lone(String)
  /// The group as a whole, as an entry of this kind.
  case group(EntryKind)
}

extension Oracle {
  func belonging(of entry: LedgerEntry, after seen: [String] = []) -> Belonging {
    if !entry.kind.netsPerRequest { return .group(entry.kind) }
    if let request = entry.requestID { return .request(request) }
    guard let target = entry.reversesEntryID, !seen.contains(target) else {
      return .lone(entry.entryID)
    }
    if let reversed = entries.first(where: { $0.entryID == target }) {
      return belonging(of: reversed, after: seen + [entry.entryID])
    }
    let bad = setAside.first { $0.relation == .ledgerEntry && $0.rowID == target }
    if let request = bad?.requestID { return .request(request) }
    return .lone(entry.entryID)
  }

  /// Every request, each with all its rows, wherever they lie.
  func allFiles() -> [RequestFile] {
    var files: [RequestFile] = []
    var named = events.map(\.requestID) + setAside.compactMap(\.requestID)
    var lone: [String] = []
    for belonging in belongings {
      if case .request(let id) = belonging { named.append(id) }
      if case .lone(let id) = belonging { lone.append(id) }
    }
    for id in Set(named).sorted() {
      files.append(
        RequestFile(
          requestID: id, events: knownEvents(of: id),
          entries: entries(of: .request(id)), setAside: setAside.filter { $0.requestID == id }))
    }
    for id in Set(lone).sorted() {
      files.append(RequestFile(loneEntryID: id, entries: entries(of: .lone(id))))
    }
    return files
  }

  private func knownEvents(of request: String) -> [UsageEvent] {
    events.filter { event in
      event.requestID == request
        && (!knowledge.looksClean.contains(request)
          || knowledge.nearEventIDs.contains(event.eventID))
    }
  }

  private func entries(of owner: Belonging) -> [LedgerEntry] {
    zip(entries, belongings).filter { $0.1 == owner }.map(\.0)
  }

  /// Whether the run looks at a request: it counts in one of the groups in scope.
  func isExamined(_ file: RequestFile) -> Bool {
    file.setAside.contains(where: isListed)
      || places(of: file).contains { isInScope($0) && counts(file, in: $0) }
  }

  /// Where a request left anything.
  func places(of file: RequestFile) -> [GroupKey] {
    let told = chargedEvent(of: file) ?? file.events.first
    return file.entries.map { GroupKey(of: $0) }
      + [told].compactMap { $0 }.map { GroupKey(of: $0, in: terms.zone) }
  }

  /// Whether a request belongs to the population of a group. Of a month that the range covers in
  /// part, both books are looked at for what happened in the range.
  func counts(_ file: RequestFile, in place: GroupKey) -> Bool {
    if isWhole(place) { return true }
    if let event = chargedEvent(of: file) ?? file.events.first {
      return range.contains(event.occurredAt) || arrivedLate(file)
    }
    let told = file.setAside.filter { $0.relation == .usageEvent }.compactMap(\.at)
    if let earliest = told.min() { return range.contains(earliest) || arrivedLate(file) }
    return file.entries.contains {
      GroupKey(of: $0) == place && wasPostedInTime($0)
    }
  }

  /// Whether a place and month are among those the run is about.
  func isInScope(_ place: GroupKey) -> Bool {
    isInMonths(place.period)
      && terms.places.admits(tenant: place.tenant, deployment: place.deployment)
  }

  func isInRange(_ event: UsageEvent) -> Bool {
    range.contains(event.occurredAt) && isInScope(GroupKey(of: event, in: terms.zone))
  }

  /// Whether a set-aside row is part of what a run over the range tells of.
  func isListed(_ row: SetAsideRow) -> Bool {
    guard terms.places.admits(tenant: row.tenant, deployment: row.deployment) else { return false }
    if row.relation == .ledgerEntry, row.period.map(terms.range.covers) == true { return true }
    if let at = row.at {
      let isLate = at < range.lowerBound && Oracle.isNew(row, terms)
      return range.contains(at) || isLate && row.period.map(isInMonths) ?? true
    }
    return row.period.map { terms.range.touches($0) } ?? true
  }

  /// The event that is charged, if any: the first of its request and of its provider call.
  func chargedEvent(of file: RequestFile) -> UsageEvent? {
    guard let first = file.candidates.first, !isProviderCopy(first) else { return nil }
    return first
  }

  /// Whether an earlier candidate tells of the same provider call with the same tokens.
  func isProviderCopy(_ event: UsageEvent) -> Bool {
    guard let call = event.providerRequestID else { return false }
    let known =
      knowledge.looksClean.contains(event.requestID)
      ? events.filter { knowledge.nearEventIDs.contains($0.eventID) } : events
    let sameCall = known.filter {
      $0.isChargeCandidate && $0.providerRequestID == call && $0.tokens == event.tokens
        && $0.quantity == event.quantity && $0.unit == event.unit
    }
    return sameCall.first?.eventID != event.eventID
  }

  func home(of file: RequestFile) -> GroupKey? {
    chargedEvent(of: file).map { GroupKey(of: $0, in: terms.zone) }
  }

  /// The group that a break of the request is listed under.
  func listedGroup(of file: RequestFile) -> GroupKey? {
    let group =
      home(of: file) ?? file.entries.first.map { GroupKey(of: $0) }
      ?? file.events.first.map { GroupKey(of: $0, in: terms.zone) }
    return group.map(pooled)
  }
}
