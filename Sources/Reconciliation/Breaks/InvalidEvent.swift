import Accounting

extension BreakRule {
  static let invalidEvent = BreakRule(
    code: .invalidEvent, severity: .error,
    meaning: "A row cannot be judged: it is set aside, and its group is incomplete.",
    remedy: "none: mend the row at its source; its group gets no automatic correction until then",
    disposition: .report,
    judge: .exception { item, book in
      switch item {
      case .setAside(let row):
        return finding("\(row.relation.rawValue) \(row.rowID)", [row], nil, book)
      case .request(let match) where !match.setAside.isEmpty:
        let rows = match.setAside.sorted { ($0.relation, $0.rowID) < ($1.relation, $1.rowID) }
        return finding(match.subject.text, rows, match, book)
      case .request, .suspectedDuplicate: return nil
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
        .joined(separator: "; ") + ".",
      occurredAt: match?.occurredAt ?? row.at)
  }
}

extension GroupKey {
  /// Where breaks are shown that belong to no tenant: the run itself.
  static func wholeRun(_ terms: Terms) -> GroupKey {
    GroupKey(
      tenant: "", deployment: nil, currency: .none, period: terms.range.first.period)
  }
}
