import Accounting
import Books
import Reconciliation
import Reporting

/// A job from start to end: read under one snapshot, judge, report, post, prove.
package struct JobRun {
  /// How often a run starts over when the books move under it while it posts.
  private static let attempts = 3

  private let request: RunRequest
  private let jobTerms: Terms
  private let progress: (RunProgress) -> Void

  /// - Throws: `SettingsError` for settings that make no terms.
  package init(
    _ request: RunRequest, progress: @escaping (RunProgress) -> Void = { _ in }
  ) throws {
    self.request = request
    self.progress = progress
    jobTerms = try request.job.terms(
      range: request.range, asOf: request.asOf, places: request.places)
  }

  /// - Throws: `BooksError`, `ReportingError`, `RunStopped`, and what the core throws; whatever is
  ///   thrown, nothing was posted and no report was published.
  package func run() throws -> RunOutcome {
    progress(RunProgress(stage: "connecting"))
    let books = try PostgresBooks(
      gateway: request.job.gateway.place, ledger: request.job.ledger.place, zone: jobTerms.zone)
    try books.verify(posting: request.post, recording: request.writesRecord)
    guard request.writesRecord else { return try attempt(on: books) }
    guard try books.tryLock() else { throw RunStopped.anotherRun }
    for _ in 1..<Self.attempts {
      do {
        return try attempt(on: books)
      } catch RunStopped.booksMoved {
        progress(RunProgress(stage: "the ledger has moved: starting over"))
      }
    }
    return try attempt(on: books)
  }

  private func attempt(on books: PostgresBooks) throws -> RunOutcome {
    books.endSnapshot()
    var memory = try Memory(request, jobTerms, books)
    let terms = memory.terms
    try books.beginSnapshot()
    progress(RunProgress(stage: "reading and judging both books"))
    let firstSeen = try books.firstSeen()
    let judgement = try Judgement(of: books, under: terms, firstSeen: firstSeen)
    try stopIfStopped(judgement)
    var report = RunReport(run: header(judgement, terms), judgement: judgement)
    try memory.review(&report, request, books)
    let isRecorded: Bool
    let staged: StagedReport
    if request.post {
      report.judgement.corrections = try Limits(terms.limits).held(judgement)
      let posting = Posting(
        terms: terms, firstSeen: firstSeen,
        judged: try books.controlTotal(entries: Scope(terms).entries), memory: memory.kept,
        progress: progress)
      (report, staged, isRecorded) = try posting.post(report, to: books) { try stage($0) }
    } else {
      report.run.status = RunStatus(of: report, terms)
      staged = try stage(report)
      do {
        isRecorded =
          request.writesRecord
          ? try books.record(report, digest: report.digest, memory: memory.kept) : true
      } catch {
        staged.discard()
        throw error
      }
    }
    try staged.publish()
    books.endSnapshot()
    let exitStatus = RunOutcome.exitStatus(of: report, request)
    if let path = request.job.metricsTextfile, request.writesRecord {
      try Metrics.write(report, exitStatus: exitStatus, to: path)
    }
    return RunOutcome(
      report: report, directory: staged.directory, exitStatus: exitStatus,
      notes: (isRecorded ? [] : [Self.notInstalled]) + memory.notes)
  }

  private static let notInstalled =
    "schema tieout is not installed beside the ledger: no history is kept; run tieout install"

  /// A break of severity *stop* ends the run before anything is written.
  private func stopIfStopped(_ judgement: Judgement) throws {
    let stops = judgement.breaks.filter { $0.severity == .stop }
    guard stops.isEmpty else { throw RunStopped.byBreaks(stops) }
  }

  private func header(_ judgement: Judgement, _ terms: Terms) -> RunHeader {
    let config = "sha256:" + Digest.hex([request.job.canonicalText])
    let id = Digest.hex(
      [
        config, request.range.first.description, request.range.last.description,
        request.asOf.description, request.post ? "post" : "propose", judgement.digest,
      ] + request.places.tenants.map { "tenant \($0)" }
        + request.places.deployments.map { "deployment \($0)" }
        + (terms.lateSince.map { ["\($0)"] } ?? []))
    return RunHeader(
      id: "\(request.range.last)-\(id.prefix(10))", job: request.job.name, range: request.range,
      timezone: terms.zone.name, asOf: request.asOf, posted: request.post, status: .breaks,
      configDigest: config, version: Version.current)
  }

  private func stage(_ report: RunReport) throws -> StagedReport {
    progress(RunProgress(stage: "writing reports"))
    let formats = request.formats.compactMap(ReportFormat.init(rawValue:))
    let files = try Reports.render(report, as: formats)
    return try ReportPublisher.stage(
      files, in: request.reportDirectory, runID: report.run.id)
  }
}

extension RunRequest {
  /// Whether the run leaves its own record; such a run must be alone on its ledger.
  var writesRecord: Bool { !dryRun }
}

extension BookSettings {
  var place: BookPlace { BookPlace(adapter: adapter, conninfo: dsn ?? "") }
}
