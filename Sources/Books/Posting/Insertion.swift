import Accounting
import Reconciliation

/// The one statement that writes to the contract's own ledger.
struct Insertion {
  /// Two entries of one key with these alike are the same entry, told twice.
  private static let content = [
    "account", "tenant_id", "deployment_id", "kind", "request_id", "amount", "currency", "period",
    "service_period", "reverses_entry_id",
  ]

  private let columns: [(name: String, type: String)]
  private let uuids: Set<String>

  /// Asks the table itself, which an adapter may read under other types.
  init(on session: Connection) throws(BooksError) {
    let result = try session.query(
      """
      select a.attname from pg_catalog.pg_attribute a
        join pg_catalog.pg_type t on t.oid = a.atttypid
       where a.attrelid = to_regclass('ledger.entry') and a.attnum > 0 and not a.attisdropped
         and \(ContractColumn.uuid) in (t.oid, t.typbasetype)
      """)
    let uuids = Set((0..<result.rowCount).compactMap { result.text($0, 0) })
    self.uuids = uuids
    columns = (EntryFields.typesOfUnits + EntryFields.types).map {
      ($0, uuids.contains($0) ? "uuid" : $1)
    }
  }

  /// Takes one array for each column.
  /// - Parameters:
  ///   - isDated: whether `posted_at` is given; else the ledger's own default stands.
  ///   - inUnits: whether any of the entries is.
  func insert(isDated: Bool, inUnits: Bool) -> String {
    let written = names(
      columns.map(\.name).filter { name in
        (isDated || name != "posted_at") && (inUnits || !Self.quantities.contains(name))
      })
    return """
      insert into ledger.entry (\(written)) select \(written) from \(given)
      on conflict (idempotency_key) do nothing
      """
  }

  private static let quantities = ["quantity", "unit"]

  /// For a plan only: an INSERT of no rows.
  var probe: String {
    """
    insert into ledger.entry (\(names(columns.dropLast().map(\.name))))
    select \(names(columns.dropLast().map { "null::\($0.type)" })) where false
    on conflict (idempotency_key) do nothing
    """
  }

  /// The keys that the ledger holds with another content; takes the same arrays.
  func disagreements(inUnits: Bool) -> String {
    let content = Insertion.content + (inUnits ? Insertion.quantities : [])
    let differ = content.map { "held.\($0) is distinct from given.\($0)" }
    return """
      select string_agg(idempotency_key, ', ' order by idempotency_key) from (
        select distinct given.idempotency_key from \(given)
        join ledger.entry held using (idempotency_key)
        where \(differ.joined(separator: " or "))
        order by 1 limit 3) k
      """
  }

  private var given: String {
    let arrays = columns.enumerated().map { "$\($0 + 1)::\($1.type)[]" }
    return "unnest(\(names(arrays))) as given (\(names(columns.map(\.name))))"
  }

  private func names(_ names: some Sequence<String>) -> String { names.joined(separator: ", ") }

  /// - Throws: where an id is no uuid and its column takes nothing else.
  func arrays(
    _ entries: [LedgerEntry], runID: String, postedAt: Instant?
  ) throws(BooksError) -> [String] {
    let fields = EntryFields(
      runID: runID, postedAt: postedAt, entryIDsAreUUIDs: uuids.contains("entry_id"))
    let rows = entries.map { fields.units($0) + fields.values($0) }
    var arrays: [String] = []
    for (index, column) in columns.enumerated() {
      let values = rows.map { $0[index] }
      if column.type == "uuid" { try refuseOthers(than: values, column.name) }
      arrays.append(ArrayText.of(values))
    }
    return arrays
  }

  /// In another spelling an id would be taken, and be another one ever after.
  private func refuseOthers(than ids: [String?], _ column: String) throws(BooksError) {
    guard let other = ids.first(where: { $0.map { !UUIDText.isText($0) } ?? false }) else { return }
    throw BooksError(
      .data, "ledger.entry: \(column) is uuid and cannot hold '\(other ?? "")'",
      hint: """
        have the gateway's adapter return the uuid that the ledger knows, in lower case; nothing \
        was posted
        """)
  }
}
