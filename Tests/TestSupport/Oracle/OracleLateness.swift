import Accounting
import Billing
import Reconciliation

/// What occurred before a run's range and arrived since the watermark of the run before.
extension Oracle {
  /// Whether a request whose rows are known in part only might have arrived late: then all its
  /// rows are looked up.
  func isSuspected(_ file: RequestFile) -> Bool {
    let occurredBefore = file.events.contains { $0.occurredAt < range.lowerBound }
    return file.events.contains { $0.occurredAt < range.lowerBound && isNew($0) }
      || file.setAside.contains { Oracle.isNew($0, terms) }
      || file.entries.contains(where: isNew) && (file.events.isEmpty || occurredBefore)
  }

  /// Whether a request of before the range is this run's, as a row of it came late or it was in
  /// transit at the last run and still is not billed.
  func arrivedLate(_ file: RequestFile) -> Bool {
    guard let since = terms.lateSince else { return false }
    let charged = chargedEvent(of: file)
    let told = file.setAside.filter { $0.relation == .usageEvent }.compactMap(\.at).min()
    guard let occurredAt = (charged ?? file.events.first)?.occurredAt ?? told,
      occurredAt < range.lowerBound
    else { return false }
    if file.events.contains(where: isNew) || file.entries.contains(where: isNew) { return true }
    if file.setAside.contains(where: { Oracle.isNew($0, terms) }) { return true }
    guard let charged, charged.recordedAt >= since.settledAt else { return false }
    guard let outcome = try? outcome(of: file) else {
      preconditionFailure("amounts of random books are small")
    }
    return outcome.allotments.contains { $0.line == .unbilled || $0.line == .inTransit }
  }

  /// Of a request without an event.
  func wasPostedInTime(_ entry: LedgerEntry) -> Bool {
    range.contains(entry.postedAt) || entry.postedAt < range.lowerBound && isNew(entry)
  }

  /// Months that the run looks into.
  func isInMonths(_ period: AccountingPeriod) -> Bool {
    terms.range.touches(period)
      || terms.lateSince != nil && period < terms.range.first.period
  }

  /// The months for which period charges tell what is billed together.
  func monthsOfInterest() throws -> Set<AccountingPeriod> {
    var months = Set(terms.range.periods)
    guard terms.lateSince != nil else { return months }
    for file in allFiles().filter(isExamined) {
      months.formUnion(places(of: file).map(\.period) + file.setAside.compactMap(\.period))
    }
    months.formUnion(setAside.filter(isListed).compactMap(\.period))
    return months.filter { isInMonths($0) }
  }

  private func isNew(_ event: UsageEvent) -> Bool {
    terms.lateSince.map { event.recordedAt >= $0.recordedAt } ?? false
  }

  private func isNew(_ entry: LedgerEntry) -> Bool {
    terms.lateSince.map { entry.postedAt >= $0.postedAt } ?? false
  }

  static func isNew(_ row: SetAsideRow, _ terms: Terms) -> Bool {
    guard let since = terms.lateSince else { return false }
    switch row.relation {
    case .usageEvent: return row.arrivedAt.map { $0 >= since.recordedAt } ?? false
    case .ledgerEntry: return row.at.map { $0 >= since.postedAt } ?? false
    default: return false
    }
  }
}
