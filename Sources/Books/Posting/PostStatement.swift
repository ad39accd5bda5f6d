import Accounting
import CPostgres
import Reconciliation

/// An adapter's `post.sql`: one statement that adds one entry to a system's own ledger. It is
/// prepared once, and executed in batches; `$1`… are the fields of `EntryFields`, in that order.
///
/// It affects, or returns, one row where it added the entry, and none where the ledger held its
/// idempotency key already.
struct PostStatement {
  private static let name = "tieout_post"
  /// Entries that one message to the server posts.
  private static let batchSize = 200

  /// As messages name it.
  let file: String
  private let session: Connection

  /// Has the server take the statement in.
  /// - Throws: of category `configuration` where it does not.
  init(_ statement: String, file: String, on session: Connection) throws(BooksError) {
    self.file = file
    self.session = session
    let known = "select from pg_catalog.pg_prepared_statements where name = $1"
    if try session.query(known, [PostStatement.name]).rowCount > 0 {
      try session.execute("deallocate \(PostStatement.name)")
    }
    let types = EntryFields.types.map(\.1).joined(separator: ", ")
    do throws(BooksError) {
      // By itself, so that a second statement in the file is refused and not run.
      try session.query("prepare \(PostStatement.name) (\(types)) as\n\(statement)")
    } catch {
      guard error.category == .configuration else { throw error }
      throw BooksError(
        .configuration, "\(file): \(error.what)",
        hint: "it takes $1 to $\(EntryFields.types.count), and inserts on conflict do nothing",
        sqlState: error.sqlState)
    }
  }

  /// Has the server plan it for an entry without values: that proves the right to insert.
  func plan() throws(BooksError) {
    let nulls = EntryFields.types.map { _ in "null" }.joined(separator: ", ")
    try session.execute("explain execute \(PostStatement.name)(\(nulls))")
  }

  /// - Returns: how many entries were added.
  func post(_ entries: [LedgerEntry], _ fields: EntryFields) throws(BooksError) -> Int {
    var added = 0
    for batch in entries.batches(of: PostStatement.batchSize) {
      var calls: [String] = []
      for entry in batch {
        var values: [String] = []
        for value in fields.values(entry) {
          values.append(
            try value.map { text throws(BooksError) in try session.literal(text) } ?? "null")
        }
        calls.append("execute \(PostStatement.name)(\(values.joined(separator: ", ")))")
      }
      added += try session.affectedRows(of: calls)
    }
    return added
  }
}

extension Connection {
  /// Runs statements in one message.
  /// - Returns: the rows they affected or returned, together.
  func affectedRows(of statements: [String]) throws(BooksError) -> Int {
    try send(statements.joined(separator: ";\n"))
    var affected = 0
    var failure: BooksError?
    while let next = PQgetResult(pointer) {
      let result = QueryResult(owning: next)
      do throws(BooksError) {
        try check(result)
        affected += result.affectedRows
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
    return affected
  }
}
