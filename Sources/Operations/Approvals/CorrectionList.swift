import Accounting
import Books
import Reconciliation

/// What a run proposes and what became of it, for those who approve.
package struct CorrectionList: Sendable {
  private let proposal: StoredProposal
  private let corrections: [ProposedCorrection]
  private let signatures: [ApprovalBook.Signature]

  /// - Parameter run: the run's id, or the beginning of it; `nil` = the newest.
  /// - Throws: `UsageError`, `BooksError`.
  package init(_ job: Job, run: String?) throws {
    let book = try ApprovalBook(ledger: job.ledger.place)
    if let run {
      proposal = try ProposalSearch.run(run, in: book)
    } else if let newest = try book.proposals(of: nil, limit: 1).first {
      proposal = newest
    } else {
      throw UsageError("no run is recorded yet", hint: "tieout run records one")
    }
    var corrections: [ProposedCorrection] = []
    try book.corrections(of: proposal.runNumber) { corrections.append($0) }
    self.corrections = corrections
    signatures = try book.signatures(under: proposal.runNumber)
  }

  /// - Parameter color: whether the text may carry ANSI colours.
  package func text(color: Bool) -> String {
    let style = Style(color: color)
    let range = "\(proposal.range.first) to \(proposal.range.last)"
    var lines = [
      style.bold("run \(proposal.runID)") + " · \(proposal.job.harmless) · \(range)",
      "prepared by \(proposal.preparation.preparedBy.harmless)",
      "\(Summary.count(corrections.count, "correction")), \(proposal.digest)",
    ]
    lines += signatures.map { signature in
      let what = signature.correctionID.map { "correction \($0)" } ?? "all of it"
      return "approved by \(signature.approvedBy.harmless): \(what)"
    }
    var table = TextTable([.left, .left, .left, .left, .left, .decimal, .left, .left])
    for item in corrections {
      let correction = item.correction
      table.append(
        correction.id, correction.breakID, correction.code.rawValue, "\(correction.group)".harmless,
        correction.kind.text, correction.amountText, "\(correction.period)", item.state.harmless)
    }
    if !table.isEmpty {
      lines.append("")
      lines += table.lines(
        headings: ["id", "break", "code", "place", "entry", "amount", "booked", "state"])
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// One object: the run, and its corrections in order.
  package var json: String {
    let run = JSONText.object([
      ("run", proposal.runID), ("job", proposal.job), ("from", "\(proposal.range.first)"),
      ("to", "\(proposal.range.last)"), ("as_of", "\(proposal.asOf)"),
      ("prepared_by", proposal.preparation.preparedBy), ("digest", proposal.digest),
    ])
    let items = corrections.map { item in
      let correction = item.correction
      return "    "
        + JSONText.object([
          ("id", correction.id), ("break_id", correction.breakID),
          ("code", correction.code.rawValue), ("kind", correction.kind.text),
          ("tenant_id", correction.tenant), ("deployment_id", correction.deployment),
          ("currency", correction.currency.code), ("period", "\(correction.period)"),
          ("service_period", "\(correction.servicePeriod)"),
          ("request_id", correction.requestID),
          ("amount", correction.amount.text(in: correction.currency)),
          ("idempotency_key", correction.idempotencyKey), ("state", item.state),
          ("approved_by", item.approvedBy), ("account", correction.units?.account),
          ("quantity", correction.units?.quantity.description),
          ("unit", correction.units?.unit),
        ])
    }
    return """
      { "proposal": \(run),
        "corrections": [
      \(items.joined(separator: ",\n"))
        ] }

      """
  }
}

extension Correction {
  /// Money, or what it puts to which account.
  fileprivate var amountText: String {
    units.map { "\($0)".harmless } ?? amount.text(in: currency).grouped
  }
}

extension ProposedCorrection {
  /// What became of it, in words.
  fileprivate var state: String {
    if isInLedger { return "posted" }
    if let rejectedBy { return "rejected by \(rejectedBy)" }
    if let approvedBy { return "approved by \(approvedBy)" }
    return correction.heldBecause ?? correction.status.rawValue
  }
}

extension JSONText {
  /// On one line; `nil` is null.
  static func object(_ fields: [(String, String?)]) -> String {
    "{ " + fields.map { "\"\($0)\": \($1.map(quoted) ?? "null")" }.joined(separator: ", ") + " }"
  }
}
