/// A field of an imported event: the contract's column of `usage_event` of that name.
struct IntakeColumn: Sendable {
  enum Kind: Sendable {
    case text, time, count, minorUnits, amount, boolean, currency

    /// As the database has it.
    var type: String {
      switch self {
      case .text: "text"
      case .time: "timestamptz"
      case .count, .minorUnits: "bigint"
      case .amount: "numeric"
      case .boolean: "boolean"
      case .currency: "char(3)"
      }
    }
  }

  let name: String
  let kind: Kind
  /// What stands where nothing is told; `nil` = NULL.
  var standard: String?
  /// Whether a line must tell it.
  var mustBeTold = false

  var isRequired: Bool { mustBeTold || standard != nil }

  private static func told(_ name: String, _ kind: Kind) -> IntakeColumn {
    IntakeColumn(name: name, kind: kind, mustBeTold: true)
  }

  /// In the order of the contract. Arrival is not told: the import itself is the arrival.
  static let all: [IntakeColumn] = [
    // Not told, it is the request's id.
    IntakeColumn(name: "event_id", kind: .text, standard: ""),
    told("request_id", .text),
    IntakeColumn(name: "provider_request_id", kind: .text),
    IntakeColumn(name: "attempt_kind", kind: .text, standard: "primary"),
    told("tenant_id", .text),
    IntakeColumn(name: "deployment_id", kind: .text), IntakeColumn(name: "user_id", kind: .text),
    IntakeColumn(name: "key_id", kind: .text), IntakeColumn(name: "session_id", kind: .text),
    IntakeColumn(name: "caller_type", kind: .text),
    told("occurred_at", .time),
    IntakeColumn(name: "operation", kind: .text, standard: "chat"),
    IntakeColumn(name: "provider", kind: .text),
    IntakeColumn(name: "model", kind: .text, standard: "unknown"),
    IntakeColumn(name: "service_tier", kind: .text, standard: "standard"),
    IntakeColumn(name: "is_batch", kind: .boolean, standard: "false"),
    IntakeColumn(name: "status", kind: .text, standard: "ok"),
    IntakeColumn(name: "billable", kind: .boolean, standard: "true"),
    IntakeColumn(name: "token_basis", kind: .text, standard: "provider"),
    IntakeColumn(name: "input_tokens", kind: .count, standard: "0"),
    IntakeColumn(name: "cache_read_tokens", kind: .count, standard: "0"),
    IntakeColumn(name: "cache_write_5m_tokens", kind: .count, standard: "0"),
    IntakeColumn(name: "cache_write_1h_tokens", kind: .count, standard: "0"),
    IntakeColumn(name: "output_tokens", kind: .count, standard: "0"),
    IntakeColumn(name: "reasoning_tokens", kind: .count, standard: "0"),
    IntakeColumn(name: "quantity", kind: .amount), IntakeColumn(name: "unit", kind: .text),
    IntakeColumn(name: "cost", kind: .amount), IntakeColumn(name: "charge", kind: .amount),
    IntakeColumn(name: "charge_minor", kind: .minorUnits),
    IntakeColumn(name: "currency", kind: .currency, standard: "USD"),
    IntakeColumn(name: "price_version", kind: .text), IntakeColumn(name: "policy_id", kind: .text),
  ]

  /// Other names of the same, as arcadia's gateway tells its cloud.
  static let aliases = [
    "gateway_request_id": "request_id", "customer_charge": "charge",
    "customer_charge_cents": "charge_minor",
  ]
}
