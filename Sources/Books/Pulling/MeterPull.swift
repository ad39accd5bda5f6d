import Accounting
import Billing
import Reconciliation

extension PostgresBooks {
  package func meters() throws -> [Pulled<Meter>]? {
    var decoder = MeterDecoder()
    return try list(.meter, "true") { row in try decoder.decode(row) }
  }

  package func allowances() throws -> [Pulled<Allowance>]? {
    var decoder = AllowanceDecoder()
    return try list(.allowance, "true") { row in try decoder.decode(row) }
  }

  package func meterEntries(
    postedFrom start: Instant?, before end: Instant, orCorrecting months: [AccountingPeriod],
    receive: (Pulled<MeterEntry>) throws -> Void
  ) throws -> Bool {
    guard try tellsMeters() else { return false }
    var decoder = MeterEntryDecoder(uuids: ledger.uuids(.entry))
    var posted = "posted_at < \(try ledger.literal(end))"
    if let start { posted += " and posted_at >= \(try ledger.literal(start))" }
    let dates = try ledger.connection.literal(months.map(\.firstDay.description))
    let condition = """
      (account = 'credits' or account like 'meter:%' or account like 'pool:%')
      and kind in ('usage', 'adjustment', 'reversal')
      and (\(posted) or \(MeterEntryDecoder.isCorrection)
        and coalesce(service_period, period) = any(\(dates)::date[]))
      """
    let columns = MeterEntryDecoder.columns.map(\.selected).joined(separator: ", ")
    let select = ledger.requiredSelect(.entry)
    try ledger.connection.copyOut(
      """
      copy (select \(columns) from (\(select)
      ) r where \(condition) order by posted_at, entry_id::text collate "C")
      to stdout (format binary)
      """
    ) { row in try receive(decoder.decode(row)) }
    return true
  }

  /// Whether the ledger's adapter returns quantities: one that knows of money alone need not.
  private func tellsMeters() throws(BooksError) -> Bool {
    let select = ledger.requiredSelect(.entry)
    let result = try ledger.connection.query("select * from (\(select)\n) r limit 0")
    return (0..<result.columnCount).contains { column in
      result.columnName(column) == "quantity"
        && ContractColumn.Kind.amount.accepted?.contains(result.columnType(column)) ?? false
    }
  }
}
