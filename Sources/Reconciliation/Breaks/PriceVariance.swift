import Accounting
import Billing

extension BreakRule {
  static let priceVariance = BreakRule(
    code: .priceVariance, severity: .error,
    meaning:
      "What calls were recorded to cost, or charged, is not tokens times the price in force.",
    remedy: "by setting: one price adjustment per group, beside what is posted",
    disposition: .report,
    judge: .audit { item, book in
      switch item {
      case let variance as PriceVariance: try variance.finding(book)
      case let adjustment as PriceAdjustment: try adjustment.finding(book)
      default: nil
      }
    })
}

extension PriceVariance {
  fileprivate func finding(_ book: AuditBook) throws -> Finding? {
    let currency = subject.place.currency
    let count = subject.evidence.count
    let what = isOfCharge ? "charged" : "recorded to cost"
    let why = mistake.map { "Explained exactly by: \($0.text)" } ?? "No usual mistake explains it"
    return Finding(
      subject: subject.identity(
        "\(isOfCharge ? "charge" : "cost") \(version) \(mistake?.text ?? "-")"),
      place: subject.place, events: subject.evidence, measure: Measure(difference, currency),
      explanation: """
        \(count) call\(count == 1 ? "" : "s") of \(subject.modelText) on \(subject.day) \
        \(count == 1 ? "is" : "are") \(what) \(recorded.text(currency)); by price version \
        \(version) \(count == 1 ? "it comes" : "they come") to \(exact) \(currency): \
        \(difference.magnitude.text(currency)) too \(difference.isNegative ? "little" : "much"). \
        \(why).
        """,
      occurredAt: subject.firstAt)
  }
}

extension PriceAdjustment {
  /// One entry takes what all charges of the month are off by, less what entries of its kind took
  /// before; only where the job wants entries at all, and never in a plan's pool, whose charge is not
  /// the sum of its calls.
  fileprivate func finding(_ book: AuditBook) throws -> Finding? {
    guard book.terms.correctsPrices, book.book.pooling.group(of: group) == group else {
      return nil
    }
    let facts = book.group(of: group)
    let booked = facts?.entries(.priceAdjustment) ?? EntryCensus()
    let left = try difference + booked.amount
    guard !left.isZero else { return nil }
    let currency = group.currency
    return Finding(
      subject: "adjustment", place: group, entries: booked.evidence,
      explanation: """
        The charges of \(group.period) are \(difference.magnitude.text(currency)) too \
        \(difference.isNegative ? "low" : "high"); \(booked.count) earlier adjustments come to \
        \(booked.amount.text(currency)).
        """,
      drafts: [
        CorrectionDraft(
          kind: .priceAdjustment, place: group, amount: -left, subject: "price adjustment",
          earlierKeys: booked.earlierKeys)
      ])
  }
}

extension Terms {
  /// Whether the job has entries proposed for charges that are off by their prices.
  var correctsPrices: Bool {
    let disposition = dispositions[.priceVariance]
    return disposition == .review || disposition == .post
  }
}
