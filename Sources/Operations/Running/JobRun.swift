import Accounting
import Books
import Reconciliation
import Reporting

/// A job from start to end: read under one snapshot, judge, report, post, prove.
package struct JobRun {
  /// How often a run starts over when the books move under it while it posts.
  private static let attempts = 3

  /// As many breaks as one line can tell.
  private static let stopsTold = 5

  let request: RunRequest
  private let errand: Errand
  private let jobTerms: Terms
  private let stages: Stages

  /// - Throws: `SettingsError` for settings that make no terms.
  package init(
    _ request: RunRequest, progress: @escaping (RunProgress) -> Void = { _ in }
  ) throws {
    try self.init(request, errand: .reconcile, progress: progress)
  }

  init(
    _ request: RunRequest, errand: Errand, progress: @escaping (RunProgress) -> Void
  ) throws {
    self.request = request
    stages = Stages(progress)
    self.errand = errand
    jobTerms = try request.job.terms(
      range: request.range, asOf: request.asOf, places: request.places)
  }

  /// - Throws: `BooksError`, `ReportingError`, `RunStopped`, and what the core throws; nothing was
  ///   posted then and no report published. But `ReportsUnpublished` is thrown by a run that is done,
  ///   and after a `BooksError` that `leavesOutcomeOpen` it may be.
  package func run() throws -> RunOutcome {
    if let path = metricsFile {
      do throws(MetricsUnwritable) {
        try Metrics.tryPlace(path)
      } catch {
        throw RunStopped.metricsUnwritable(error)
      }
    }
    stages.begin("connecting")
    let books = try PostgresBooks(
      gateway: request.job.gateway.place, ledger: request.job.ledger.place, zone: jobTerms.zone)
    stages.listen(to: books)
    try books.verify(posting: request.post, recording: request.writesRecord)
    guard request.writesRecord else { return try attempt(on: books) }
    guard try books.tryLock() else { throw RunStopped.anotherRun }
    if case .close(let order) = errand { try order.lock(books) }
    for _ in 1..<Self.attempts {
      do {
        return try attempt(on: books)
      } catch RunStopped.booksMoved {
        stages.begin("the ledger has moved: starting over")
      }
    }
    return try attempt(on: books)
  }

  private func attempt(on books: PostgresBooks) throws -> RunOutcome {
    books.endSnapshot()
    var memory = try Memory(request, jobTerms, books, errand)
    let terms = memory.terms
    try books.beginSnapshot()
    stages.begin("reading and judging both books")
    let judgement = try Judgement(
      of: books, under: terms, firstSeen: books.firstSeen(), scratch: request.scratch)
    try stopIfStopped(judgement)
    if case .post(let order) = errand {
      try order.refuseIfMoved(judgement, books, in: request.scratch)
    }
    let digest = judgement.digest
    var judged = RunReport(run: header(judged: digest, terms), judgement: judgement)
    if request.post {
      if !books.takesUnits { try holdUnits(&judged.judgement) }
      judged.judgement.corrections = try Limits(terms.limits, unless: terms.decisions.approval)
        .held(judged.judgement, in: request.scratch)
    }
    if case .close(let order) = errand,
      let closed = try close(order, judged, digest: digest, memory: memory, on: books)
    {
      return closed
    }
    if let report = try onRecord(judged, books) { return try again(report, books) }
    try memory.review(&judged, request, books)
    let (final, tally) = try outcome(of: judged)
    let trail = try RunTrail(final, judged: digest, request, terms, books)
    let (staged, isRecorded) = try deliver(
      judged, trail, digest: digest, memory: memory.kept, under: terms, on: books)
    return try finish(
      trail.report, staged, tally,
      notes: (isRecorded ? [] : [Self.notInstalled]) + memory.notes + trail.notes, books)
  }

  /// The report of this very run, where it is on record: equal inputs give equal reports, whatever
  /// has become of the breaks since. Not where entries are left to post, as after a ledger was put
  /// back.
  private func onRecord(_ judged: RunReport, _ books: PostgresBooks) throws -> RunReport? {
    guard try books.isInstalled(), try books.keepsLife(),
      let run = try books.storedRuns(.named(judged.run.id)).first,
      run.id == judged.run.id, run.version == judged.run.version, run.reportDigest != nil,
      !request.post || !judged.judgement.corrections.contains(where: { $0.status == .proposed })
    else { return nil }
    stages.begin("reading the report on record")
    return try run.report(in: request.scratch) {
      try books.storedReport(ofRun: run.number, receive: $0)
    }
  }

  /// Writes the reports of a run on record again.
  private func again(_ report: RunReport, _ books: PostgresBooks) throws -> RunOutcome {
    let tally = Tally(report.judgement, materiality: jobTerms.materiality)
    return try finish(
      report, stage(report), tally, notes: ["run \(report.run.id) was on record already"], books)
  }

  private func finish(
    _ report: RunReport, _ staged: StagedReport, _ tally: Tally, notes: [String],
    _ books: PostgresBooks
  ) throws -> RunOutcome {
    try staged.publish(recorded: request.writesRecord)
    books.endSnapshot()
    let prospect = try prospect(of: report, books)
    let isProposal = prospect == .proposedOnly && !report.judgement.corrections.isEmpty
    return ended(
      RunOutcome(
        report: report, directory: staged.directory,
        exitStatus: RunOutcome.exitStatus(of: report, request),
        notes: notes + request.places.notes(on: report.judgement.groups)
          + (isProposal ? [proposalsOnly] : []),
        tally: tally, prospect: prospect))
  }

  /// Of a run that posts nothing itself.
  private func prospect(of report: RunReport, _ books: PostgresBooks) throws -> PostingProspect {
    guard books.canPost else { return .proposedOnly }
    let limit = try Limits(jobTerms.limits)
      .passed(by: report.judgement, units: books.takesUnits)
    return limit.map { .held($0) } ?? .posted
  }

  private var metricsFile: String? {
    request.writesRecord ? request.job.metricsTextfile : nil
  }

  /// What was posted and published stands, whatever becomes of its figures.
  func ended(_ outcome: RunOutcome) -> RunOutcome {
    guard let path = metricsFile else { return outcome }
    var ended = outcome
    do {
      try Metrics.write(outcome, to: path)
    } catch {
      let unwritable = error as? MetricsUnwritable
      ended.metricsLost = MetricsLost(
        path: path, why: unwritable?.why ?? "\(error)", status: outcome.exitStatus,
        hint: unwritable?.hint)
    }
    return ended
  }

  /// The report as it is in the end: once what a posting run proposes is in the ledger.
  private func outcome(of judged: RunReport) throws -> (RunReport, Tally) {
    var report = judged
    if request.post {
      report.judgement.corrections = try judged.judgement.corrections.changed(
        in: request.scratch
      ) { correction in
        var posted = correction
        if correction.status == .proposed { posted.status = .posted }
        return posted
      }
    }
    let tally = Tally(report.judgement, materiality: jobTerms.materiality)
    report.run.status = RunStatus(of: tally, posted: request.post)
    return (report, tally)
  }

  /// Writes the report, posts what is proposed, and leaves the run's record.
  private func deliver(
    _ judged: RunReport, _ trail: RunTrail, digest: String, memory: RunMemory,
    under terms: Terms, on books: PostgresBooks
  ) throws -> (StagedReport, isRecorded: Bool) {
    let report = trail.report
    let contents = trail.contents
    if request.post {
      let posting = Posting(
        terms: terms, judged: try books.controlTotal(entries: Scope(terms).entries),
        scratch: request.scratch, stages: stages)
      return try posting.post(judged, to: books) {
        try stage(report)
      } record: {
        try $0.record(
          report, digest: report.digest(judged: digest), memory: memory, contents: contents)
      }
    }
    let staged = try stage(report)
    guard request.writesRecord else { return (staged, true) }
    do {
      let digest = report.digest(judged: digest)
      return (
        staged, try books.record(report, digest: digest, memory: memory, contents: contents)
      )
    } catch {
      staged.discard(after: error)
      throw error
    }
  }

  /// Where the ledger takes money alone, corrections in units are for whoever keeps the meters.
  private func holdUnits(_ judgement: inout Judgement) throws {
    let adapter = request.job.ledger.adapter
    judgement.corrections = try judgement.corrections.changed(in: request.scratch) { correction in
      guard correction.units != nil, correction.status == .proposed else { return correction }
      var held = correction
      held.status = .held
      held.heldBecause = "proposal only: the ledger's adapter '\(adapter)' posts no units"
      return held
    }
  }

  private var proposalsOnly: String {
    """
    the ledger's adapter '\(request.job.ledger.adapter)' has no post.sql: corrections are proposals \
    only
    """
  }

  private static let notInstalled =
    "schema tieout is not installed beside the ledger: no history is kept; run tieout install"

  /// A break of severity *stop* ends the run before anything is written.
  private func stopIfStopped(_ judgement: Judgement) throws {
    let stops = judgement.breaks.first(Self.stopsTold) { $0.severity == .stop }
    guard stops.isEmpty else { throw RunStopped.byBreaks(stops) }
  }

  private func header(judged: String, _ terms: Terms) -> RunHeader {
    let config = request.job.configDigest
    let id = Digest.hex(
      [
        config, request.range.first.description, request.range.last.description,
        request.asOf.description, errand.word ?? (request.post ? "post" : "propose"), judged,
      ] + request.places.tenants.map { "tenant \($0)" }
        + request.places.deployments.map { "deployment \($0)" }
        + (terms.lateSince.map { ["\($0)"] } ?? []) + terms.decisions.texts)
    return RunHeader(
      id: "\(request.range.last)-\(id.prefix(10))", job: request.job.name, range: request.range,
      timezone: terms.zone.name, asOf: request.asOf, posted: request.post, status: .breaks,
      configDigest: config, version: Version.current)
  }

  func stage(_ report: RunReport) throws -> StagedReport {
    stages.begin("writing reports")
    let formats = request.formats.compactMap(ReportFormat.init(rawValue:))
    let files = Reports.render(report, as: formats)
    return try ReportPublisher.stage(
      files, in: request.reportDirectory, runID: report.run.id)
  }
}

extension RunRequest {
  /// Whether the run leaves its own record; such a run must be alone on its ledger.
  var writesRecord: Bool { !dryRun }
}

extension PlaceFilter {
  /// What was asked for by name and is nowhere in the report: more often misspelt than idle.
  fileprivate func notes(on groups: [GroupResult]) -> [String] {
    let found = Set(groups.map(\.key.tenant))
    let foundDeployments = Set(groups.compactMap(\.key.deployment))
    return tenants.filter { !found.contains($0) }.map { "no group of tenant '\($0)' in the range" }
      + deployments.filter { !foundDeployments.contains($0) }.map {
        "no group of deployment '\($0)' in the range"
      }
  }
}

extension BookSettings {
  var place: BookPlace { BookPlace(adapter: adapter, conninfo: dsn ?? "") }
}
