import Reconciliation

/// The columns of a first pass: as few as settle almost every row. Whether a row is plain is decided
/// by the server, in one expression, because each column costs more than that. `Plainness` says the
/// same of full rows.
struct LeanColumns {
  /// What stands in the place of an event's tokens where they are not asked for.
  enum Mark {
    /// Good in itself, and nothing to charge.
    static let notChargeable: Int64 = -1
    /// Plain, had it not arrived late: this, less the tokens.
    static let late: Int64 = -2
  }

  private static let isFiniteTime =
    "between '\(Plainness.firstYear)-01-01+00' and '\(Plainness.lastYear)-12-31 23:59:59.999999+00'"

  /// The first decides the type of what is made of them.
  private static let tokenBuckets = [
    "input_tokens::bigint", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens",
    "output_tokens",
  ]

  /// Columns that the table itself keeps from being NULL.
  let notNull: Set<String>
  /// Id columns of type uuid.
  let uuids: Set<String>
  /// What arrived late is read in full.
  let lateness: Lateness?

  /// `nil` where the columns cannot be NULL.
  private func areNotNull(_ columns: [String]) -> String? {
    let open = columns.filter { !notNull.contains($0) }
    return open.isEmpty ? nil : open.map { "\($0) is not null" }.joined(separator: " and ")
  }

  private var isSound: String {
    let bits = (Self.tokenBuckets + ["reasoning_tokens"]).joined(separator: " | ")
    // Zero unless a bucket is negative, or large enough for a sum to overflow.
    let conditions: [String?] = [
      "((\(bits)) >> \(Plainness.tokenBits)) = 0", "reasoning_tokens <= output_tokens",
      "recorded_at \(Self.isFiniteTime)",
      uuids.contains("request_id") ? areNotNull(["request_id"]) : "request_id <> ''",
      areNotNull(["event_id", "model", "attempt_kind", "status", "billable"]),
      """
      (quantity is null
        or (abs(quantity) < \(PostgresNumeric.limit) and scale(trim_scale(quantity)) <= 18))
      """,
    ]
    return conditions.compactMap(\.self).joined(separator: " and ")
  }

  /// Tokens of a plain event, a mark for one that is not, NULL for one to be read in full.
  private var tokens: String {
    let sum = Self.tokenBuckets.joined(separator: " + ")
    var chargeable = sum
    var notChargeable = "\(Mark.notChargeable)"
    if let lateness {
      let isLate =
        "occurred_at < '\(lateness.start)' and recorded_at >= '\(lateness.since.recordedAt)'"
      chargeable = "case when \(isLate) then \(Mark.late) - (\(sum)) else \(sum) end"
      notChargeable = "case when \(isLate) then null else \(Mark.notChargeable) end"
    }
    return """
      case when \(isSound) then
        case when billable and status = 'ok' and (attempt_kind = 'primary'
            or attempt_kind = any('{retry,fallback,external_report}'))
          then \(chargeable) else \(notChargeable) end end
      """
  }

  /// - Parameter withChargeMinor: whether the gateway's own rounding is asked for.
  func usage(withChargeMinor: Bool) -> String {
    """
    request_id, provider_request_id, tenant_id, deployment_id, currency, occurred_at, \(tokens),
    charge\(withChargeMinor ? ", charge_minor::bigint" : "")
    """
  }

  /// The entry's id for one to be read by it, an empty text for one that goes with its request.
  var entry: String {
    let isNew = lateness.map { ", posted_at >= '\($0.since.postedAt)'" } ?? ""
    let hasID = areNotNull(["entry_id"]).map { " and \($0)" } ?? ""
    return """
      case when kind = 'usage' and request_id is not null
          and (service_period is null or service_period = period)
          and posted_at \(Self.isFiniteTime)\(hasID) then null
        when request_id is not null and kind = any('{usage,adjustment,reversal}') then ''
        else coalesce(entry_id\(uuids.contains("entry_id") ? "::text" : ""), ' ') end,
      request_id, tenant_id, deployment_id, currency, amount, period\(isNew)
      """
  }
}
