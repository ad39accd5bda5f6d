import Accounting
import Reconciliation

/// Rows of `entry`.
struct EntryDecoder {
  private var reader: FieldReader
  private var kinds = KindCache { EntryKind($0) }

  /// - Parameter uuids: the id columns of type uuid.
  init(uuids: Set<String>) { reader = FieldReader(.entry, uuids: uuids) }

  mutating func decode(_ row: borrowing CopyRow) throws(BooksError) -> Pulled<LedgerEntry> {
    try reader.start(row)
    let entryID = try reader.id()
    let tenant = reader.text()
    let deployment = reader.optionalText()
    let kind = kinds.kind(reader.text())
    let requestID = try reader.optionalID()
    let amount = try reader.amount()
    let currency = reader.currency()
    let period = try reader.period()
    let servicePeriod = try reader.optionalPeriod()
    let postedAt = try reader.time()
    let reverses = try reader.optionalID()
    let key = reader.optionalText()
    let reason = reader.optionalText()

    guard reader.problem == nil, let amount, let currency, let period, let postedAt else {
      return .setAside(
        SetAsideRow(
          relation: .ledgerEntry, rowID: entryID, requestID: requestID, tenant: tenant,
          deployment: deployment, currency: currency, period: servicePeriod ?? period,
          at: postedAt, amount: amount, problem: reader.problem ?? "incomplete"))
    }
    return .row(
      LedgerEntry(
        entryID: entryID, tenant: tenant, deployment: deployment, kind: kind,
        requestID: requestID, amount: amount, currency: currency, period: period,
        servicePeriod: servicePeriod, postedAt: postedAt, reversesEntryID: reverses,
        idempotencyKey: key, reason: reason))
  }
}

/// Rows of `invoice_line`.
struct InvoiceLineDecoder {
  private var reader = FieldReader(.invoiceLine)

  mutating func decode(_ row: borrowing CopyRow) throws(BooksError) -> Pulled<InvoiceLine> {
    try reader.start(row)
    let lineID = reader.text()
    let invoiceID = reader.text()
    let tenant = reader.text()
    let deployment = reader.optionalText()
    let kind = reader.text()
    let period = try reader.period()
    let minorUnits = try reader.integer()
    let currency = reader.currency()
    let status = reader.text()

    guard reader.problem == nil, let period, let currency else {
      return .setAside(
        SetAsideRow(
          relation: .invoiceLine, rowID: lineID, tenant: tenant, deployment: deployment,
          currency: currency, period: period, problem: reader.problem ?? "incomplete"))
    }
    return .row(
      InvoiceLine(
        lineID: lineID, invoiceID: invoiceID, tenant: tenant, deployment: deployment, kind: kind,
        period: period, amount: Money(minorUnits: minorUnits, of: currency), currency: currency,
        status: status))
  }
}
