import Reconciliation

/// Which of a book's id columns are of type uuid; the others hold text. Ids are told as text
/// everywhere else: a uuid by its one text, so that it equals the same uuid in a column of text.
extension Book {
  /// A relation that cannot be read has none: `verify` says what is wrong with it.
  func findUUIDColumns() {
    for relation in [Relation.usageEvent, .entry] {
      guard let select = select(relation),
        let result = try? connection.query("select * from (\(select)\n) r limit 0")
      else { continue }
      for column in 0..<result.columnCount where result.columnType(column) == ContractColumn.uuid {
        uuidColumns[relation, default: []].insert(result.columnName(column))
      }
    }
  }

  func uuids(_ relation: Relation) -> Set<String> { uuidColumns[relation] ?? [] }

  /// Distinct ids in lists for one statement each, as arrays of the column's type. What is no uuid
  /// is in no column of uuids, and is not looked for there.
  func lists(
    of ids: [String], in column: String, _ relation: Relation, size: Int = .max
  ) throws(BooksError) -> [String] {
    let isUUID = uuids(relation).contains(column)
    let distinct = Set(ids).filter { !isUUID || UUIDText.isText($0) }.sorted()
    var lists: [String] = []
    for batch in distinct.batches(of: size) {
      lists.append(try connection.literal(ArrayText.of(batch)) + (isUUID ? "::uuid[]" : "::text[]"))
    }
    return lists
  }

  /// That an entry reverses one of a table of entries' ids, in a form that an index can serve.
  func reverses(_ entryID: String) -> String {
    let uuids = uuids(.entry)
    switch (uuids.contains("reverses_entry_id"), uuids.contains("entry_id")) {
    case (false, true): return "reverses_entry_id = \(entryID)::text"
    case (true, false):
      return """
        reverses_entry_id = case when \(entryID) ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' \
        then \(entryID)::uuid end
        """
    default: return "reverses_entry_id = \(entryID)"
    }
  }
}
