import Logging
import Operations
import Reconciliation

/// Tells people, or the programs that read logs, how a run goes.
struct RunObserver {
  private let output: OutputOptions
  private let console: Console
  private let log: Logger
  private let line: ProgressLine
  private let stages: StageLog

  init(_ output: OutputOptions, _ console: Console) {
    self.output = output
    self.console = console
    var log = output.logFormat.logger(to: console)
    if output.quiet { log.logLevel = .error }
    self.log = log
    line = ProgressLine(console: console, quiet: output.quiet || output.logFormat == .json)
    stages = StageLog()
  }

  func began(_ request: RunRequest) {
    log.info(
      "run started",
      metadata: [
        "job": "\(request.job.name)", "from": "\(request.range.first)",
        "to": "\(request.range.last)", "timezone": "\(request.job.timezone)",
        "as_of": "\(request.asOf)", "post": .stringConvertible(request.post),
        "dry_run": .stringConvertible(request.dryRun),
      ])
  }

  func advanced(_ progress: RunProgress) {
    line.show(progress)
    if stages.isNew(progress.stage) {
      log.info("stage", metadata: ["stage": "\(progress.stage)"])
    } else if stages.isDue() {
      var metadata: Logger.Metadata = ["stage": "\(progress.stage)"]
      for (name, value) in progress.figures { metadata[name] = .stringConvertible(value) }
      log.info("progress", metadata: metadata)
    }
  }

  /// Before anything else is written, an error too.
  func clear() { line.clear() }

  /// Tells what the run came to, to programs too where they asked.
  /// - Parameter verdict: a last line beside the summary's own.
  /// - Throws: `MetricsLost`, in the end, where the run's metrics were not written.
  func ended(_ outcome: RunOutcome, verdict: String? = nil) throws {
    clear()
    tell(outcome, verdict)
    if output.json { try outcome.writeJSON(to: console.output) }
    if let lost = outcome.metricsLost { throw lost }
  }

  private func tell(_ outcome: RunOutcome, _ verdict: String?) {
    for note in outcome.notes { log.notice("\(note)") }
    let run = outcome.report.run
    log.info(
      "run ended",
      metadata: [
        "run": "\(run.id)", "status": "\(run.status.rawValue)",
        "exit_status": .stringConvertible(Int(outcome.exitStatus.rawValue)),
        "posted": .stringConvertible(run.posted),
        "breaks": .stringConvertible(outcome.report.judgement.breaks.count),
        "corrections": .stringConvertible(outcome.report.judgement.corrections.count),
        "reports": "\(outcome.directory ?? "")",
      ])
    if output.logFormat == .json, let verdict { log.notice("\(verdict)") }
    guard !output.quiet, output.logFormat == .text else { return }
    console.error(
      Summary.text(for: outcome, color: console.color) + (verdict.map { $0 + "\n" } ?? ""))
  }
}

/// Which stage was logged last, and when something was.
private final class StageLog {
  /// From one line to the next while a stage lasts.
  private static let pace = Duration.seconds(10)

  private var latest = ""
  private var told = ContinuousClock.now

  func isNew(_ stage: String) -> Bool {
    guard stage != latest else { return false }
    latest = stage
    told = .now
    return true
  }

  func isDue() -> Bool {
    guard ContinuousClock.now - told >= StageLog.pace else { return false }
    told = .now
    return true
  }
}
