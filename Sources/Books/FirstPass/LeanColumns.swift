import Reconciliation

/// The columns of a first pass: as few as settle almost every row. Whether a row is plain is decided
/// by the server, in one expression, because each column costs more than that. `Plainness` says the
/// same of full rows. `LeanDecoder` reads them.
struct LeanColumns {
  /// What stands in the place of an event's tokens where they are not asked for.
  enum Mark {
    /// Good in itself, and nothing to charge.
    static let notChargeable: Int64 = -1
    /// Plain, had it not arrived late: this, less the tokens.
    static let late: Int64 = -2
    /// To be read in full.
    static let peculiar = Int64.min
  }

  /// What stands in the place of an entry's id: nothing for a plain entry.
  enum EntryMark {
    /// It goes with its request.
    static let ofRequest = "-"
    /// It is read by its id, which follows.
    static let loose = "+"
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
      areNotNull(["event_id", "model", "attempt_kind", "status", "billable"]),
      """
      (quantity is null
        or (abs(quantity) < \(PostgresNumeric.limit) and scale(trim_scale(quantity)) <= 18))
      """,
    ]
    return conditions.compactMap(\.self).joined(separator: " and ")
  }

  /// Tokens of a plain event, a mark for any other.
  private var tokens: String {
    let sum = Self.tokenBuckets.joined(separator: " + ")
    var chargeable = sum
    var notChargeable = "\(Mark.notChargeable)"
    if let lateness {
      let isLate =
        "occurred_at < '\(lateness.start)' and recorded_at >= '\(lateness.since.recordedAt)'"
      chargeable = "case when \(isLate) then \(Mark.late) - (\(sum)) else \(sum) end"
      notChargeable = "case when \(isLate) then \(Self.peculiar) else \(Mark.notChargeable) end"
    }
    return """
      case when \(isSound) then
        case when billable and status = 'ok' and (attempt_kind = 'primary'
            or attempt_kind = any('{retry,fallback,external_report}'))
          then \(chargeable) else \(notChargeable) end
        else \(Self.peculiar) end
      """
  }

  /// The least integer has no literal of its own.
  private static let peculiar = "(\(Mark.peculiar + 1) - 1)"

  /// - Parameter withChargeMinor: whether the gateway's own rounding is asked for.
  func usage(withChargeMinor: Bool) -> [LeanColumn] {
    let call = "provider_request_id"
    return [id("request_id")]
      // No call and an empty one tell the same.
      + [uuids.contains(call) ? id(call) : LeanColumn("coalesce(\(call), '')", .text)]
      + place
      + [
        LeanColumn("occurred_at", .time), LeanColumn(tokens, .integer),
        LeanColumn("charge", .amount),
      ]
      + (withChargeMinor ? [LeanColumn("charge_minor::bigint", .integer, mayBeNull: true)] : [])
  }

  var entry: [LeanColumn] {
    [LeanColumn(entryMark, .text), id("request_id")] + place
      + [LeanColumn("amount", .amount), LeanColumn("period", .date)]
      + (lateness.map { [LeanColumn("posted_at >= '\($0.since.postedAt)'", .flag)] } ?? [])
  }

  private func id(_ column: String) -> LeanColumn {
    LeanColumn(
      column, uuids.contains(column) ? .uuid : .text, mayBeNull: !notNull.contains(column))
  }

  /// As `PlaceName` has it; without the blanks that a `char(n)` is padded with.
  private var place: [LeanColumn] {
    ["tenant_id", "deployment_id", "currency"].map { column in
      LeanColumn(
        column == "currency" ? "currency::text" : column, .text,
        mayBeNull: !notNull.contains(column))
    }
  }

  private var entryMark: String {
    let hasID = areNotNull(["entry_id"]).map { " and \($0)" } ?? ""
    let entryID = uuids.contains("entry_id") ? "entry_id::text" : "entry_id"
    return """
      case when kind = 'usage' and request_id is not null
          and (service_period is null or service_period = period)
          and posted_at \(Self.isFiniteTime)\(hasID) then ''
        when request_id is not null and kind = any('{usage,adjustment,reversal}')
          then '\(EntryMark.ofRequest)'
        else '\(EntryMark.loose)' || coalesce(\(entryID), ' ') end
      """
  }
}
