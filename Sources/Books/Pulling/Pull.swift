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

  package func controlTotal(usage selection: UsageSelection) throws -> ControlTotal {
    try total(.usageEvent, of: "charge", try gateway.parts(selection))
  }

  package func controlTotal(entries selection: EntrySelection) throws -> ControlTotal {
    try total(
      .entry, of: "amount",
      try ledger.parts(selection, from: ledger.requiredSelect(.entry)))
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

  /// What the server counts and sums itself. Its numerics hold more than `Money`: the amounts that
  /// `Money` cannot hold are left out here as there. NaN and infinity fail the comparison.
  private func total(
    _ relation: Relation, of column: String, _ parts: [Part]
  ) throws(BooksError) -> ControlTotal {
    let sum = """
      sum(\(column)) filter (where abs(\(column)) < \(PostgresNumeric.limit)
        and scale(trim_scale(\(column))) <= \(Money.scale))
      """
    var total = ControlTotal()
    for part in parts {
      let result = try book(of: relation).connection.query(counting(relation, sum, part))
      try add(result, to: &total, relation, column)
    }
    return total
  }

  private func counting(_ relation: Relation, _ sum: String, _ part: Part) -> String {
    """
    \(part.prefix) select count(*), coalesce(\(sum), 0)
    from (\(book(of: relation).requiredSelect(relation))
    ) r where \(part.condition)
    """
  }

  private func add(
    _ result: borrowing QueryResult, to total: inout ControlTotal, _ relation: Relation,
    _ column: String
  ) throws(BooksError) {
    do {
      total.rows += Int(result.text(0, 0) ?? "") ?? 0
      try total.amount += Money(result.text(0, 1) ?? "0")
    } catch {
      throw BooksError(
        .data,
        """
        \(book(of: relation).adapter.name(of: relation)): the sum of \(column) is too large to \
        prove
        """,
        hint: "narrow the range, or correct the amounts near 10^20")
    }
  }

  /// Where the first pass could read every amount, the server need not look at each before it sums.
  package func controlTotals(
    of scope: Scope
  ) throws -> (usage: ControlTotal, entries: ControlTotal) {
    reading?(.counting)
    let usage = try gateway.parts(scope.usage)
    let entries = try ledger.parts(
      scope.entries, from: ledger.requiredSelect(.entry))
    guard !hasUnreadableAmounts, gateway.connection !== ledger.connection else {
      return (
        try total(.usageEvent, of: "charge", usage), try total(.entry, of: "amount", entries)
      )
    }
    do {
      return try plainTotals(usage, entries)
    } catch {
      gateway.connection.abandon()
      ledger.connection.abandon()
      throw error
    }
  }

  private func plainTotals(
    _ usage: [Part], _ entries: [Part]
  ) throws(BooksError) -> (usage: ControlTotal, entries: ControlTotal) {
    var totals = (usage: ControlTotal(), entries: ControlTotal())
    for index in 0..<max(usage.count, entries.count) {
      if index < usage.count {
        try gateway.connection.send(counting(.usageEvent, "sum(charge)", usage[index]))
      }
      if index < entries.count {
        try ledger.connection.send(counting(.entry, "sum(amount)", entries[index]))
      }
      if index < usage.count {
        try add(gateway.connection.received(), to: &totals.usage, .usageEvent, "charge")
      }
      if index < entries.count {
        try add(ledger.connection.received(), to: &totals.entries, .entry, "amount")
      }
    }
    return totals
  }
}
