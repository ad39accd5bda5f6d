import Accounting
import Billing
import Reconciliation

extension PostgresBooks: BookSource {
  package func usage(
    _ selection: UsageSelection, receive: (Pulled<UsageEvent>) throws -> Void
  ) throws {
    var decoder = UsageDecoder(zone: zone)
    for part in try gateway.connection.parts(selection) {
      try pull(.usageEvent, part) { row in try receive(decoder.decode(row)) }
    }
  }

  package func entries(
    _ selection: EntrySelection, receive: (Pulled<LedgerEntry>) throws -> Void
  ) throws {
    var decoder = EntryDecoder()
    for part in try ledger.connection.parts(selection, from: ledger.requiredSelect(.entry)) {
      try pull(.entry, part) { row in try receive(decoder.decode(row)) }
    }
  }

  package func controlTotal(usage selection: UsageSelection) throws -> ControlTotal {
    try total(.usageEvent, of: "charge", try gateway.connection.parts(selection))
  }

  package func controlTotal(entries selection: EntrySelection) throws -> ControlTotal {
    try total(
      .entry, of: "amount",
      try ledger.connection.parts(selection, from: ledger.requiredSelect(.entry)))
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
    let months = ledger.connection.months(periods, "period")
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

  /// What the server counts and sums itself. Its numerics hold more than `Money`: the amounts that
  /// `Money` cannot hold are left out here as there. NaN and infinity fail the comparison.
  private func total(
    _ relation: Relation, of column: String, _ parts: [Part]
  ) throws(BooksError) -> ControlTotal {
    let book = book(of: relation)
    var total = ControlTotal()
    for part in parts {
      let result = try book.connection.query(
        """
        \(part.prefix) select count(*), coalesce(sum(\(column)) filter (
          where abs(\(column)) < \(PostgresNumeric.limit)
            and scale(trim_scale(\(column))) <= \(Money.scale)), 0)
        from (\(book.requiredSelect(relation))
        ) r where \(part.condition)
        """)
      do {
        total.rows += Int(result.text(0, 0) ?? "") ?? 0
        try total.amount += Money(result.text(0, 1) ?? "0")
      } catch {
        throw BooksError(
          .data, "\(book.adapter.name(of: relation)): the sum of \(column) is too large to prove",
          hint: "narrow the range, or correct the amounts near 10^20")
      }
    }
    return total
  }
}
