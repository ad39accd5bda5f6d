import Accounting
import Books
import Reconciliation
import Reporting

/// What a run adds to history: what becomes of the breaks, and its own record in the audit chain.
struct RunTrail {
  /// With states, roll-forward and the digests of the audit chain.
  private(set) var report: RunReport
  /// `nil` where no record is written, or none that keeps reports.
  private(set) var contents: RunContents?
  private(set) var notes: [String] = []

  /// To be made under the run's snapshot, once every correction has the status that it ends with.
  ///
  /// - Parameters:
  ///   - judged: digest of the judgement.
  init(
    _ report: RunReport, judged: String, _ request: RunRequest, _ terms: Terms,
    _ books: PostgresBooks
  ) throws {
    self.report = report
    guard try books.isInstalled() else { return }
    guard try books.keepsLife() else {
      notes.append(Self.olderSchema)
      return
    }
    let sightings = try follow(request, terms, books)
    guard request.writesRecord else { return }
    self.report.run.previousDigest = try books.chainHead()
    let contents = RunContents(
      manifest: try Manifest(self.report, judged: judged, request, terms, books).text,
      report: try self.report.document(in: request.scratch), sightings: sightings)
    self.report.run.recordDigest = self.report.recordDigest(
      self.report.digest(judged: judged), contents, after: self.report.run.previousDigest)
    self.contents = contents
    notes += try booksMoved(since: books.storedRuns(.twins(of: report.run)), contents.manifest)
  }

  /// A run that looks back at what a later one has passed moves nothing.
  private mutating func follow(
    _ request: RunRequest, _ terms: Terms, _ books: PostgresBooks
  ) throws -> Spool<BreakSighting>? {
    if let latest = try books.latestRun(), latest > terms.asOf {
      notes.append(
        "a run as of \(latest) is on record: what becomes of breaks is told by later runs alone")
      return nil
    }
    let arrivals = Arrivals(of: books, under: terms)
    let approvals = try books.approvals()
    let life = try BreakLife(
      standing: try books.standingBreaks(at: request.places, in: request.scratch),
      judgement: report.judgement, under: terms, rejected: terms.decisions.rejectedAmounts,
      righted: { try approvals?.righted($0) ?? [] },
      arrived: { try arrivals?.arrived($0) ?? [] }, scratch: request.scratch)
    report.rollForward = life.rollForward
    report.judgement.breaks = life.breaks
    return life.sightings
  }

  /// Whether a run of the same settings, days and moment found other books, so that judging again
  /// cannot bring its report back.
  private func booksMoved(since twins: [StoredRun], _ manifest: String) -> [String] {
    guard let now = Manifest(text: manifest) else { return [] }
    return twins.compactMap { twin in
      guard let then = Manifest(text: twin.manifest), then.cutoff == now.cutoff,
        then.tenants == now.tenants, then.deployments == now.deployments
      else { return nil }
      let differences = now.inputs.differences(from: then.inputs)
      let what = differences.isEmpty ? "other rows or terms" : differences.joined(separator: "; ")
      return """
        run \(twin.id) of the same settings and moment found other books (\(what)); \
        tieout report \(twin.id) shows what it found
        """
    }.suffix(1)
  }

  private static let olderSchema =
    "schema tieout is of an older version: what becomes of breaks is not kept; run tieout install"
}

extension Decisions {
  fileprivate func rejectedAmounts(_ ids: [String]) -> [String: Money] {
    rejections.isEmpty
      ? [:]
      : Dictionary(
        uniqueKeysWithValues: Set(ids).compactMap { id in
          rejections[id].map { (id, $0.amount) }
        })
  }
}
