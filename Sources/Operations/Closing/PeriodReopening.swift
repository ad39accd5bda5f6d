import Accounting
import Books

/// Opens a closed month again.
package struct PeriodReopening: Sendable {
  /// What was done, in one line.
  package let summary: String

  /// - Throws: `UsageError` for a month that is open; `BooksError`.
  package init(_ job: Job, _ period: AccountingPeriod, reason: String, by name: String) throws {
    let reason = try SignedText.reason(reason, flag: "--reason")
    let name = try SignedText.name(name)
    let book = try ApprovalBook(ledger: job.ledger.place)
    guard let closing = try book.reopen(period, reason: reason, by: name) else {
      throw UsageError("\(period) is not closed", hint: "there is nothing to reopen")
    }
    summary = """
      \(period) is open again. It was closed as of \(closing.at) by \(closing.by.harmless); the \
      reason is on record: \(reason.harmless)
      """
  }
}
