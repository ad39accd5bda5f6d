import Accounting
import Billing

/// Words that the contract does not know are no fault: whoever keeps a book may have more of them. But
/// an adapter that spells a known one otherwise would leave its rows out of what is charged or posted.
extension PostgresBooks {
  /// As many rows as are looked at, of a book that may be large.
  private static let rowsLookedAt = 10_000

  func examineWords(of relation: Relation) throws(BooksError) -> [Finding] {
    switch relation {
    case .usageEvent:
      return try unknown("status", of: relation, "a call of it is not charged") {
        UsageStatus($0).isKnown
      }
        + unknown("attempt_kind", of: relation, "a call of it is not charged") {
          if case .other = AttemptKind($0) { false } else { true }
        }
    case .entry:
      return try unknown("kind", of: relation, "an entry of it is not counted as posted") {
        if case .other(let kind) = EntryKind($0) { kind == EntryKind.grant } else { true }
      }
    default: return []
    }
  }

  private func unknown(
    _ column: String, of relation: Relation, _ consequence: String, isKnown: (String) -> Bool
  ) throws(BooksError) -> [Finding] {
    let book = book(of: relation)
    let account = relation == .entry ? "where account = 'llm_usage'" : ""
    let words = try book.connection.query(
      """
      select distinct word from (select \(column)::text as word from (\(book.requiredSelect(relation))
        ) r \(account) limit \(Self.rowsLookedAt)) w where word is not null order by 1
      """)
    let unknown = (0..<words.rowCount).compactMap { words.text($0, 0) }.filter { !isKnown($0) }
    let name = book.adapter.name(of: relation)
    return unknown.map { word in
      Finding(
        .advice, "\(name): \(column) '\(word)' is no word of the contract: \(consequence)",
        hint: "have the adapter's SELECT say it in the contract's word, if there is one for it")
    }
  }
}
