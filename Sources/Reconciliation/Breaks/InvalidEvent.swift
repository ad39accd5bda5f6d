import Accounting

extension BreakRule {
  static let invalidEvent = BreakRule(
    code: .invalidEvent, severity: .error,
    meaning: "A row cannot be judged: it is set aside, and its group is incomplete.",
    remedy: "none: mend the row at its source; its group gets no automatic correction until then",
    disposition: .report,
    judge: .pull { matching, book in
      let requests = Dictionary(
        matching.requests.map { ($0.subject, $0) }, uniquingKeysWith: { first, _ in first })
      let bySubject = Dictionary(grouping: matching.setAside) { row in
        row.requestID.map { Subject.request($0).text } ?? "\(row.relation.rawValue) \(row.rowID)"
      }
      return bySubject.keys.sorted().compactMap { subject in
        let rows = bySubject[subject] ?? []
        let match = rows.first?.requestID.flatMap { requests[.request($0)] }
        return finding(subject, rows, match, book)
      }
    })

  private static func finding(
    _ subject: String, _ rows: [SetAsideRow], _ match: RequestMatch?, _ book: Casebook
  ) -> Finding? {
    guard let row = rows.first else { return nil }
    let nowhere = GroupKey.wholeRun(book.terms)
    let place = GroupKey(
      tenant: row.tenant, deployment: row.deployment, currency: row.currency ?? nowhere.currency,
      period: row.period ?? nowhere.period)
    let ofEvents = rows.filter { $0.relation == .usageEvent }.map(\.rowID)
    let ofEntries = rows.filter { $0.relation == .ledgerEntry }.map(\.rowID)
    return Finding(
      subject: subject, place: match?.place(in: book.terms.zone) ?? place, requestID: row.requestID,
      eventIDs: ofEvents + (match?.eventIDs ?? []), entryIDs: ofEntries + (match?.entryIDs ?? []),
      shares: match?.shares(in: .setAside).filter { match?.unseen.contains($0.group) == false }
        ?? [],
      explanation: "Set aside: "
        + rows.map { "\($0.relation.rawValue) \($0.rowID): \($0.problem)" }
        .joined(separator: "; ") + ".")
  }
}

extension GroupKey {
  /// Where breaks are shown that belong to no tenant: the run itself.
  static func wholeRun(_ terms: Terms) -> GroupKey {
    GroupKey(
      tenant: "", deployment: nil, currency: .none, period: terms.range.first.period)
  }
}
