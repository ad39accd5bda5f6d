import Accounting
import Billing
import Reconciliation

/// What a run gets to see: the rows around its range, and all rows of the requests that do not come
/// out clean by those.
extension Oracle {
  struct Knowledge {
    var books: BookContents
    /// Requests that come out clean by the rows around the range…
    var looksClean: Set<String> = []
    /// …of which nothing is known but these events.
    var nearEventIDs: Set<String> = []
  }

  static func knowledge(of books: BookContents, under terms: Terms) throws -> Knowledge {
    var known = books
    known.usage = books.usage.filter { event in
      isAdmitted(event, terms) && (isNear(event.occurredAt, terms) || isReadLate(event, terms))
    }
    known.entries = books.entries.filter { entry in
      terms.places.admits(tenant: entry.tenant, deployment: entry.deployment)
        && ([entry.period, entry.serviceMonth].contains(where: terms.range.covers)
          || entry.postedAt >= entriesFrom(terms))
    }
    known.setAside = books.setAside.filter { isRead($0, terms) }
    known.invoiceLines?.removeAll { !terms.range.periods.contains($0.period) }

    let nearEventIDs = Set(known.usage.map(\.eventID))
    var looksClean: Set<String> = []
    // With all rows at hand, only to follow each entry to its request.
    let all = try Oracle(knowing: Knowledge(books: books), under: terms)
    let first = try Oracle(knowing: Knowledge(books: known), under: terms)
    for file in first.allFiles() {
      let outcome = try first.outcome(of: file)
      let isToldOnce = file.events.count < 2 && file.setAside.isEmpty
      let isClean =
        outcome.isClean && isToldOnce && !first.isSuspected(file)
        && (outcome.charged != nil || file.entries.isEmpty && file.candidates.isEmpty)
      if isClean, let request = file.requestID {
        looksClean.insert(request)
        continue
      }
      let request = file.requestID ?? all.request(ofLone: file)
      let calls = books.usage.filter { $0.requestID == request }.compactMap(\.providerRequestID)
      known.usage += books.usage.filter { event in
        event.requestID == request || event.providerRequestID.map(calls.contains) ?? false
      }
      known.entries += books.entries.filter { entry in
        if let request { return all.belonging(of: entry) == .request(request) }
        return all.belonging(of: entry) == .lone(file.loneEntryID ?? "")
      }
      known.setAside += books.setAside.filter { $0.requestID != nil && $0.requestID == request }
    }
    known.usage = Array(Set(known.usage))
    known.entries = Array(Set(known.entries))
    known.setAside = Array(Set(known.setAside))
    let months = try Oracle(
      knowing: Knowledge(books: known, looksClean: looksClean, nearEventIDs: nearEventIDs),
      under: terms
    ).monthsOfInterest()
    known.periodCharges?.removeAll { !months.contains($0.period) }
    return Knowledge(books: known, looksClean: looksClean, nearEventIDs: nearEventIDs)
  }

  /// The request that a reversal without one turns out to belong to.
  private func request(ofLone file: RequestFile) -> String? {
    let entry = entries.first { $0.entryID == file.loneEntryID }
    guard let entry, case .request(let request) = belonging(of: entry) else { return nil }
    return request
  }

  /// Where what the run judges begins: no later than where the run before left off.
  static func start(_ terms: Terms) -> Instant {
    let start = terms.instants.lowerBound
    guard let since = terms.lateSince else { return start }
    return since.judgedTo < start ? since.judgedTo : start
  }

  private static func dayBefore(_ terms: Terms) -> Instant {
    start(terms).adding(seconds: -86_400)
  }

  private static func isNear(_ instant: Instant, _ terms: Terms) -> Bool {
    dayBefore(terms) <= instant && instant < terms.instants.upperBound.adding(seconds: 86_400)
  }

  /// Events that arrived since the watermark, or may have been in transit then.
  private static func isReadLate(_ event: UsageEvent, _ terms: Terms) -> Bool {
    guard let since = terms.lateSince, event.occurredAt < start(terms) else { return false }
    return event.recordedAt >= since.recordedAt || event.recordedAt >= since.settledAt
  }

  private static func entriesFrom(_ terms: Terms) -> Instant {
    guard let since = terms.lateSince else { return dayBefore(terms) }
    return since.postedAt < dayBefore(terms) ? since.postedAt : dayBefore(terms)
  }

  private static func isAdmitted(_ event: UsageEvent, _ terms: Terms) -> Bool {
    terms.places.admits(tenant: event.tenant, deployment: event.deployment)
  }

  private static func isRead(_ row: SetAsideRow, _ terms: Terms) -> Bool {
    guard row.relation == .usageEvent || row.relation == .ledgerEntry else { return true }
    guard terms.places.admits(tenant: row.tenant, deployment: row.deployment) else { return false }
    if let since = terms.lateSince, let at = row.at, let arrivedAt = row.arrivedAt,
      at < start(terms), arrivedAt >= since.recordedAt || arrivedAt >= since.settledAt
    {
      return true
    }
    let isInMonth = row.period.map(terms.range.touches) ?? true
    if row.relation == .usageEvent { return row.at.map { isNear($0, terms) } ?? isInMonth }
    return (row.period.map(terms.range.covers) ?? true)
      || row.at.map { $0 >= entriesFrom(terms) } ?? isInMonth
  }
}
