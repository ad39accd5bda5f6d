/// The one table behind an adapter's SELECT, read by ranges of its blocks.
struct Heap {
  /// The adapter's SELECT with the place of each row as a further column.
  let select: String
  let table: String
  /// Columns of the SELECT that the table keeps from being NULL.
  let notNull: Set<String>

  static let place = "tieout_ctid"

  /// - Returns: `nil` where the SELECT is not of one plain table, as a view, a join or a partitioned
  ///   table is not.
  static func find(behind select: String, of book: Book) -> Heap? {
    let connection = book.connection
    guard !connection.isInTransaction, let placed = withPlace(select) else { return nil }
    let plan = try? connection.query(
      """
      explain (verbose, costs off) select 1 from (\(placed)
      ) r where \(place) >= '(0,0)' and \(place) < '(1,0)'
      """)
    guard let plan, let line = plan.scalar, line.hasPrefix("Tid Range Scan on ") else {
      return nil
    }
    // `schema.table`, and the alias after a blank where there is one.
    let rest = line.dropFirst("Tid Range Scan on ".count)
    var isQuoted = false
    let name = rest.prefix { character in
      if character == "\"" { isQuoted.toggle() }
      return isQuoted || character != " "
    }
    return Heap(
      select: placed, table: String(name),
      notNull: book.adapter.isNative ? columnsNotNull(of: String(name), on: connection) : [])
  }

  /// By the names of the table's own columns: those of the contract where the adapter is the native
  /// one, which renames nothing.
  private static func columnsNotNull(of table: String, on connection: Connection) -> Set<String> {
    let result = try? connection.query(
      """
      select attname from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and attnotnull and not attisdropped
      """, [table])
    guard let result else { return [] }
    return Set((0..<result.rowCount).compactMap { result.text($0, 0) })
  }

  /// `select …` becomes `select ctid as …, …`; comments may stand before it.
  private static func withPlace(_ select: String) -> String? {
    var start = select.startIndex
    while let line = select[start...].firstIndex(of: "\n"),
      select[start..<line].allSatisfy(\.isWhitespace) || select[start...].hasPrefix("--")
    {
      start = select.index(after: line)
    }
    let rest = select[start...]
    guard rest.prefix(6).lowercased() == "select",
      rest.dropFirst(6).first?.isWhitespace ?? false,
      !rest.dropFirst(6).drop(while: \.isWhitespace).lowercased().hasPrefix("distinct")
    else { return nil }
    return "\(select[..<start])select ctid as \(place), \(rest.dropFirst(6))"
  }

  /// What the table's B-trees have its rows by, first of all: an index that has them by another key
  /// first has to be gone through whole to find those of a slice of time.
  func firstKeys(on connection: Connection) throws(BooksError) -> Set<String> {
    let keys = try connection.query(
      """
      select pg_get_indexdef(i.indexrelid, 1, true) from pg_index i
      join pg_class c on c.oid = i.indexrelid join pg_am a on a.oid = c.relam
      where i.indrelid = $1::regclass and i.indpred is null and a.amname = 'btree'
      """, [table])
    return Set((0..<keys.rowCount).compactMap { keys.text($0, 0) })
  }

  /// How many blocks there are now; rows that a snapshot taken before sees lie in none beyond.
  func blocks(on connection: Connection) throws(BooksError) -> Int {
    let size = try connection.query(
      "select pg_relation_size($1::regclass) / current_setting('block_size')::bigint", [table])
    return Int(size.scalar ?? "") ?? 0
  }
}

/// Blocks of a table; without an end, all from the start on.
struct BlockRange: Hashable {
  /// No row lies there.
  static let end = "(4294967295,0)"

  var start: Int
  var end: Int?

  /// Of their rows.
  var condition: String {
    let lower = "\(Heap.place) >= '(\(start),0)'"
    return end.map { "\(lower) and \(Heap.place) < '(\($0),0)'" } ?? lower
  }
}
