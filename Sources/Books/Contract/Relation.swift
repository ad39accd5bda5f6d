/// The relations of the contract that tieout reads, with the columns it needs of each. The order of
/// the columns is the order in which the decoders read them.
package enum Relation: String, CaseIterable, Sendable {
  case usageEvent = "usage_event"
  case chargePolicy = "charge_policy"
  case periodCharge = "period_charge"
  case entry
  case invoiceLine = "invoice_line"
  case price
  case modelAlias = "model_alias"
  case allowance
  case meter
  case counter
  case rollupDay = "rollup_day"
  case providerBill = "provider_bill"

  package static let ofGateway: [Relation] = [
    .usageEvent, .chargePolicy, .periodCharge, .price, .modelAlias, .allowance, .meter, .counter,
    .rollupDay, .providerBill,
  ]
  package static let ofLedger: [Relation] = [.entry, .invoiceLine]

  /// Where the native adapter finds it.
  var nativeName: (schema: String, table: String) {
    (Relation.ofGateway.contains(self) ? "gateway" : "ledger", rawValue)
  }

  /// Without these there is nothing to reconcile; the others may be not provisioned.
  var isRequired: Bool { self == .usageEvent || self == .entry }

  var columns: [ContractColumn] {
    switch self {
    case .usageEvent:
      [
        .id("event_id"), .id("request_id"), .id("provider_request_id"),
        .text("attempt_kind"), .text("tenant_id"), .text("deployment_id"), .text("user_id"),
        .text("session_id"), .time("occurred_at"), .time("recorded_at"), .text("model"),
        .text("status"), .boolean("billable"), .integer("input_tokens"),
        .integer("cache_read_tokens"), .integer("cache_write_5m_tokens"),
        .integer("cache_write_1h_tokens"), .integer("output_tokens"),
        .integer("reasoning_tokens"), .amount("quantity"), .text("unit"), .amount("charge"),
        .integer("charge_minor"), .code("currency"), .text("price_version"),
        .text("operation"), .text("provider"), .text("service_tier"), .boolean("is_batch"),
        .text("token_basis"), .amount("cost"), .text("caller_type"), .text("key_id"),
      ]
    case .chargePolicy:
      [
        .text("policy_id"), .text("tenant_id"), .text("deployment_id"), .text("kind"),
        .amount("percent"), .amount("input_price"), .amount("output_price"),
        .integer("unit_size"), .amount("base_fee"), .text("base_fee_billed"),
        .amount("included_quantity"), .text("included_unit"), .amount("overage_price"),
        .judged("overage_tiers", as: "overage_tiers::text"), .amount("minimum_charge"),
        .amount("rollover_cap"),
        .code("currency"), .time("effective_from"), .time("effective_to"),
      ]
    case .periodCharge:
      [
        .text("tenant_id"), .text("deployment_id"), .date("period"), .amount("amount"),
        .code("currency"), .integer("revision"),
      ]
    case .entry:
      [
        .id("entry_id"), .text("tenant_id"), .text("deployment_id"), .text("kind"),
        .id("request_id"), .amount("amount"), .code("currency"), .date("period"),
        .date("service_period"), .time("posted_at"), .id("reverses_entry_id"),
        .text("idempotency_key"), .text("reason"), .filter("account"),
      ]
    case .invoiceLine:
      [
        .text("line_id"), .text("invoice_id"), .text("tenant_id"), .text("deployment_id"),
        .text("kind"), .date("period"), .integer("amount_minor"), .code("currency"),
        .text("status"),
      ]
    case .price, .modelAlias, .allowance, .meter, .counter, .rollupDay, .providerBill:
      auditColumns
    }
  }
}

extension Relation {
  var columnsRead: [ContractColumn] { columns.filter(\.isRead) }
}

/// A column that the contract asks for.
struct ContractColumn: Sendable {
  enum Kind: Sendable { case id, text, code, integer, amount, boolean, time, date, any }

  /// The OID of type uuid.
  static let uuid: UInt32 = 2950

  let name: String
  let kind: Kind
  /// What is read of it, where that is not the column as it stands.
  var expression: String?
  var isRead = true

  /// Of a row, a request or a call: a text, or a uuid, which is read as its one text.
  static func id(_ name: String) -> ContractColumn { ContractColumn(name: name, kind: .id) }
  static func text(_ name: String) -> ContractColumn { ContractColumn(name: name, kind: .text) }
  /// A text of one length, so that `char(n)` has nothing to fill up with blanks. Elsewhere it has,
  /// and the server drops the blanks in some places only: ids would differ from themselves.
  static func code(_ name: String) -> ContractColumn { ContractColumn(name: name, kind: .code) }
  static func integer(_ name: String) -> ContractColumn {
    ContractColumn(name: name, kind: .integer)
  }
  static func amount(_ name: String) -> ContractColumn { ContractColumn(name: name, kind: .amount) }
  static func boolean(_ name: String) -> ContractColumn {
    ContractColumn(name: name, kind: .boolean)
  }
  static func time(_ name: String) -> ContractColumn { ContractColumn(name: name, kind: .time) }
  static func date(_ name: String) -> ContractColumn { ContractColumn(name: name, kind: .date) }
  /// A column of any type, read as an expression makes of it.
  static func judged(_ name: String, as expression: String) -> ContractColumn {
    ContractColumn(name: name, kind: .any, expression: expression)
  }

  /// A column that only decides which rows are read.
  static func filter(_ name: String) -> ContractColumn {
    ContractColumn(name: name, kind: .text, isRead: false)
  }

  /// How it stands in a SELECT list.
  var selected: String { expression ?? name }
}

extension ContractColumn.Kind {
  /// The types, by OID, whose binary form the decoders read; `nil` = any.
  var accepted: Set<UInt32>? {
    switch self {
    case .id: [25, 1043, ContractColumn.uuid]
    case .text: [25, 1043]  // text, varchar
    case .code: [25, 1043, 1042]  // and char(n)
    case .integer: [20, 23, 21]  // bigint, integer, smallint
    case .amount: [1700]
    case .boolean: [16]
    case .time: [1184]
    case .date: [1082]
    case .any: nil
    }
  }

  /// In words.
  var name: String { self == .id ? "text or uuid" : typeName }

  /// The one to choose, as SQL writes it.
  var typeName: String {
    switch self {
    case .id, .text, .code: "text"
    case .integer: "bigint"
    case .amount: "numeric"
    case .boolean: "boolean"
    case .time: "timestamptz"
    case .date: "date"
    case .any: "any type"
    }
  }
}
