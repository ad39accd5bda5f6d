import Accounting
import Books
import Reconciliation
import Reporting

/// What a run came to.
package struct RunOutcome: Sendable {
  package var report: RunReport
  /// Where the reports are; `nil` where none were asked for.
  package var directory: String?
  package var exitStatus: ExitStatus
  /// What a person should know beside the report.
  package var notes: [String]
  /// The report's breaks and corrections, counted.
  package var tally: Tally
  package var prospect = PostingProspect.posted
  /// Why its metrics were not written, though all else is done.
  package var metricsLost: MetricsLost?

  static func exitStatus(of report: RunReport, _ request: RunRequest) -> ExitStatus {
    switch report.run.status {
    case .tiedOut: .done
    case .held: .correctionsHeld
    case .breaks: request.failOnBreaks ? .breaksRemain : .done
    }
  }
}

/// What would become of the corrections that are ready, were they to be posted.
package enum PostingProspect: Hashable, Sendable {
  case posted
  /// The ledger takes no entries from tieout.
  case proposedOnly
  /// Which limit is passed, and by what.
  case held(String)
}

/// The run is done, and its metrics tell of an earlier one.
package struct MetricsLost: UserFacingError {
  let path: String
  let why: String
  /// What the run would have ended with.
  let status: ExitStatus
  package let hint: String?

  package var exitStatus: ExitStatus { .reportNotWritten }

  package var message: String {
    """
    metrics cannot be written to \(path): \(why); the run itself has done its work, and would have \
    ended with \(status.rawValue)
    """
  }
}

/// The run is done and on record, and its reports are not where they belong.
package struct ReportsUnpublished: UserFacingError {
  let why: ReportingError

  package var exitStatus: ExitStatus { .reportNotWritten }
  package var message: String {
    "\(why.what); the run itself has done its work, and posted what it had to post"
  }
  package var hint: String? { why.hint }
}

extension StagedReport {
  /// Once a run is on record, that it has no report in its place does not undo it.
  /// - Throws: `ReportsUnpublished`; `ReportingError` where nothing was recorded.
  package func publish(recorded: Bool) throws {
    do throws(ReportingError) {
      try publish()
    } catch {
      throw recorded ? ReportsUnpublished(why: error) as any Error : error
    }
  }

  /// Of a run that failed. Where nobody knows whether it did, its report stays beside its place.
  func discard(after error: any Error) {
    if (error as? BooksError)?.leavesOutcomeOpen != true { discard() }
  }
}

extension RunStatus {
  /// - Parameter tally: with every correction's status as it is in the end.
  init(of tally: Tally, posted: Bool) {
    if posted, tally.count(of: .held) > 0 {
      self = .held
    } else {
      self = tally.isMaterial ? .breaks : .tiedOut
    }
  }
}

/// Why a run ended without doing its work.
package enum RunStopped: Error, Sendable {
  case anotherRun
  case booksMoved
  case byBreaks([Break])
  case doesNotTieOut([String])
  case metricsUnwritable(MetricsUnwritable)
}

extension BreakRule {
  /// The remedy, where it is no entry.
  fileprivate var adviceByHand: String {
    let none = "none: "
    return remedy.hasPrefix(none) ? String(remedy.dropFirst(none.count)) : remedy
  }
}

extension RunStopped: UserFacingError {
  package var exitStatus: ExitStatus {
    switch self {
    case .anotherRun, .booksMoved: .conflict
    case .byBreaks: .incompleteData
    case .doesNotTieOut: .internalError
    case .metricsUnwritable: .reportNotWritten
    }
  }

  package var message: String {
    switch self {
    case .anotherRun: "another run of tieout works on this ledger"
    case .booksMoved: "the ledger changed while corrections were being posted; nothing was posted"
    case .byBreaks(let stops):
      stops.map { "\($0.code.rawValue): \($0.explanation)" }.joined(separator: " ")
        + " Nothing was written"
    case .doesNotTieOut(let what):
      "the ledger would not tie out with the corrections, so none was posted: "
        + what.joined(separator: "; ")
    case .metricsUnwritable(let error):
      "metrics cannot be written to \(error.path): \(error.why); nothing was read or posted"
    }
  }

  package var hint: String? {
    switch self {
    case .anotherRun:
      "wait for it to end; select * from pg_locks where locktype = 'advisory' shows whose it is"
    case .booksMoved: "run again when the biller is quiet"
    case .byBreaks(let stops):
      Register.rules.first { $0.code == stops.first?.code }?.adviceByHand
    case .doesNotTieOut: "run without --post and report what it says"
    case .metricsUnwritable(let error): error.hint
    }
  }
}
