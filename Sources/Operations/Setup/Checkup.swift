import Books
import Foundation

/// What a run of a job would find, tried before it runs.
package struct Checkup: Sendable {
  private let findings: [Finding]
  /// Of what is written.
  private let files: [Finding]

  /// - Parameter posting: whether what posting needs is tried too.
  /// - Throws: `SettingsError`; `BooksError` where a server cannot be reached at all.
  package init(_ job: Job, posting: Bool) throws {
    let zone = try Zones.billingZone(named: job.timezone)
    let books = try PostgresBooks(
      gateway: job.gateway.place, ledger: job.ledger.place, zone: zone)
    findings = try books.check(posting: posting)
    files =
      [Self.directory(job.reportDirectory)] + (job.metricsTextfile.map { [Self.metrics($0)] } ?? [])
  }

  package var exitStatus: ExitStatus {
    if findings.contains(where: { !$0.ok }) { return .configuration }
    return files.contains { !$0.ok } ? .reportNotWritten : .done
  }

  /// A line for each thing, with what to do below it.
  package func text(color: Bool) -> String {
    let style = Style(color: color)
    let all = findings + files
    let lines = all.flatMap { finding in
      let mark =
        switch finding.verdict {
        case .ok: style.green("ok    ")
        case .advice: style.yellow("advice")
        case .fault: style.red("fault ")
        }
      let hint = finding.hint.map { ["        hint: \($0)"] } ?? []
      return ["\(mark)  \(finding.what)"] + hint
    }
    let faults = all.count { !$0.ok }
    let verdict =
      faults == 0
      ? "A run would work." : "A run would fail: \(Summary.count(faults, "fault"))."
    return (lines + ["", verdict]).map { $0 + "\n" }.joined()
  }

  /// Reports go to a directory that is there, or that can be made where its parent is.
  private static func directory(_ path: String) -> Finding {
    var place = URL(fileURLWithPath: path).standardizedFileURL
    var isDirectory: ObjCBool = false
    while !FileManager.default.fileExists(atPath: place.path, isDirectory: &isDirectory),
      place.path != "/"
    {
      place.deleteLastPathComponent()
    }
    guard isDirectory.boolValue, FileManager.default.isWritableFile(atPath: place.path) else {
      return Finding(
        .fault, "reports cannot be written to \(path): \(place.path) is not writable",
        hint: "make it writable for this user, or set reports.directory or --report-dir")
    }
    return Finding(.ok, "reports can be written to \(path)")
  }

  private static func metrics(_ path: String) -> Finding {
    do throws(MetricsUnwritable) {
      try Metrics.tryPlace(path)
    } catch {
      return Finding(
        .fault, "metrics cannot be written to \(path): \(error.why)", hint: error.hint)
    }
    return Finding(.ok, "metrics can be written to \(path)")
  }
}
