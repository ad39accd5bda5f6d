import Accounting

/// Turns findings into breaks with ids and corrections with keys. Whether they may be posted is
/// settled later.
struct CorrectionPlan {
  let terms: Terms
  let book: Casebook
  let register: Register

  /// - Parameter correct: takes the entries that would right the break, one by one.
  func proposal(
    _ finding: Finding, by rule: BreakRule, correct: (Correction) throws -> Void
  ) throws -> Proposal {
    let place = finding.place
    let group = book.pooling.group(of: place)
    let shares = try book.pooling.pooled(finding.shares)
    let id = String(
      Digest.hex(
        [
          "break", rule.code.identity.rawValue, place.tenant, place.deployment, place.currency.code,
          place.period.description, finding.subject,
        ]
      ).prefix(16))
    var disposition = register.disposition(of: rule)
    var explanation = finding.explanation + finding.cut
    if disposition == .post, let doubt = finding.doubt {
      disposition = .review
      explanation += " \(doubt)"
    }
    var found = Break(
      id: id, code: rule.code, severity: rule.severity, group: group,
      requestID: finding.requestID, eventIDs: finding.events.ids, entryIDs: finding.entries.ids,
      amount: shares.first { $0.group == group }?.amount ?? .zero,
      measure: finding.measure, shares: shares, explanation: explanation,
      firstSeen: terms.asOf, disposition: disposition, occurredAt: finding.occurredAt)
    if disposition != .off, let rejection = terms.decisions.rejection(of: found) {
      found.disposition = .rejected
      found.explanation += " \(rejection)"
    }
    var proposal = Proposal(found: found, dependsOn: finding.dependsOn)
    let isProposed = found.disposition == .review || found.disposition == .post
    try finding.drafts.visit { draft in
      guard isProposed else {
        proposal.leavesOut = true
        return
      }
      let correction = correction(draft, of: found)
      proposal.count(correction, terms.decisions.approval)
      try correct(correction)
    }
    return proposal
  }

  private func correction(_ draft: CorrectionDraft, of found: Break) -> Correction {
    let key = Digest.hex(
      [
        "tieout", terms.ledgerName, draft.place.tenant, draft.place.deployment,
        draft.place.currency.code, draft.place.period.description, found.code.rawValue,
        draft.subject,
      ] + (draft.earlierKeys.text.map { [$0] } ?? []))
    return Correction(
      id: String(key.prefix(16)), breakID: found.id, code: found.code, kind: draft.kind,
      tenant: draft.place.tenant, deployment: draft.place.deployment,
      currency: draft.place.currency, period: book.bookingPeriod(for: draft.place.period),
      servicePeriod: draft.place.period, requestID: draft.requestID,
      reversesEntryID: draft.reversesEntryID, amount: draft.amount, idempotencyKey: key,
      status: .proposed, heldBecause: nil,
      group: draft.units == nil ? book.pooling.group(of: draft.place) : found.group,
      units: draft.units)
  }
}

extension Finding {
  /// Says of evidence that is not listed in full how much there is.
  fileprivate var cut: String {
    guard events.isCut || entries.isCut else { return "" }
    return " Of its \(events.count) events and \(entries.count) entries the first are listed."
  }
}
