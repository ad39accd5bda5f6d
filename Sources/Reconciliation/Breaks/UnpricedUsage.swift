import Accounting
import Billing

extension BreakRule {
  static let unpricedUsage = BreakRule(
    code: .unpricedUsage, severity: .error,
    meaning:
      "Tokens were used that have no known price, or that cost nothing though their price is not 0.",
    remedy: "a person adds the price; nothing is guessed",
    disposition: .report,
    judge: .fact { (usage: UnpricedUsage, _) in try usage.finding() })
}

extension UnpricedUsage {
  fileprivate func finding() throws -> Finding {
    let count = subject.evidence.count
    let currency = subject.place.currency
    let amount = exact.map { " They come to \($0) \(currency)." } ?? ""
    return Finding(
      subject: subject.identity(reason.text), place: subject.place, events: subject.evidence,
      measure: try difference.map { Measure($0, currency) }
        ?? Measure(Money.zero.adding(wholes: tokens), "token"),
      explanation: """
        \(count) call\(count == 1 ? "" : "s") of \(subject.modelText) on \(subject.day) with \
        \(tokens) tokens: \(reason.text).\(amount)
        """,
      occurredAt: subject.firstAt)
  }
}

extension Money {
  /// A count as an amount.
  fileprivate func adding(wholes count: Int128) throws(MoneyError) -> Money {
    try self + Money(minorUnits: 1, of: .none).times(count)
  }
}
