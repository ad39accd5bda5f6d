import Books
import Reconciliation
import Reporting

/// Why a stored report cannot be had.
package enum HistoryError: UserFacingError, Hashable {
  case noHistory
  case unknownRun(String)
  case ambiguousRun(String, [String])
  case notKept(String, version: String)
  case removed(String)
  case altered(String)
  case otherProgram(String, version: String)

  package var exitStatus: ExitStatus {
    switch self {
    case .noHistory: .configuration
    case .unknownRun, .ambiguousRun: .usage
    case .notKept, .removed, .altered, .otherProgram: .incompleteData
    }
  }

  package var message: String {
    switch self {
    case .noHistory: "no history is kept beside this ledger"
    case .unknownRun(let name): "no run '\(name.harmless)' is on record"
    case .ambiguousRun(let name, _): "more than one run begins with '\(name.harmless)'"
    case .notKept(let run, let version): "run \(run) was recorded by \(version), without its report"
    case .removed(let run): "the report of run \(run) was removed from tieout.run_report"
    case .altered(let run): "the stored report of run \(run) is not what the run recorded"
    case .otherProgram(let run, let version):
      "run \(run) was recorded by tieout \(version), and this version would write its report "
        + "otherwise"
    }
  }

  package var hint: String? {
    switch self {
    case .noHistory: "run tieout install, or name the ledger with --job or TIEOUT_LEDGER_DSN"
    case .unknownRun: "tieout runs lists them"
    case .ambiguousRun(_, let ids): "give more of it: \(ids.joined(separator: ", "))"
    case .notKept: "its reports are where the run wrote them, if anywhere"
    case .removed: "take it from a backup of the ledger's database"
    case .altered: "find out who may write there; tieout check examines the audit chain"
    case .otherProgram(_, let version): "use tieout \(version)"
    }
  }
}

extension StoredRun {
  /// The run's report as it was, and proven to be: the stored bytes are those that the audit chain
  /// covers, and this program writes the same ones again.
  ///
  /// - Parameter read: hands over the stored pieces.
  /// - Throws: `HistoryError`, `ReportingError`, and what `read` throws.
  func report(
    in scratch: Scratch, read: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws -> RunReport {
    guard let reportDigest else { throw HistoryError.notKept(id, version: version) }
    var reading = ReportReading(in: scratch)
    var stored = PlainDigest()
    var isEmpty = true
    var failure: (any Error)?
    try read { bytes in
      isEmpty = false
      stored.add(bytes)
      guard failure == nil else { return }
      do { try reading.take(bytes) } catch { failure = error }
    }
    guard !isEmpty else { throw HistoryError.removed(id) }
    guard stored.text == reportDigest else { throw HistoryError.altered(id) }
    if let failure { throw failure }
    var report = try reading.finish()
    var written = PlainDigest()
    for piece in try report.document(in: scratch) { written.add(piece) }
    guard written.text == reportDigest else {
      throw HistoryError.otherProgram(id, version: version)
    }
    report.run.recordDigest = recordDigest
    return report
  }
}

/// A run's reports, written again from history alone.
package struct ReportReplay {
  /// Where they are.
  package let directory: String
  package let report: RunReport

  /// - Parameters:
  ///   - name: a run's id, the beginning of it, or its number.
  ///   - job: where the ledger is.
  /// - Throws: `BooksError`, `HistoryError`, `ReportingError`.
  package init(
    ofRun name: String, _ job: Job, as formats: [String], to directory: String, scratch: Scratch
  ) throws {
    let session = try Connection("ledger", conninfo: job.ledger.dsn ?? "")
    let run = try Self.run(named: name, on: session)
    report = try run.report(in: scratch) {
      try session.storedReport(ofRun: run.number, receive: $0)
    }
    let files = Reports.render(report, as: formats.compactMap(ReportFormat.init(rawValue:)))
    let staged = try ReportPublisher.stage(files, in: directory, runID: run.id)
    try staged.publish()
    self.directory = staged.directory
  }

  private static func run(named name: String, on session: Connection) throws -> StoredRun {
    guard try TieoutSchema.version(on: session) != nil else { throw HistoryError.noHistory }
    let runs = try session.storedRuns(.named(name))
    guard let run = runs.first else { throw HistoryError.unknownRun(name) }
    if runs.count == 1 || run.id == name { return run }
    if let numbered = runs.first(where: { "\($0.number)" == name }) { return numbered }
    throw HistoryError.ambiguousRun(name, runs.prefix(4).map(\.id))
  }

  /// In one line.
  package var summary: String {
    "\(report.run.job.harmless) · \(report.run.range.first) to \(report.run.range.last) · as of "
      + "\(report.run.asOf) · \(report.run.status.rawValue)\nReports  \(directory.harmless)\n"
  }
}
