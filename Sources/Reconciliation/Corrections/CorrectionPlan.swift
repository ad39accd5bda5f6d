import Accounting

/// Turns findings into breaks with ids and corrections with keys, and decides which of them may be
/// posted.
struct CorrectionPlan {
  let terms: Terms
  let book: Casebook
  let register: Register
  let firstSeen: [String: Instant]
  /// Groups that may not be corrected.
  let blocked: [GroupKey: [BreakCode]]

  func resolve(
    _ finding: Finding, by rule: BreakRule
  ) throws(MoneyError) -> (Break, [Correction]) {
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
    let found = Break(
      id: id, code: rule.code, severity: rule.severity, group: group,
      requestID: finding.requestID, eventIDs: finding.eventIDs, entryIDs: finding.entryIDs,
      amount: shares.first { $0.group == group }?.amount ?? .zero, shares: shares,
      explanation: finding.explanation, firstSeen: firstSeen[id] ?? terms.asOf,
      disposition: disposition)
    guard disposition == .review || disposition == .post else { return (found, []) }
    let drafts = finding.drafts.filter { !$0.amount.isZero }
    let hold = hold(drafts, finding.dependsOn, disposition)
    return (found, drafts.map { correction($0, of: found, heldBecause: hold) })
  }

  /// A request is corrected whole or not at all: a half of it would be found as another break by
  /// the next run.
  static func holdingRequestsWhole(_ corrections: [Correction]) -> [Correction] {
    var holds: [String: String] = [:]
    for correction in corrections {
      if let id = correction.requestID, let because = correction.heldBecause, holds[id] == nil {
        holds[id] = because
      }
    }
    return corrections.map { correction in
      guard correction.status == .proposed, let id = correction.requestID,
        let because = holds[id]
      else { return correction }
      var held = correction
      held.status = .held
      held.heldBecause = "another correction of its request is held: \(because)"
      return held
    }
  }

  /// Both halves of a correction stand or fall together.
  private func hold(
    _ drafts: [CorrectionDraft], _ groups: [GroupKey], _ disposition: Disposition
  ) -> String? {
    for group in drafts.map({ book.pooling.group(of: $0.place) }) + groups {
      if let codes = blocked[group], !codes.isEmpty {
        return "\(group) is blocked by \(codes.map(\.rawValue).joined(separator: ", "))"
      }
    }
    return disposition == .review ? "waits for approval" : nil
  }

  private func correction(
    _ draft: CorrectionDraft, of found: Break, heldBecause: String?
  ) -> Correction {
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
      status: heldBecause == nil ? .proposed : .held, heldBecause: heldBecause,
      group: book.pooling.group(of: draft.place))
  }
}
