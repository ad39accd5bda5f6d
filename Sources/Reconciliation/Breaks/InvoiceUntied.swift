import Accounting

extension BreakRule {
  static let invoiceUntied = BreakRule(
    code: .invoiceUntied, severity: .error,
    meaning: "A finalized invoice, with its memos, is not what its group comes to.",
    remedy: "credit or debit memo entry",
    disposition: .post,
    judge: .invoice { tie, _ in
      guard !tie.difference.isZero else { return nil }
      let currency = tie.key.currency
      return Finding(
        subject: "invoice", place: tie.key, entries: tie.memos.evidence,
        measure: Measure(tie.difference, currency),
        explanation: """
          Invoice \(tie.invoiceIDs.joined(separator: ", ")) comes to \
          \(tie.invoiced.text(currency)) with its memos, \(tie.groups) to \
          \(tie.comesTo.text(currency)): \(tie.difference.magnitude.text(currency)) too \
          \(tie.difference.isNegative ? "little" : "much").
          """,
        drafts: [tie.memo], dependsOn: tie.covered)
    })
}

extension InvoiceTie {
  /// What it is held against, in words.
  fileprivate var groups: String {
    covered.count == 1
      ? "the group" : "the tenant's \(covered.count) groups without a line of their own"
  }
}
