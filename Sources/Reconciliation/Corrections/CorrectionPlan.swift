import Accounting

/// Turns findings into breaks with ids and corrections with keys. Whether they may be posted is
/// settled later.
struct CorrectionPlan {
  let terms: Terms
  let book: Casebook
  let register: Register

  func proposal(_ finding: Finding, by rule: BreakRule) throws(MoneyError) -> Proposal {
    let place = finding.place
    let group = book.pooling.group(of: place)
    let shares = try book.pooling.pooled(finding.shares)
    let id = String(
      Digest.hex(
        [
          "break", rule.code.rawValue, place.tenant, place.deployment, place.currency.code,
          place.period.description, finding.subject,
        ]
      ).prefix(16))
    let disposition = register.disposition(of: rule)
    var found = Break(
      id: id, code: rule.code, severity: rule.severity, group: group,
      requestID: finding.requestID, eventIDs: finding.eventIDs, entryIDs: finding.entryIDs,
      amount: shares.first { $0.group == group }?.amount ?? .zero, shares: shares,
      explanation: finding.explanation, firstSeen: terms.asOf, disposition: disposition)
    if disposition != .off, let rejection = terms.decisions.rejection(of: found) {
      found.disposition = .rejected
      found.explanation += " \(rejection)"
    }
    let drafts = finding.drafts.filter { !$0.amount.isZero }
    guard found.disposition == .review || found.disposition == .post else {
      return Proposal(found: found, corrections: [], dependsOn: [], leavesOut: !drafts.isEmpty)
    }
    return Proposal(
      found: found, corrections: drafts.map { correction($0, of: found) },
      dependsOn: finding.dependsOn, leavesOut: false)
  }

  private func correction(_ draft: CorrectionDraft, of found: Break) -> Correction {
    let key = Digest.hex(
      [
        "tieout", terms.ledgerName, draft.place.tenant, draft.place.deployment,
        draft.place.currency.code, draft.place.period.description, found.code.rawValue,
        draft.subject,
      ] + draft.earlierKeys.sorted())
    return Correction(
      id: String(key.prefix(16)), breakID: found.id, code: found.code, kind: draft.kind,
      tenant: draft.place.tenant, deployment: draft.place.deployment,
      currency: draft.place.currency, period: book.bookingPeriod(for: draft.place.period),
      servicePeriod: draft.place.period, requestID: draft.requestID,
      reversesEntryID: draft.reversesEntryID, amount: draft.amount, idempotencyKey: key,
      status: .proposed, heldBecause: nil, group: book.pooling.group(of: draft.place))
  }
}
