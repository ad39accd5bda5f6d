import Accounting
import Reconciliation

/// A row of `roundings.csv`.
struct TenantRounding: Sendable {
  let currency: Currency
  let period: AccountingPeriod
  let rule: RoundingRule
  let tenant: String
  let table: RoundingTable

  static func all(of whatIf: RoundingWhatIf) -> [TenantRounding] {
    whatIf.tenants.map {
      TenantRounding(
        currency: whatIf.currency, period: whatIf.period, rule: whatIf.rule, tenant: $0.tenant,
        table: $0.table)
    }
  }
}

extension ReportFields {
  static let rounding: [Field<TenantRounding>] = [
    Field("tenant_id") { .text($0.tenant) },
    Field("currency") { .word($0.currency) },
    Field("period") { .word($0.period) },
    Field("rule") { .text($0.rule.rawValue) },
    Field("requests") { .count($0.table.requests) },
    Field("exact") { .amount($0.table.exact, $0.currency) },
    Field("posted") { .amount($0.table.posted, $0.currency) },
    Field("half_up", columns: columns("half_up")) {
      .record(named($0.table.halfUp, in: $0.currency))
    },
    Field("half_even", columns: columns("half_even")) {
      .record(named($0.table.halfEven, in: $0.currency))
    },
  ]

  private static func columns(_ rule: String) -> [String] {
    ["per_entry", "per_line", "per_invoice"].map { "\(rule)_\($0)" }
  }

  static func named(_ whatIf: RoundingWhatIf) -> [NamedValue] {
    let tenants = whatIf.tenants.map {
      [NamedValue("tenant_id", .text($0.tenant))] + named($0.table, in: whatIf.currency)
    }
    return [
      NamedValue("currency", .word(whatIf.currency)),
      NamedValue("period", .word(whatIf.period)),
      NamedValue("rule", .text(whatIf.rule.rawValue)),
      NamedValue("planned_groups", .count(whatIf.plannedGroups)),
    ] + named(whatIf.total, in: whatIf.currency)
      + [NamedValue("tenants", .records(tenants, each: "tenant"))]
  }

  private static func named(_ table: RoundingTable, in currency: Currency) -> [NamedValue] {
    [
      NamedValue("requests", .count(table.requests)),
      NamedValue("exact", .amount(table.exact, currency)),
      NamedValue("posted", .amount(table.posted, currency)),
      NamedValue("half_up", .record(named(table.halfUp, in: currency))),
      NamedValue("half_even", .record(named(table.halfEven, in: currency))),
    ]
  }

  private static func named(_ row: RoundingTable.Row, in currency: Currency) -> [NamedValue] {
    [
      NamedValue("per_entry", .amount(row.perEntry, currency)),
      NamedValue("per_line", .amount(row.perLine, currency)),
      NamedValue("per_invoice", .amount(row.perInvoice, currency)),
    ]
  }
}
