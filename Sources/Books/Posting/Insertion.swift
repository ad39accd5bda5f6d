import Accounting
import Reconciliation

/// The one statement that writes to a ledger.
struct Insertion {
  /// The columns written, with the type of each parameter's array.
  private static let columns = [
    ("entry_id", "text"), ("tenant_id", "text"), ("deployment_id", "text"), ("kind", "text"),
    ("request_id", "text"), ("amount", "numeric"), ("currency", "text"), ("period", "date"),
    ("service_period", "date"), ("reverses_entry_id", "text"), ("idempotency_key", "text"),
    ("reason", "text"), ("run_id", "text"), ("posted_at", "timestamptz"),
  ]
  /// Two entries of one key with these alike are the same entry, told twice.
  private static let content = [
    "tenant_id", "deployment_id", "kind", "request_id", "amount", "currency", "period",
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
    columns = Insertion.columns.map { ($0, uuids.contains($0) ? "uuid" : $1) }
  }

  /// Takes one array for each column.
  /// - Parameter isDated: whether `posted_at` is given; else the ledger's own default stands.
  func insert(isDated: Bool) -> String {
    let written = names(columns.map(\.name).filter { isDated || $0 != "posted_at" })
    return """
      insert into ledger.entry (account, \(written)) select 'llm_usage', \(written) from \(given)
      on conflict (idempotency_key) do nothing
      """
  }

  /// For a plan only: an INSERT of no rows.
  var probe: String {
    """
    insert into ledger.entry (account, \(names(columns.dropLast().map(\.name))))
    select 'llm_usage', \(names(columns.dropLast().map { "null::\($0.type)" })) where false
    on conflict (idempotency_key) do nothing
    """
  }

  /// The keys that the ledger holds with another content; takes the same arrays.
  var disagreements: String {
    let differ = Insertion.content.map { "held.\($0) is distinct from given.\($0)" }
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
    _ entries: some Sequence<LedgerEntry>, runID: String, postedAt: Instant?
  ) throws(BooksError) -> [String] {
    let fields: [(LedgerEntry) -> String?] = [
      { stored($0.entryID) }, \.tenant, \.deployment, \.kind.text, \.requestID,
      // As the currency writes it: 3.60, not 3.6.
      { $0.amount.text(in: $0.currency) }, \.currency.code, \.period.firstDay.description,
      { $0.servicePeriod?.firstDay.description },
      { $0.reversesEntryID.map(stored) }, \.idempotencyKey, \.reason, { _ in runID },
      { _ in postedAt?.description },
    ]
    var arrays: [String] = []
    for (column, field) in zip(columns, fields) {
      let values = entries.map(field)
      if column.type == "uuid" { try refuseOthers(than: values, column.name) }
      arrays.append(ArrayText.of(values))
    }
    return arrays
  }

  /// The id of an entry as the ledger holds it. Those that are made here are no uuids: where the
  /// ledger takes nothing else, a uuid is made of each, always the same.
  private func stored(_ entryID: String) -> String {
    guard uuids.contains("entry_id"), !UUIDText.isText(entryID) else { return entryID }
    return UUIDText.named(entryID)
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
