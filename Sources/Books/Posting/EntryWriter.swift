import Accounting
import Reconciliation

/// How entries get into a ledger: by the contract's own table, or by the adapter's `post.sql`.
struct EntryWriter {
  private enum Way {
    case native(Insertion)
    case adapter(PostStatement)
  }

  private let books: PostgresBooks
  private let way: Way

  /// - Throws: of category `configuration` where the ledger's adapter cannot post.
  init(_ books: PostgresBooks) throws(BooksError) {
    self.books = books
    let book = books.ledger
    if let statement = book.adapter.posting {
      let file = "\(book.adapter.name)/post.sql"
      way = .adapter(try PostStatement(statement, file: file, on: book.connection))
    } else if book.adapter.isNative {
      way = .native(try Insertion(on: book.connection))
    } else {
      throw BooksError(.ledgerTakesNoEntries(book.adapter.name))
    }
  }

  /// Adds what the ledger does not hold yet.
  /// - Returns: how many that were.
  func add(
    _ entries: [LedgerEntry], runID: String, postedAt: Instant?
  ) throws(BooksError) -> Int {
    switch way {
    case .native(let insertion):
      let arrays = try insertion.arrays(entries, runID: runID, postedAt: postedAt)
      return try books.ledger.connection
        .query(
          insertion.insert(isDated: postedAt != nil, inUnits: entries.areInUnits), arrays
        ).affectedRows
    case .adapter(let statement):
      precondition(!entries.areInUnits, "a post.sql takes money alone")
      return try statement.post(entries, fields(runID, postedAt))
    }
  }

  /// The keys of those entries that the ledger holds with another content, the first three of them
  /// in a list; `nil` where all agree.
  /// - Throws: `BooksError` of category `configuration` for those that were not added.
  func disagreements(
    _ entries: [LedgerEntry], runID: String, postedAt: Instant?
  ) throws -> String? {
    switch way {
    case .native(let insertion):
      let arrays = try insertion.arrays(entries, runID: runID, postedAt: postedAt)
      return try books.ledger.connection
        .query(insertion.disagreements(inUnits: entries.areInUnits), arrays).scalar
    case .adapter:
      let given = entries.compactMap { entry in entry.idempotencyKey.map { ($0, entry) } }
      let held = try books.entries(underKeys: given.map(\.0))
      let missing = Set(given.map(\.0)).subtracting(held.keys).sorted()
      guard missing.isEmpty else {
        throw BooksError(
          .configuration,
          "\(books.ledger.adapter.name)/post.sql: no entry was added under "
            + missing.prefix(3).joined(separator: ", "),
          hint: "`tieout check` shows what becomes of a trial entry; nothing was posted")
      }
      let keys = Set(given.filter { !isAlike(held[$0.0], $0.1) }.map(\.0)).sorted()
      return keys.isEmpty ? nil : keys.prefix(3).joined(separator: ", ")
    }
  }

  private func fields(_ runID: String, _ postedAt: Instant?) -> EntryFields {
    EntryFields(
      runID: runID, postedAt: postedAt,
      entryIDsAreUUIDs: books.ledger.uuids(.entry).contains("entry_id"))
  }

  /// Whether an entry reads back as what was posted, in all that decides what is owed and by whom.
  func isAlike(_ held: LedgerEntry?, _ given: LedgerEntry) -> Bool {
    guard let held else { return false }
    let stored = fields("", nil).stored
    return held.tenant == given.tenant && held.deployment == given.deployment
      && held.kind == given.kind && held.requestID == given.requestID
      && held.amount == given.amount && held.currency == given.currency
      && held.period == given.period && held.serviceMonth == given.serviceMonth
      && held.reversesEntryID == given.reversesEntryID.map(stored)
  }
}

extension [LedgerEntry] {
  /// Whether any of them is in units.
  fileprivate var areInUnits: Bool { contains { $0.units != nil } }
}

extension PostgresBooks {
  /// Whether entries can be added to the ledger: its adapter says how.
  package var canPost: Bool { ledger.adapter.canPost }

  /// Whether it takes entries in units too, as the contract's own ledger does.
  package var takesUnits: Bool { ledger.adapter.isNative && ledger.adapter.posting == nil }

  /// Entries as the ledger's adapter reads them now, by idempotency key.
  func entries(underKeys keys: [String]) throws -> [String: LedgerEntry] {
    let list = try ledger.connection.literal(Set(keys).sorted())
    var decoder = EntryDecoder(uuids: ledger.uuids(.entry))
    var found: [String: LedgerEntry] = [:]
    try pull(.entry, Part(condition: "account = 'llm_usage' and idempotency_key = any(\(list))")) {
      if case .row(let entry) = try decoder.decode($0), let key = entry.idempotencyKey {
        found[key] = entry
      }
    }
    return found
  }
}

extension Finding {
  /// Of an adapter without `post.sql`.
  static func ledgerTakesNoEntries(_ adapter: String) -> Finding {
    Finding(
      .fault, "ledger: the adapter '\(adapter)' has no post.sql, so nothing can be posted",
      hint: "run without --post: corrections are proposed; or write post.sql, if this ledger may be"
        + " written")
  }
}
