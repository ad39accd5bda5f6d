import Accounting
import Reconciliation

/// An entry as it is handed to a ledger: texts in one fixed order, which is also the order of the
/// parameters of an adapter's `post.sql`.
struct EntryFields {
  /// The names and the types: `$1` is the first.
  static let types = [
    ("entry_id", "text"), ("tenant_id", "text"), ("deployment_id", "text"), ("kind", "text"),
    ("request_id", "text"), ("amount", "numeric"), ("currency", "text"), ("period", "date"),
    ("service_period", "date"), ("reverses_entry_id", "text"), ("idempotency_key", "text"),
    ("reason", "text"), ("run_id", "text"), ("posted_at", "timestamptz"),
  ]

  /// Of an entry in units, in the contract's own ledger.
  static let typesOfUnits = [("account", "text"), ("quantity", "numeric"), ("unit", "text")]

  let runID: String
  /// `nil` = the ledger's own clock.
  let postedAt: Instant?
  /// Those that are made here are no uuids: where the ledger takes nothing else, a uuid is made of
  /// each, always the same.
  let entryIDsAreUUIDs: Bool

  /// One for each of `types`; `nil` = NULL.
  func values(_ entry: LedgerEntry) -> [String?] {
    [
      stored(entry.entryID), entry.tenant, entry.deployment, entry.kind.text, entry.requestID,
      // As the currency writes it: 3.60, not 3.6.
      entry.amount.text(in: entry.currency), entry.currency.code, entry.period.firstDay.description,
      entry.servicePeriod?.firstDay.description, entry.reversesEntryID.map(stored),
      entry.idempotencyKey, entry.reason, runID, postedAt?.description,
    ]
  }

  /// One for each of `typesOfUnits`.
  func units(_ entry: LedgerEntry) -> [String?] {
    [entry.units?.account ?? "llm_usage", entry.units?.quantity.description, entry.units?.unit]
  }

  /// The id of an entry as the ledger holds it.
  func stored(_ entryID: String) -> String {
    guard entryIDsAreUUIDs, !UUIDText.isText(entryID) else { return entryID }
    return UUIDText.named(entryID)
  }
}
