import Billing
import Books
import Foundation

/// Providers' reports, imported from the JSON that their APIs gave.
package struct BillImport: Sendable {
  /// What became of each file, one line each.
  package private(set) var lines: [String] = []

  /// - Parameters:
  ///   - files: in order; a later one stands before an earlier one of the same report. All are
  ///     recorded, or none.
  ///   - account: whose reports they are.
  ///   - provider: `nil` = whatever the files are.
  /// - Throws: `UsageError` for a file that is not there; `FileRefused`; `BooksError`.
  package init(_ job: Job, files: [String], account: String, provider: String?) throws {
    guard !account.isEmpty else {
      throw UsageError("--account is empty", hint: "name the organization or project billed")
    }
    var reports: [(file: String, report: ProviderReport)] = []
    for file in files {
      reports.append((file, try BillImport.read(file, account: account, provider: provider)))
    }
    let book = try BillBook(ledger: job.ledger.dsn ?? "")
    let receipts = try book.record(
      reports.map { ($0.report, URL(fileURLWithPath: $0.file).lastPathComponent) })
    for ((file, report), receipt) in zip(reports, receipts) {
      var line = """
        \(file.harmless): \(report.provider) \(report.kind.rawValue), \(receipt.rows) rows: \
        \(receipt.recorded) buckets recorded, \(receipt.duplicate) duplicate, \
        \(receipt.replaced) replaced
        """
      if report.hasMore { line += "; the report has further pages: import them too" }
      lines.append(line)
    }
  }

  private static func read(
    _ file: String, account: String, provider: String?
  ) throws -> ProviderReport {
    guard let text = FileManager.default.contents(atPath: file) else {
      throw UsageError(
        "\(file.harmless) cannot be read", hint: "check the path and its permissions")
    }
    let report: ProviderReport
    do throws(ProviderReportError) {
      report = try ProviderReport(reading: text, account: account)
    } catch {
      throw FileRefused(
        "\(file.harmless): \(error.description.harmless)",
        hint: "give the JSON of Anthropic's or OpenAI's usage or cost report as its API gave it")
    }
    if let provider, provider != report.provider {
      throw FileRefused(
        "\(file.harmless) is a report of \(report.provider), not of \(provider.harmless)",
        hint: "leave --provider out, or give the right file")
    }
    return report
  }
}

/// What was imported and stands.
package struct BillList: Sendable {
  package let text: String

  package init(_ job: Job) throws {
    let bills = try BillBook(ledger: job.ledger.dsn ?? "").list()
    var table = TextTable([.left, .left, .left, .left, .left, .right, .decimal, .left])
    for bill in bills {
      table.append(
        bill.provider.harmless, bill.account.harmless, bill.report, bill.first, bill.last,
        "\(bill.buckets)", bill.amount ?? "", bill.amount == nil ? "" : bill.currency ?? "")
    }
    let headings = ["provider", "account", "report", "from", "to", "buckets", "amount", "currency"]
    text =
      bills.isEmpty
      ? "no provider's bill was imported\n"
      : table.lines(headings: headings, indent: 0).map { $0 + "\n" }.joined()
  }
}
