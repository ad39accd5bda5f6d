import Reconciliation

/// What a run's record holds beside its figures.
package struct RunContents: Sendable {
  /// What the run was told, and what it read, as JSON.
  package let manifest: String
  /// `report.json` in pieces, as it is before the run knows the digest of its own record.
  package let report: Spool<String>
  /// Of the report's pieces, put together.
  package let reportDigest: String
  /// What becomes of the breaks; `nil` = the run looks back, and moves nothing.
  package let sightings: Spool<BreakSighting>?

  package init(
    manifest: String, report: Spool<String>, sightings: Spool<BreakSighting>?
  ) {
    self.manifest = manifest
    self.report = report
    self.sightings = sightings
    var digest = PlainDigest()
    for piece in report { digest.add(piece) }
    reportDigest = digest.text
  }
}

extension RunReport {
  /// The digest that this run's record will have in the audit chain.
  ///
  /// - Parameters:
  ///   - digest: of the judgement and what became of it.
  ///   - previous: the head of the chain before it.
  package func recordDigest(
    _ digest: String, _ contents: RunContents, after previous: String?
  ) -> String {
    let record = RunRecord(self, digest: digest, memory: RunMemory(), contents: contents)
    return AuditChain.digest(of: AuditChain.text(record.covered), after: previous)
  }
}
