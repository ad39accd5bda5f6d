import Accounting
import Billing
import Books

/// One relation of the demo's books, ready for COPY.
package struct DemoTable {
  /// Schema and name.
  package let relation: String
  package let columns: String
  /// In COPY's text format, the end of line included.
  package let rows: AnySequence<String>

  package var copyStatement: String { "copy \(relation) (\(columns)) from stdin" }

  init(_ relation: String, _ columns: String, _ rows: some Sequence<[String?]>) {
    self.relation = relation
    self.columns = columns.split(whereSeparator: \.isWhitespace).joined(separator: ", ")
    self.rows = AnySequence(rows.lazy.map(CopyText.line))
  }
}

extension DemoBooks {
  /// What goes into the gateway's database.
  package var gatewayTables: [DemoTable] {
    [usageTable, policyTable, periodChargeTable, priceTable]
  }

  /// What goes into the ledger's database.
  package var ledgerTables: [DemoTable] { [entryTable, invoiceTable] }

  /// Writes the books into databases that have the contract's tables, empty.
  package func load(
    gateway: Connection, ledger: Connection, progress: (String) -> Void = { _ in }
  ) throws(BooksError) {
    for (connection, tables) in [(gateway, gatewayTables), (ledger, ledgerTables)] {
      for table in tables {
        progress("loading \(table.relation)")
        _ = try connection.copyIn(table.copyStatement, rows: table.rows)
      }
      try connection.execute("analyze")
    }
  }

  private var usageTable: DemoTable {
    DemoTable(
      "gateway.usage_event",
      """
      event_id request_id provider_request_id attempt_kind tenant_id deployment_id user_id key_id
      session_id caller_type occurred_at recorded_at operation provider model status billable
      input_tokens cache_read_tokens cache_write_5m_tokens cache_write_1h_tokens output_tokens
      reasoning_tokens cost charge charge_minor currency price_version policy_id
      """,
      arrivals.lazy.map { position in
        let row = events[position]
        let event = row.event
        let tokens = event.tokens
        return [
          event.eventID, event.requestID, event.providerRequestID, event.attempt.text,
          event.tenant, event.deployment, event.user, row.keyID, event.session, row.callerType,
          event.occurredAt.description, event.recordedAt.description, row.operation, row.provider,
          event.model, event.status.text, event.billable ? "t" : "f", String(tokens.input),
          String(tokens.cacheRead), String(tokens.cacheWrite5m), String(tokens.cacheWrite1h),
          String(tokens.output), String(tokens.reasoning), row.cost?.description,
          row.chargeText ?? event.charge?.description, event.chargeMinor.map { String($0) },
          row.currencyText ?? event.currency.code, DemoModel.listVersion, row.policyID,
        ]
      })
  }

  private var entryTable: DemoTable {
    DemoTable(
      "ledger.entry",
      """
      entry_id tenant_id deployment_id account kind request_id amount currency quantity unit period
      service_period posted_at reverses_entry_id idempotency_key reason metadata
      """,
      entries.lazy.map { row in
        let entry = row.entry
        return [
          entry.entryID, entry.tenant, entry.deployment, row.account, entry.kind.text,
          entry.requestID, entry.amount.text(in: entry.currency), entry.currency.code,
          row.tokens.map { String($0) }, row.tokens == nil ? nil : "token",
          entry.period.firstDay.description, entry.servicePeriod?.firstDay.description,
          entry.postedAt.description, entry.reversesEntryID, entry.idempotencyKey, entry.reason,
          "{}",
        ]
      })
  }

  private var invoiceTable: DemoTable {
    DemoTable(
      "ledger.invoice_line",
      """
      line_id invoice_id tenant_id deployment_id kind period amount_minor currency input_tokens
      output_tokens requests status
      """,
      invoiceLines.lazy.map { row in
        let line = row.line
        return [
          line.lineID, line.invoiceID, line.tenant, line.deployment, line.kind,
          line.period.firstDay.description,
          line.amount.minorUnits(of: line.currency).map { String($0) },
          line.currency.code, String(row.tally.input), String(row.tally.output),
          String(row.tally.requests), line.status,
        ]
      })
  }
}
