import Accounting
import Billing
import Reconciliation

extension PostgresBooks: BookSource {
  package func usage(
    _ selection: UsageSelection, receive: (Pulled<UsageEvent>) throws -> Void
  ) throws {
    if case .requests(let ids) = selection {
      requestsRead += ids.count
      reading?(.requests(requestsRead))
    }
    var decoder = UsageDecoder(zone: zone, uuids: gateway.uuids(.usageEvent))
    for part in try gateway.parts(selection) {
      try pull(.usageEvent, part) { row in try receive(decoder.decode(row)) }
    }
  }

  package func entries(
    _ selection: EntrySelection, receive: (Pulled<LedgerEntry>) throws -> Void
  ) throws {
    var decoder = EntryDecoder(uuids: ledger.uuids(.entry))
    for part in try ledger.parts(selection, from: ledger.requiredSelect(.entry)) {
      try pull(.entry, part) { row in try receive(decoder.decode(row)) }
    }
  }

  package func policies() throws -> [Pulled<ChargePolicy>]? {
    var decoder = PolicyDecoder()
    return try list(.chargePolicy, "true") { row in try decoder.decode(row) }
  }

  package func periodCharges(_ periods: [AccountingPeriod]) throws -> [Pulled<PeriodCharge>]? {
    var decoder = PeriodChargeDecoder()
    return try list(.periodCharge, anyOf(periods)) { row in try decoder.decode(row) }
  }

  package func invoiceLines(_ periods: [AccountingPeriod]) throws -> [Pulled<InvoiceLine>]? {
    var decoder = InvoiceLineDecoder()
    return try list(.invoiceLine, anyOf(periods)) { row in try decoder.decode(row) }
  }

  private func anyOf(_ periods: [AccountingPeriod]) -> String {
    let months = ledger.months(periods, "period")
    return "(\(months) or period is null or period in ('infinity', '-infinity'))"
  }
}

extension PostgresBooks {
  private func pull(
    _ relation: Relation, _ part: Part, receive: (borrowing CopyRow) throws -> Void
  ) throws {
    let book = book(of: relation)
    guard let select = book.select(relation) else { return }
    let columns = relation.columnsRead.map(\.selected).joined(separator: ", ")
    try book.connection.copyOut(
      """
      copy (\(part.prefix) select \(columns) from (\(select)
      ) r where \(part.condition)) to stdout (format binary)
      """, receive: receive)
  }

  /// The smaller relations, whole; `nil` = not provisioned.
  private func list<Row>(
    _ relation: Relation, _ condition: String,
    _ decode: (borrowing CopyRow) throws -> Pulled<Row>
  ) throws -> [Pulled<Row>]? {
    guard book(of: relation).select(relation) != nil else { return nil }
    var rows: [Pulled<Row>] = []
    try pull(relation, Part(condition: condition)) { row in rows.append(try decode(row)) }
    return rows
  }
}
