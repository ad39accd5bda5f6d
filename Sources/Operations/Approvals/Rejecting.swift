import Books
import Reconciliation

/// Says that a break is to be left alone until its amount changes, or takes that back.
package struct Rejecting: Sendable {
  /// What was done, in one line.
  package let summary: String

  /// - Parameter id: of the break, or of one of its corrections.
  /// - Throws: `UsageError`, `BooksError`.
  package init(
    _ job: Job, _ id: String, reason: String, by name: String, isWithdrawn: Bool = false
  ) throws {
    let name = try SignedText.name(name)
    let reason = try SignedText.reason(reason, flag: "--reason")
    let book = try ApprovalBook(ledger: job.ledger.place)
    let found = try ProposalSearch.found(id, in: book)
    guard Register.rules.first(where: { $0.code.rawValue == found.code })?.severity != .stop else {
      throw UsageError(
        "\(found.code) stops every run and cannot be rejected", hint: "mend the rows it names")
    }
    guard let amount = found.amount else {
      throw UsageError(
        "break \(found.id) (\(found.code)) is known only from a run as of a moment before another's, "
          + "by which breaks are not followed",
        hint: "run again as of now, and reject it then")
    }
    try book.reject(found.id, amount: amount, reason: reason, by: name, isWithdrawn: isWithdrawn)
    let text = found.currency.map { "\(amount.text(in: $0)) \($0)" } ?? "\(amount)"
    summary =
      isWithdrawn
      ? "break \(found.id) (\(found.code)) is open again from the next run on"
      : "break \(found.id) (\(found.code), \(text)) is quiet until its amount changes"
  }
}
