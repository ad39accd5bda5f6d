import Reconciliation

/// The columns of a first pass: as few as settle almost every row. What decides whether a row is
/// plain is decided by the server, in one expression, because each column costs more than that.
/// `Plainness` says the same of full rows.
enum LeanColumns {
  private static let isFiniteTime =
    "between '\(Plainness.firstYear)-01-01+00' and '\(Plainness.lastYear)-12-31 23:59:59.999999+00'"

  private static let tokenBuckets = [
    "input_tokens", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens",
    "output_tokens",
  ]
  /// Zero unless a bucket is negative or large enough for a sum to overflow.
  private static let upperTokenBits =
    "((\((tokenBuckets + ["reasoning_tokens"]).joined(separator: " | "))) >> \(Plainness.tokenBits))"

  /// What an event is; source: `LeanDecoder`.
  static let late = "+"

  /// - Parameters:
  ///   - withChargeMinor: whether the gateway's own rounding is asked for.
  ///   - lateness: what arrived late is read in full.
  static func usage(withChargeMinor: Bool, _ lateness: Lateness?) -> String {
    let isLate = lateness.map { lateness in
      "occurred_at < '\(lateness.start)' and recorded_at >= '\(lateness.since.recordedAt)'"
    }
    return """
      case when \(upperTokenBits) = 0 and reasoning_tokens <= output_tokens
          and recorded_at \(isFiniteTime) and event_id is not null and request_id <> ''
          and model is not null and attempt_kind is not null and status is not null
          and billable is not null and (quantity is null
            or (abs(quantity) < \(PostgresNumeric.limit) and scale(trim_scale(quantity)) <= 18))
        then case when billable and status = 'ok' and (attempt_kind = 'primary'
            or attempt_kind = any('{retry,fallback,external_report}'))
          then \(isLate.map { "case when \($0) then '\(late)' end" } ?? "null")
          else \(isLate.map { "case when \($0) then event_id else '' end" } ?? "''") end
        else coalesce(event_id, ' ') end,
      request_id, provider_request_id, tenant_id, deployment_id, occurred_at,
      case when \(upperTokenBits) = 0 then \(tokenBuckets.joined(separator: " + ")) end,
      charge, currency\(withChargeMinor ? ", charge_minor" : "")
      """
  }

  static func entry(_ lateness: Lateness?) -> String {
    """
    case when kind = 'usage' and request_id is not null
        and (service_period is null or service_period = period)
        and posted_at \(isFiniteTime) and entry_id is not null then null
      when request_id is not null and kind = any('{usage,adjustment,reversal}') then ''
      else coalesce(entry_id, ' ') end,
    request_id, tenant_id, deployment_id, amount, currency, period\(isNew(lateness))
    """
  }

  private static func isNew(_ lateness: Lateness?) -> String {
    lateness.map { ", posted_at >= '\($0.since.postedAt)'" } ?? ""
  }
}
