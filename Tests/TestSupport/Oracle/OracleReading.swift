import Accounting
import Billing
import Reconciliation

/// What a run gets to see: the rows around its range, and all rows of the requests that do not come
/// out clean by those.
extension Oracle {
  static func known(of books: BookContents, under terms: Terms) throws -> BookContents {
    var known = books
    known.usage = books.usage.filter { isNear($0.occurredAt, terms) && isAdmitted($0, terms) }
    known.entries = books.entries.filter { entry in
      terms.places.admits(tenant: entry.tenant, deployment: entry.deployment)
        && ([entry.period, entry.serviceMonth].contains(where: terms.range.covers)
          || entry.postedAt >= start(terms))
    }
    known.setAside = books.setAside.filter { isRead($0, terms) }

    // With all rows at hand, only to follow each entry to its request.
    let all = try Oracle(knowing: books, under: terms)
    let first = try Oracle(knowing: known, under: terms)
    for file in first.allFiles() {
      let isLoose = try file.requestID == nil || !first.outcome(of: file).isClean
      guard isLoose || !file.setAside.isEmpty else { continue }
      let request = file.requestID ?? all.request(ofLone: file)
      let calls = books.usage.filter { $0.requestID == request }.compactMap(\.providerRequestID)
      known.usage += books.usage.filter { event in
        event.requestID == request || event.providerRequestID.map(calls.contains) ?? false
      }
      known.entries += books.entries.filter { entry in
        if let request { return all.belonging(of: entry) == .request(request) }
        return all.belonging(of: entry) == .lone(file.subject)
      }
      known.setAside += books.setAside.filter { $0.requestID != nil && $0.requestID == request }
    }
    known.usage = Array(Set(known.usage))
    known.entries = Array(Set(known.entries))
    known.setAside = Array(Set(known.setAside))
    return known
  }

  /// The request that a reversal without one turns out to belong to.
  private func request(ofLone file: RequestFile) -> String? {
    let entry = entries.first { $0.entryID == file.loneEntryID }
    guard let entry, case .request(let request) = belonging(of: entry) else { return nil }
    return request
  }

  private static func start(_ terms: Terms) -> Instant {
    terms.instants.lowerBound.adding(seconds: -86_400)
  }

  private static func isNear(_ instant: Instant, _ terms: Terms) -> Bool {
    start(terms) <= instant && instant < terms.instants.upperBound.adding(seconds: 86_400)
  }

  private static func isAdmitted(_ event: UsageEvent, _ terms: Terms) -> Bool {
    terms.places.admits(tenant: event.tenant, deployment: event.deployment)
  }

  private static func isRead(_ row: SetAsideRow, _ terms: Terms) -> Bool {
    guard row.relation == .usageEvent || row.relation == .ledgerEntry else { return true }
    guard terms.places.admits(tenant: row.tenant, deployment: row.deployment) else { return false }
    let isInMonth = row.period.map(terms.range.touches) ?? true
    if row.relation == .usageEvent { return row.at.map { isNear($0, terms) } ?? isInMonth }
    return (row.period.map(terms.range.covers) ?? true)
      || row.at.map { $0 >= start(terms) } ?? isInMonth
  }
}
