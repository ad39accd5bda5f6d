import Accounting

/// One line of an invoice.
///
/// Source: relation `ledger.invoice_line`.
package struct InvoiceLine: Hashable, Sendable {
  package var lineID: String
  package var invoiceID: String
  package var tenant: String
  package var deployment: String?
  package var kind: String
  package var period: AccountingPeriod
  package var amount: Money
  package var currency: Currency
  /// One of `statuses`; only finalized lines are examined.
  package var status: String

  static let statuses: Set = ["draft", "finalized", "void"]

  package init(
    lineID: String, invoiceID: String, tenant: String, deployment: String? = nil,
    kind: String = "llm_usage", period: AccountingPeriod, amount: Money, currency: Currency,
    status: String = "finalized"
  ) {
    self.lineID = lineID
    self.invoiceID = invoiceID
    self.tenant = tenant
    self.deployment = deployment
    self.kind = kind
    self.period = period
    self.amount = amount
    self.currency = currency
    self.status = status
  }
}

/// A billing month that takes no more entries.
package struct ClosedPeriod: Hashable, Sendable {
  package var period: AccountingPeriod
  package var closedAt: Instant

  package init(period: AccountingPeriod, closedAt: Instant) {
    self.period = period
    self.closedAt = closedAt
  }
}

/// A row that cannot be judged: NaN, 19 decimals, negative tokens, an unknown currency… It is
/// counted, listed and kept out of every sum.
package struct SetAsideRow: Hashable, Sendable {
  package enum Relation: String, Hashable, Sendable, Comparable {
    case usageEvent = "usage_event"
    case ledgerEntry = "entry"
    case chargePolicy = "charge_policy"
    case periodCharge = "period_charge"
    case invoiceLine = "invoice_line"
    case meter, allowance
    case counter
    case rollupDay = "rollup_day"
    case providerBill = "provider_bill"

    package static func < (left: Relation, right: Relation) -> Bool {
      left.rawValue < right.rawValue
    }
  }

  package var relation: Relation
  package var rowID: String
  package var requestID: String?
  package var tenant: String
  package var deployment: String?
  /// `nil` where the row does not tell, so that any currency of the tenant may be concerned.
  package var currency: Currency?
  /// `nil` where the row does not tell, so that any period may be concerned.
  package var period: AccountingPeriod?
  /// `occurred_at` of an event, `posted_at` of an entry, where the row tells.
  package var at: Instant?
  /// `recorded_at` of an event, where the row tells.
  package var arrivedAt: Instant?
  /// Its amount where that can be read: part of the hash total all the same.
  package var amount: Money?
  /// What is wrong, in words: column, value and limit.
  package var problem: String

  package init(
    relation: Relation, rowID: String, requestID: String? = nil, tenant: String,
    deployment: String? = nil, currency: Currency? = nil, period: AccountingPeriod? = nil,
    at: Instant? = nil, arrivedAt: Instant? = nil, amount: Money? = nil, problem: String
  ) {
    self.relation = relation
    self.rowID = rowID
    self.requestID = requestID
    self.tenant = tenant
    self.deployment = deployment
    self.currency = currency
    self.period = period
    self.at = at
    self.arrivedAt = arrivedAt
    self.amount = amount
    self.problem = problem
  }
}

extension SetAsideRow {
  static func inOrder(_ left: SetAsideRow, _ right: SetAsideRow) -> Bool {
    (left.relation, left.rowID) < (right.relation, right.rowID)
  }
}

/// A pulled row, or what became of it.
package enum Pulled<Row: Sendable>: Sendable {
  case row(Row)
  case setAside(SetAsideRow)
}
