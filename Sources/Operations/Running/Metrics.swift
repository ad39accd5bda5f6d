import Accounting
import Foundation
import Reconciliation

/// The run's figures for Prometheus' textfile collector.
enum Metrics {
  static let hint = "make the directory of metrics.textfile writable for this user"

  /// Whether files can be made beside the file.
  static func canBeWritten(to path: String) -> Bool {
    let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: directory, isDirectory: &isDirectory)
      && isDirectory.boolValue && FileManager.default.isWritableFile(atPath: directory)
  }

  /// Writes beside the file and renames, so that a scrape never sees half of it.
  static func write(_ outcome: RunOutcome, to path: String) throws {
    let draft = path + ".tmp"
    do {
      try Data(text(outcome).utf8).write(to: URL(filePath: draft))
      guard rename(draft, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    } catch {
      unlink(draft)
      throw error
    }
  }

  static func text(_ outcome: RunOutcome) throws -> String {
    let report = outcome.report
    let job = "job=\"\(escaped(report.run.job))\""
    let judgement = report.judgement
    var lines = head("tieout_run_exit_status", "Exit status of the latest run.")
    lines.append("tieout_run_exit_status{\(job)} \(outcome.exitStatus.rawValue)")
    lines += head("tieout_run_as_of_seconds", "Moment the latest run looked at.")
    lines.append(
      "tieout_run_as_of_seconds{\(job)} \(report.run.asOf.microseconds / 1_000_000)")
    lines += head("tieout_requests", "Requests of the latest run, clean and broken.")
    lines.append(
      "tieout_requests{\(job),state=\"clean\"} \(judgement.controls.cleanRequests)")
    lines.append(
      "tieout_requests{\(job),state=\"broken\"} \(judgement.controls.brokenRequests)")
    lines += head("tieout_breaks", "Breaks that the latest run found.")
    for rule in Register.rules {
      lines.append(
        """
        tieout_breaks{\(job),code="\(rule.code.rawValue)",severity="\(rule.severity.rawValue)"} \
        \(outcome.tally.count { $0.code == rule.code })
        """)
    }
    lines += head("tieout_variance", "Posted less due, in major units, before corrections.")
    let byCurrency = Dictionary(grouping: judgement.groups, by: \.key.currency)
    for currency in byCurrency.keys.sorted() {
      let variance = try Money.sum((byCurrency[currency] ?? []).map(\.variance))
      lines.append("tieout_variance{\(job),currency=\"\(currency)\"} \(variance)")
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func head(_ name: String, _ help: String) -> [String] {
    ["# HELP \(name) \(help)", "# TYPE \(name) gauge"]
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
