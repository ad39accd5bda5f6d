import Books
import Reconciliation

/// Signs what a run proposes, by a name other than that of who prepared it.
package struct Approving: Sendable {
  /// What was signed and how to go on, in lines.
  package let summary: String

  /// - Parameter id: of a run; or of a correction or a break, as the newest run has it that
  ///   proposes something for it.
  /// - Throws: `UsageError`, `PostingRefused.altered`, `BooksError`.
  package init(_ job: Job, _ id: String, by name: String) throws {
    let name = try SignedText.name(name)
    let book = try ApprovalBook(ledger: job.ledger.place)
    var breakID: String?
    let proposal: StoredProposal
    if let run = try ProposalSearch.runIfAny(id, in: book) {
      proposal = run
    } else {
      let found = try ProposalSearch.found(id, in: book)
      guard let run = try book.latestRun(proposing: found.id) else {
        throw UsageError(
          "nothing is proposed for break \(found.id) (\(found.code))",
          hint: "mend the books, or reject the break")
      }
      breakID = found.id
      proposal = try ProposalSearch.run(run, in: book)
    }
    try Approving.refuse(name, under: proposal)
    let signatures = try Approving.signatures(under: proposal, breakID, by: name, in: book)
    try book.approve(proposal.runNumber, signatures)
    // It is posted under the settings that it was judged by.
    let hasOwnJob = proposal.configDigest != Job().configDigest
    let what =
      breakID.map { "\(Summary.count(signatures.count, "correction")) of break \($0)" }
      ?? Summary.count(proposal.corrections, "correction")
    summary = """
      \(name.harmless) has approved \(what), run \(proposal.runID)
      \(signatures.map { "  \($0.digest)\n" }.joined())\
      to post: tieout post \(proposal.runID)\(hasOwnJob ? " --job FILE" : "")
      """
  }

  private static func refuse(_ name: String, under proposal: StoredProposal) throws {
    let preparer = proposal.preparation.preparedBy
    guard !SignedText.areOne(name, preparer) else {
      throw UsageError(
        "\(name.harmless) prepared run \(proposal.runID) and cannot approve it",
        hint: "somebody else approves what one has prepared")
    }
  }

  private static func signatures(
    under proposal: StoredProposal, _ breakID: String?, by name: String, in book: ApprovalBook
  ) throws -> [ApprovalBook.Signature] {
    var all = CorrectionsDigest()
    var left = 0
    var alone: [ApprovalBook.Signature] = []
    try book.corrections(of: proposal.runNumber) {
      all.add($0.correction)
      guard !$0.isInLedger else { return }
      left += 1
      guard $0.correction.breakID == breakID else { return }
      alone.append(
        ApprovalBook.Signature(
          correctionID: $0.correction.id, digest: CorrectionsDigest(of: [$0.correction]).text,
          approvedBy: name))
    }
    guard all.text == proposal.digest else { throw PostingRefused.altered(proposal.runID) }
    let signatures =
      breakID == nil
      ? [ApprovalBook.Signature(correctionID: nil, digest: all.text, approvedBy: name)] : alone
    guard left > 0, !signatures.isEmpty else {
      throw UsageError(
        "run \(proposal.runID) proposes nothing that is not in the ledger already",
        hint: "there is nothing to approve")
    }
    return signatures
  }
}
