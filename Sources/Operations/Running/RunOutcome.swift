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

  static func exitStatus(of report: RunReport, _ request: RunRequest) -> ExitStatus {
    switch report.run.status {
    case .tiedOut: .done
    case .held: .correctionsHeld
    case .breaks: request.failOnBreaks ? .breaksRemain : .done
    }
  }
}

extension RunStatus {
  /// - Parameter report: with every correction's status as it is in the end.
  init(of report: RunReport, _ terms: Terms) {
    let judgement = report.judgement
    if report.run.posted, judgement.corrections.contains(where: { $0.status == .held }) {
      self = .held
      return
    }
    let answered = Dictionary(grouping: judgement.corrections, by: \.breakID)
    let isOpen = judgement.breaks.contains { found in
      let corrections = answered[found.id] ?? []
      let isSettled = !corrections.isEmpty && corrections.allSatisfy { $0.status == .posted }
      return !isSettled && found.isMaterial(terms)
    }
    self = isOpen ? .breaks : .tiedOut
  }
}

extension Break {
  /// Whether it is worth an exit status. A break without an amount of its own, such as a policy
  /// gap, cannot be weighed and always is.
  fileprivate func isMaterial(_ terms: Terms) -> Bool {
    severity != .info && (amount.isZero || amount.magnitude >= terms.materiality)
  }
}

/// Why a run ended without doing its work.
package enum RunStopped: Error, Sendable {
  case anotherRun
  case booksMoved
  case byBreaks([Break])
  case doesNotTieOut([String])
  case metricsNotWritten(String)
}

extension RunStopped: UserFacingError {
  package var exitStatus: ExitStatus {
    switch self {
    case .anotherRun, .booksMoved: .conflict
    case .byBreaks: .incompleteData
    case .doesNotTieOut: .internalError
    case .metricsNotWritten: .reportNotWritten
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
    case .metricsNotWritten(let path):
      "the run is done and reported, but \(path) could not be written"
    }
  }

  package var hint: String? {
    switch self {
    case .anotherRun:
      "wait for it to end; select * from pg_locks where locktype = 'advisory' shows whose it is"
    case .booksMoved: "run again when the biller is quiet"
    case .byBreaks(let stops):
      Register.rules.first { $0.code == stops.first?.code }?.remedy
    case .doesNotTieOut: "run without --post and report what it says"
    case .metricsNotWritten: "make the directory of metrics.textfile writable for this user"
    }
  }
}
