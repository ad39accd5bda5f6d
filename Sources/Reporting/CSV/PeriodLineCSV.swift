import Billing

/// Invoice lines of a period, for spreadsheets and for the system that writes the invoices.
package enum PeriodLineCSV {
  package static func bytes(_ lines: [PeriodLine]) -> [UInt8] {
    var writer = CSVWriter()
    for heading in [
      "tenant_id", "deployment_id", "line_text", "unit", "quantity", "amount", "currency",
    ] { writer.plain(heading) }
    writer.endRow()
    for line in lines {
      writer.text(line.tenant)
      writer.text(line.deployment)
      writer.text(line.text)
      writer.plain(PeriodLine.unit)
      writer.plain("\(line.quantity)")
      writer.plain(line.amount.text(in: line.currency))
      writer.plain(line.currency.code)
      writer.endRow()
    }
    return writer.bytes
  }
}
