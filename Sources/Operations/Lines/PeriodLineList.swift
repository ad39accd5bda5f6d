import Accounting
import Billing
import Books
import Reconciliation
import Reporting

/// The invoice lines of a range of days: one for each deployment, rounded once, by the job's rule.
package struct PeriodLineList: Sendable {
  private let lines: [PeriodLine]

  /// Reads the gateway's book alone.
  /// - Throws: `SettingsError` for an unknown time zone, `BooksError`.
  package init(_ job: Job, _ range: DayRange, _ places: PlaceFilter) throws {
    let zone = try Zones.billingZone(named: job.timezone)
    let books = try PostgresBooks(
      gateway: job.gateway.place, ledger: job.ledger.place, zone: zone)
    lines = try PeriodLine.lines(
      of: books.usageByDeployment(range.instants(in: zone), places), roundedTo: job.rounding)
  }

  package var csv: [UInt8] { PeriodLineCSV.bytes(lines) }

  /// An array of objects, a line each; money and counts are texts, so that no reader rounds them.
  package var json: String {
    let objects = lines.map { line in
      let members = [
        ("tenant_id", JSONText.quoted(line.tenant)),
        ("deployment_id", line.deployment.map(JSONText.quoted) ?? "null"),
        ("line_text", JSONText.quoted(line.text)), ("unit", JSONText.quoted(PeriodLine.unit)),
        ("quantity", "\"\(line.quantity)\""),
        ("amount", "\"\(line.amount.text(in: line.currency))\""),
        ("currency", "\"\(line.currency)\""),
      ]
      return "{ " + members.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + " }"
    }
    return "[\(objects.map { "\n  " + $0 }.joined(separator: ","))\n]\n"
  }
}
