import Accounting
import Billing

extension RequestMatch {
  /// One request, or one entry that names none, with all its rows as both books hold them now, put
  /// together as a run does it.
  ///
  /// - Throws: what the books throw; `MoneyError` where sums leave the range of `Money`.
  package init(reading subject: Subject, from books: any BookSource, under terms: Terms) throws {
    var table = RowTable(asOf: terms.asOf, zone: terms.zone)
    try LookUp.rows(of: [subject], in: books, into: &table)
    let matcher = RequestMatcher(terms: terms, closedPeriods: try books.closedPeriods() ?? [])
    self = try matcher.match(
      subject, table.rows[subject] ?? RequestRows(), calls: table.calls)
  }
}
