import Accounting
import Foundation
import Reconciliation

/// The run's figures for Prometheus' textfile collector.
enum Metrics {
  /// Makes a file beside the one that is to be written, and takes it away again.
  static func tryPlace(_ path: String) throws(MetricsUnwritable) {
    let target = try target(of: path)
    defer { unlink(draft(of: target)) }
    try writeDraft([], of: target)
  }

  /// Writes beside the file and renames, so that a scrape never sees half of it.
  static func write(_ outcome: RunOutcome, to path: String) throws {
    let target = try target(of: path)
    defer { unlink(draft(of: target)) }
    try writeDraft(Array(text(outcome).utf8), of: target)
    guard rename(draft(of: target), target) == 0 else { throw MetricsUnwritable(path, errno) }
  }

  /// The file itself, where the path is a link to it. What is no file is never replaced by one.
  private static func target(of path: String) throws(MetricsUnwritable) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { return path }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw MetricsUnwritable(path, EISDIR)
    default: throw MetricsUnwritable(noFile: path)
    }
    guard let real = realpath(path, nil) else { throw MetricsUnwritable(path, errno) }
    defer { free(real) }
    return String(cString: real)
  }

  private static func draft(of path: String) -> String { path + ".tmp" }

  private static func writeDraft(_ text: [UInt8], of path: String) throws(MetricsUnwritable) {
    let file = open(draft(of: path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard file >= 0 else { throw MetricsUnwritable(path, errno) }
    defer { close(file) }
    var rest = text[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        throw MetricsUnwritable(path, errno)
      }
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

/// Metrics have no place to be written to.
package struct MetricsUnwritable: Error, Sendable {
  let path: String
  let why: String
  let hint: String

  init(_ path: String, _ code: Int32) {
    self.path = path
    why = String(cString: strerror(code))
    hint =
      switch code {
      case ENOSPC, EDQUOT: "free some space, or choose another metrics.textfile"
      case EISDIR: "metrics.textfile is a directory: name a file in it"
      default: "make the directory of metrics.textfile writable for this user"
      }
  }

  /// A device, a pipe.
  init(noFile path: String) {
    self.path = path
    why = "it is no file"
    hint = "name a file, or one that is not there yet"
  }
}
