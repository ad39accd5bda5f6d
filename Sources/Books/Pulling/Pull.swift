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

  package func calls(
    _ selection: UsageSelection, receive: (UsageEvent) throws -> Void
  ) throws {
    var decoder = UsageDecoder(zone: zone, uuids: gateway.uuids(.usageEvent))
    // Rows that tell no time are set aside: the order matters within a part alone.
    for part in try gateway.parts(selection) {
      try pull(.usageEvent, part, orderedBy: "occurred_at, event_id::text collate \"C\"") { row in
        if case .row(let call) = try decoder.decode(row) { try receive(call) }
      }
    }
  }

  package func policies() throws -> [Pulled<ChargePolicy>]? {
    var decoder = PolicyDecoder()
    return try list(.chargePolicy, "true") { row in try decoder.decode(row) }
  }

  package func prices() throws -> PriceRows? {
    guard gateway.select(.price) != nil else { return nil }
    var rows = PriceRows()
    var decoder = PriceDecoder()
    let order = "effective_from, version, price_book, provider, model, component"
    try pull(.price, Part(condition: "true"), orderedBy: order) { row in
      try decoder.decode(row, into: &rows)
    }
    guard gateway.select(.modelAlias) != nil else { return rows }
    var aliases = ModelAliasDecoder()
    try pull(.modelAlias, Part(condition: "true"), orderedBy: "effective_from, provider, alias") {
      row in try aliases.decode(row, into: &rows)
    }
    return rows
  }

  package func importedPrices() throws -> PriceRows? {
    guard let store = try PriceStore(ledger.connection) else { return nil }
    var rows = PriceRows()
    for book in Set(try store.versions().map(\.book)).sorted() {
      rows.prices += try store.prices(of: book)
      rows.aliases += try store.aliases(of: book)
    }
    return rows
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
  func pull(
    _ relation: Relation, _ part: Part, orderedBy order: String? = nil,
    receive: (borrowing CopyRow) throws -> Void
  ) throws {
    let book = book(of: relation)
    guard let select = book.select(relation) else { return }
    let columns = relation.columnsRead.map(\.selected).joined(separator: ", ")
    try book.connection.copyOut(
      """
      copy (\(part.prefix) select \(columns) from (\(select)
      ) r where \(part.condition)\(order.map { " order by \($0)" } ?? "")) to stdout (format binary)
      """, receive: receive)
  }

  /// The smaller relations, whole; `nil` = not provisioned.
  func list<Row>(
    _ relation: Relation, _ condition: String,
    _ decode: (borrowing CopyRow) throws -> Pulled<Row>
  ) throws -> [Pulled<Row>]? {
    guard book(of: relation).select(relation) != nil else { return nil }
    var rows: [Pulled<Row>] = []
    try pull(relation, Part(condition: condition)) { row in rows.append(try decode(row)) }
    return rows
  }
}
