import Accounting

extension BreakRule {
  static let amountMismatch = BreakRule(
    code: .amountMismatch, severity: .error,
    meaning: "What is posted for a request, net, is not what its event comes to.",
    remedy: "adjustment",
    disposition: .post,
    judge: .request { match, book in
      let shares = match.shares(in: .amount)
      guard let home = match.home, let share = shares.first,
        share.amount.magnitude > book.terms.tolerance
      else { return nil }
      let charge = match.charged?.charge ?? .zero
      return match.finding(
        book, shares: shares,
        explanation: """
          Expected \(match.expected.text(home.currency)) for a charge of \(charge.text(home.currency)); \
          posted \(try (match.expected + share.amount).text(home.currency)), \
          \(share.amount.magnitude.text(home.currency)) too \
          \(share.amount.isNegative ? "little" : "much").
          """,
        drafts: [match.adjustment(-share.amount, in: share.group)])
    })
}
