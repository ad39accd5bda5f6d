import Books
import Reconciliation

/// Posts what an earlier run proposed: makes the run again and refuses if anything moved.
package struct ApprovedPosting: Sendable {
  let proposal: StoredProposal
  let approval: Decisions.Approval

  /// - Parameters:
  ///   - request: the job and where reports go; range, places and moment are those of the run.
  ///   - run: the run's id, or the beginning of it.
  /// - Returns: `nil` where the ledger holds all that the run proposed.
  /// - Throws: `UsageError`, `SettingsError`, `PostingRefused`, and what `JobRun` throws.
  package static func post(
    _ run: String, _ request: RunRequest, progress: @escaping (RunProgress) -> Void = { _ in }
  ) throws -> RunOutcome? {
    let book = try ApprovalBook(ledger: request.job.ledger.place)
    let proposal = try ProposalSearch.run(run, in: book)
    guard proposal.configDigest == request.job.configDigest else {
      throw SettingsError(
        "run \(proposal.runID) was made by job '\(proposal.job.harmless)' under other settings",
        hint: "name its job file with --job; if the file has changed, run and approve anew")
    }
    let order = try ApprovedPosting(proposal, in: book)
    var isLeft = false
    try book.corrections(of: proposal.runNumber) { if !$0.isInLedger { isLeft = true } }
    guard isLeft else { return nil }
    var request = request
    request.range = proposal.range
    request.places = proposal.preparation.places
    request.asOf = proposal.asOf
    request.post = true
    request.failOnBreaks = false
    return try JobRun(request, errand: .post(order), progress: progress).run()
  }

  /// - Throws: `PostingRefused.altered` where what is stored is not what was signed.
  private init(_ proposal: StoredProposal, in book: ApprovalBook) throws {
    self.proposal = proposal
    var all = CorrectionsDigest()
    var alone: [String: String] = [:]
    try book.corrections(of: proposal.runNumber) {
      all.add($0.correction)
      if $0.approvedBy != nil {
        alone[$0.correction.id] = CorrectionsDigest(of: [$0.correction]).text
      }
    }
    guard all.text == proposal.digest else { throw PostingRefused.altered(proposal.runID) }
    var ids: Set<String> = []
    var isWhole = false
    for signature in try book.signatures(under: proposal.runNumber) {
      let digest = signature.correctionID.map { alone[$0] } ?? all.text
      guard digest == signature.digest else { throw PostingRefused.altered(proposal.runID) }
      if let id = signature.correctionID { ids.insert(id) } else { isWhole = true }
    }
    approval = isWhole ? .all : ids.isEmpty ? .none : .corrections(ids)
  }

  /// What is proposed now must be, entry for entry, what was proposed then, is not in the ledger yet
  /// and was not rejected since.
  func refuseIfMoved(_ judgement: Judgement, _ books: PostgresBooks, in scratch: Scratch) throws {
    guard let book = try books.approvals() else { return }
    var signed = CorrectionsDigest()
    var then = SpoolSorter<String>(in: scratch, by: <)
    try book.corrections(of: proposal.runNumber) {
      guard !$0.isInLedger, $0.rejectedBy == nil else { return }
      signed.add($0.correction)
      try then.append($0.correction.whatMoves)
    }
    guard CorrectionsDigest(of: judgement.corrections).text != signed.text else { return }
    var now = SpoolSorter<String>(in: scratch, by: <)
    for correction in judgement.corrections {
      try now.append(correction.whatMoves)
    }
    let (before, after) = (
      CorrectionKeys(sorted: try then.finish()), CorrectionKeys(sorted: try now.finish())
    )
    throw PostingRefused.moved(
      proposal.runID, gone: before.missing(from: after, limit: 3),
      new: after.missing(from: before, limit: 3))
  }
}

extension Correction {
  fileprivate var whatMoves: String { "\(id) of \(units.map { "\($0)" } ?? "\(amount)")" }
}

/// Why what a run proposed is not posted.
package enum PostingRefused: Error, Sendable, Hashable {
  /// The books, the closed months or the rejections are no longer as they were judged.
  case moved(String, gone: [String], new: [String])
  /// What is stored of the run is not what it proposed, or not what was signed.
  case altered(String)
}

extension PostingRefused: UserFacingError {
  package var exitStatus: ExitStatus {
    switch self {
    case .moved: .correctionsHeld
    case .altered: .incompleteData
    }
  }

  package var message: String {
    switch self {
    case .moved(let run, let gone, let new):
      let parts =
        [(gone, "no longer proposed"), (new, "proposed now")].filter { !$0.0.isEmpty }
        .map { ids, what in "\(what): \(ids.joined(separator: ", "))" }
      let what = parts.isEmpty ? "entries are booked elsewhere" : parts.joined(separator: "; ")
      return "what run \(run) proposed has moved, so nothing was posted (\(what))"
    case .altered(let run):
      return "what is stored of run \(run) is not what was signed, so nothing was posted"
    }
  }

  package var hint: String? {
    switch self {
    case .moved: "run again, look, and have the new run approved"
    case .altered: "find out who may write to schema tieout; run and approve anew"
    }
  }
}
