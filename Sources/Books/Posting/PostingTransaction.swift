import Accounting
import Reconciliation

/// A posting under way: all of it is committed, or none. Of use inside `PostgresBooks.post` alone.
package final class PostingTransaction {
  /// The gateway as the run's snapshot shows it, the ledger as it stands now, with what this
  /// transaction has inserted.
  package let books: PostgresBooks

  fileprivate var isOpen = true

  fileprivate init(_ books: PostgresBooks) { self.books = books }

  /// Inserts entries of account `llm_usage`, or in units where the ledger takes them, each under its
  /// idempotency key. An entry that is there already, under the same key and alike, is left alone.
  ///
  /// - Parameter postedAt: `nil` = the ledger's own default.
  /// - Returns: the number of entries inserted.
  /// - Throws: `BooksError`, of category `data` where a key is there with another content.
  package func insert(
    _ entries: some Sequence<LedgerEntry>, runID: String, postedAt: Instant? = nil
  ) throws -> Int {
    precondition(isOpen, "the transaction is over")
    let writer = try EntryWriter(books)
    var inserted = 0
    for batch in entries.batches(of: 1000) {
      precondition(batch.allSatisfy { $0.idempotencyKey != nil }, "an entry needs its key")
      let added = try writer.add(batch, runID: runID, postedAt: postedAt)
      inserted += added
      guard added < batch.count else { continue }
      if let keys = try writer.disagreements(batch, runID: runID, postedAt: postedAt) {
        let name = books.ledger.adapter.name(of: .entry)
        throw BooksError(
          .data, "\(name): same idempotency key, other content: \(keys)",
          hint: "look at the entries of these keys; nothing was posted")
      }
    }
    return inserted
  }

  /// Records the run beside the ledger, in this transaction.
  /// - Returns: `false` where schema tieout is not installed.
  @discardableResult package func record(
    _ report: RunReport, digest: String, memory: RunMemory = RunMemory(),
    contents: RunContents? = nil
  ) throws(BooksError) -> Bool {
    precondition(isOpen, "the transaction is over")
    return try RunRecord(report, digest: digest, memory: memory, contents: contents)
      .write(to: books.ledger.connection)
  }
}

extension PostgresBooks {
  /// Ends the ledger's snapshot, and posts: what `body` inserts is committed when it returns, and
  /// taken back when it throws. The gateway's snapshot stays.
  package func post<Value>(
    _ body: (PostingTransaction) throws -> Value
  ) throws -> Value {
    let session = ledger.connection
    endLedgerSnapshot()
    try session.execute("begin isolation level read committed, read write")
    let posting = PostingTransaction(self)
    defer { posting.isOpen = false }
    do {
      let value = try body(posting)
      try session.commit()
      return value
    } catch {
      session.rollBack()
      throw error
    }
  }

  /// Records a run that posts nothing. Ends the ledger's snapshot.
  /// - Returns: `false` where schema tieout is not installed.
  @discardableResult package func record(
    _ report: RunReport, digest: String, memory: RunMemory = RunMemory(),
    contents: RunContents? = nil
  ) throws(BooksError) -> Bool {
    do {
      return try post { posting in
        try posting.record(report, digest: digest, memory: memory, contents: contents)
      }
    } catch let error as BooksError {
      throw error
    } catch {
      preconditionFailure("only BooksError is thrown here: \(error)")
    }
  }
}
