import Accounting
import Billing

extension BreakRule {
  static let unbilled = BreakRule(
    code: .unbilled, severity: .error,
    meaning: """
      A chargeable event has no live entry, and the grace period is over or the month is closed.
      """,
    remedy: "charge",
    disposition: .post,
    judge: .request { match, book in
      guard let event = match.charged, !book.isLate(event) else { return nil }
      let why =
        book.terms.isWithinGrace(event)
        ? "nothing is in transit into a closed month" : "longer ago than the grace period"
      return match.missingCharge(book, because: "and arrived at \(event.recordedAt), \(why)")
    })
}

extension RequestMatch {
  /// A charge that the ledger lacks, with the entry that brings it.
  func missingCharge(_ book: Casebook, because: String) -> Finding? {
    let shares = shares(in: .unbilled)
    guard let home, !shares.isEmpty else { return nil }
    return finding(
      book, shares: shares,
      explanation: """
        No live entry for \(name), which came to \(expected.text(home.currency)) \(because).
        """,
      drafts: [charge(expected, in: home)])
  }
}

extension Casebook {
  /// Whether an event of a closed period arrived after its close.
  func isLate(_ event: UsageEvent) -> Bool {
    closing(of: terms.zone.period(of: event.occurredAt)).map { event.recordedAt > $0 } ?? false
  }
}
