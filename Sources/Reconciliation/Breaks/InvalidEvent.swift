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
        return finding(match.subject.text, match.setAside, match, book)
      case .request, .elsewhere, .suspectedDuplicate: return nil
      }
    })

  private static func finding(
    _ subject: String, _ rows: Spool<SetAsideRow>, _ match: RequestMatch?, _ book: Casebook
  ) -> Finding? {
    guard let row = rows.first else { return nil }
    let nowhere = GroupKey.wholeRun(book.terms)
    let place = GroupKey(
      tenant: row.tenant, deployment: row.deployment, currency: row.currency ?? nowhere.currency,
      period: row.period ?? nowhere.period)
    var told = Listing()
    for row in rows { told.add("\(row.relation.rawValue) \(row.rowID): \(row.problem)") }
    return Finding(
      subject: subject, place: match?.place(in: book.terms.zone) ?? place, requestID: row.requestID,
      events: rows.evidence(.usageEvent) + (match?.eventEvidence ?? Evidence()),
      entries: rows.evidence(.ledgerEntry) + (match?.entryEvidence ?? Evidence()),
      shares: match?.shares(in: .setAside).filter { match?.unseen.contains($0.group) == false }
        ?? [],
      explanation: "Set aside: \(told.joined(separator: "; ")).",
      occurredAt: row.relation == .usageEvent ? row.at : nil)
  }
}

extension GroupKey {
  /// Where breaks are shown that belong to no tenant: the run itself.
  static func wholeRun(_ terms: Terms) -> GroupKey {
    GroupKey(
      tenant: "", deployment: nil, currency: .none, period: terms.range.first.period)
  }
}

extension Spool<SetAsideRow> {
  fileprivate func evidence(_ relation: SetAsideRow.Relation) -> Evidence {
    let rows = lazy.filter { $0.relation == relation }
    return Evidence(
      firstIDs: rows.prefix(Evidence.idsListed).map(\.rowID),
      count: rows.reduce(0) { count, _ in count + 1 })
  }
}
