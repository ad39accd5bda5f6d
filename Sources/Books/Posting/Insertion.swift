import Accounting

/// The one statement that writes to a ledger.
enum Insertion {
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

  /// Takes one array for each column.
  /// - Parameter isDated: whether `posted_at` is given; else the ledger's own default stands.
  static func insert(isDated: Bool) -> String {
    let written = names(columns.map(\.0).filter { isDated || $0 != "posted_at" })
    return """
      insert into ledger.entry (account, \(written)) select 'llm_usage', \(written) from \(given)
      on conflict (idempotency_key) do nothing
      """
  }

  /// For a plan only: an INSERT of no rows.
  static let probe = """
    insert into ledger.entry (account, \(names(columns.dropLast().map(\.0))))
    select 'llm_usage', \(names(columns.dropLast().map { "null::\($0.1)" })) where false
    on conflict (idempotency_key) do nothing
    """

  /// The keys that the ledger holds with another content; takes the same arrays.
  static let disagreements = """
    select string_agg(idempotency_key, ', ' order by idempotency_key) from (
      select distinct given.idempotency_key from \(given)
      join ledger.entry held using (idempotency_key)
      where \(content.map { "held.\($0) is distinct from given.\($0)" }.joined(separator: " or "))
      order by 1 limit 3) k
    """

  private static let given = """
    unnest(\(columns.enumerated().map { "$\($0 + 1)::\($1.1)[]" }.joined(separator: ", "))) \
    as given (\(names(columns.map(\.0))))
    """

  private static func names(_ names: some Sequence<String>) -> String {
    names.joined(separator: ", ")
  }

  static func arrays(
    _ entries: some Sequence<LedgerEntry>, runID: String, postedAt: Instant?
  ) -> [String] {
    let fields: [(LedgerEntry) -> String?] = [
      \.entryID, \.tenant, \.deployment, \.kind.text, \.requestID,
      // As the currency writes it: 3.60, not 3.6.
      { $0.amount.text(in: $0.currency) }, \.currency.code, \.period.firstDay.description,
      { $0.servicePeriod?.firstDay.description },
      \.reversesEntryID, \.idempotencyKey, \.reason, { _ in runID },
      { _ in postedAt?.description },
    ]
    return fields.map { field in ArrayText.of(entries.map(field)) }
  }
}
