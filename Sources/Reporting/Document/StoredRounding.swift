import Accounting
import Reconciliation

// The rounding what-if, as report.json stores it.

struct StoredWhatIf: Decodable {
  struct Tenant: Decodable {
    let tenantId: String
    let table: StoredTable

    enum CodingKeys: String, CodingKey {
      case tenantId = "tenant_id"
    }

    init(from decoder: any Decoder) throws {
      tenantId = try decoder.container(keyedBy: CodingKeys.self)
        .decode(String.self, forKey: .tenantId)
      table = try StoredTable(from: decoder)
    }
  }

  let currency, period, rule: String
  let plannedGroups: Int
  let total: StoredTable
  let tenants: [Tenant]

  enum CodingKeys: String, CodingKey {
    case currency, period, rule, tenants
    case plannedGroups = "planned_groups"
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    currency = try fields.decode(String.self, forKey: .currency)
    period = try fields.decode(String.self, forKey: .period)
    rule = try fields.decode(String.self, forKey: .rule)
    plannedGroups = try fields.decode(Int.self, forKey: .plannedGroups)
    tenants = try fields.decode([Tenant].self, forKey: .tenants)
    total = try StoredTable(from: decoder)
  }

  var whatIf: RoundingWhatIf {
    get throws {
      RoundingWhatIf(
        currency: try anyCurrency(currency),
        period: try parsed(period, "a period") { AccountingPeriod($0) },
        rule: try parsed(rule, "a rounding rule") { RoundingRule(rawValue: $0) },
        plannedGroups: plannedGroups, total: try total.table,
        tenants: try tenants.map { .init(tenant: $0.tenantId, table: try $0.table.table) })
    }
  }
}

/// Its fields stand among those of what it is the table of.
struct StoredTable: Decodable {
  struct Row: Decodable {
    let perEntry, perLine, perInvoice: String

    enum CodingKeys: String, CodingKey {
      case perEntry = "per_entry"
      case perLine = "per_line"
      case perInvoice = "per_invoice"
    }

    var row: RoundingTable.Row {
      get throws {
        RoundingTable.Row(
          perEntry: try money(perEntry), perLine: try money(perLine),
          perInvoice: try money(perInvoice))
      }
    }
  }

  let requests: Int
  let exact, posted: String
  let halfUp, halfEven: Row

  enum CodingKeys: String, CodingKey {
    case requests, exact, posted
    case halfUp = "half_up"
    case halfEven = "half_even"
  }

  var table: RoundingTable {
    get throws {
      var table = RoundingTable()
      table.requests = requests
      table.exact = try money(exact)
      table.posted = try money(posted)
      table.halfUp = try halfUp.row
      table.halfEven = try halfEven.row
      return table
    }
  }
}

private func money(_ text: String) throws -> Money {
  try parsed(text, "an amount") { try? Money($0) }
}
