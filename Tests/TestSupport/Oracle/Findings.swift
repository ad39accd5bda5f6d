import Accounting
import Reconciliation

/// What a reader of both books comes to, without the wording: the part of a judgement on which two
/// readers of the specification must agree.
package struct Findings: Hashable, Sendable {
  package var groups: [GroupFinding] = []
  package var breaks: [BreakFinding] = []
  package var corrections: [CorrectionFinding] = []
  package var roundings: [RoundingFinding] = []

  package init() {}

  /// Every finding as one line of text, in order.
  package var lines: [String] {
    groups.map(\.description).sorted() + breaks.map(\.description).sorted()
      + corrections.map(\.description).sorted() + roundings.map(\.description).sorted()
  }
}

package struct GroupFinding: Hashable, Sendable, CustomStringConvertible {
  package var key: GroupKey
  package var isWholePeriod: Bool
  package var requests = 0
  package var recorded = Money.zero
  package var due = Money.zero
  package var posted = Money.zero
  package var variance = Money.zero
  package var sumOfRounded = Money.zero
  package var bridge: [BridgeStep] = []
  package var blockedBy: [BreakCode] = []

  package init(key: GroupKey, isWholePeriod: Bool) {
    self.key = key
    self.isWholePeriod = isWholePeriod
  }

  package var isEmpty: Bool {
    requests == 0 && recorded.isZero && due.isZero && posted.isZero && bridge.isEmpty
  }

  package var description: String {
    let steps = bridge.map { "\($0.line.rawValue) \($0.amount)" }.joined(separator: ", ")
    let blocks = blockedBy.map(\.rawValue).joined(separator: ",")
    return
      "group \(key)\(isWholePeriod ? "" : " (part)") requests \(requests) recorded \(recorded) "
      + "due \(due) posted \(posted) variance \(variance) rounded \(sumOfRounded) "
      + "[\(steps)] blocked[\(blocks)]"
  }
}

package struct BreakFinding: Hashable, Sendable, CustomStringConvertible {
  package var code: BreakCode
  package var group: GroupKey
  /// The request, or the row or entry that has none; empty for a group as a whole.
  package var subject: String
  /// Its share of the variance of `group`.
  package var amount: Money
  /// Those that are not zero, in order of the groups.
  package var shares: [GroupShare]
  package var disposition: Disposition

  package init(
    code: BreakCode, group: GroupKey, subject: String = "", shares: [GroupShare] = [],
    disposition: Disposition
  ) {
    self.code = code
    self.group = group
    self.subject = subject
    self.shares = shares.filter { !$0.amount.isZero }.sorted { $0.group < $1.group }
    self.amount = self.shares.first { $0.group == group }?.amount ?? .zero
    self.disposition = disposition
  }

  package var description: String {
    let parts = shares.map { "\($0.group) \($0.amount)" }.joined(separator: ", ")
    return "break \(code.rawValue) \(group) '\(subject)' \(amount) [\(parts)] "
      + disposition.rawValue
  }
}

package struct CorrectionFinding: Hashable, Sendable, CustomStringConvertible {
  package var code: BreakCode
  package var kind: EntryKind
  package var tenant: String
  package var deployment: String?
  package var currency: Currency
  package var period: AccountingPeriod
  package var servicePeriod: AccountingPeriod
  package var requestID: String?
  package var reversesEntryID: String?
  package var amount: Money
  package var isHeld: Bool
  package var group: GroupKey

  package var description: String {
    let place = deployment.map { "\(tenant)/\($0)" } ?? tenant
    return "correction \(code.rawValue) \(kind.text) \(place) \(currency) \(period) for "
      + "\(servicePeriod) '\(requestID ?? "")' reverses '\(reversesEntryID ?? "")' \(amount) "
      + "in \(group)\(isHeld ? " held" : "")"
  }
}

extension Findings {
  /// The comparable part of an engine's judgement. Groups in which nothing happened are left out:
  /// whether they are listed is a matter of taste.
  package init(_ judgement: Judgement) {
    groups = judgement.groups.map(GroupFinding.init).filter { !$0.isEmpty }
    // What audits bring to light, the oracle knows nothing of: it matches two books.
    let audited = Set(Audits.all.flatMap { $0.codes })
    breaks = judgement.breaks.filter { !audited.contains($0.code) }.map { BreakFinding($0) }
    corrections = judgement.corrections.map(CorrectionFinding.init)
    roundings = judgement.roundings.flatMap(RoundingFinding.all)
  }
}

extension GroupFinding {
  package init(_ result: GroupResult) {
    self.init(key: result.key, isWholePeriod: result.isWholePeriod)
    requests = result.requests
    recorded = result.recorded
    due = result.due
    posted = result.posted
    variance = result.variance
    sumOfRounded = result.sumOfRounded
    bridge = result.bridge
    blockedBy = result.blockedBy.sorted()
  }
}

extension BreakFinding {
  /// Codes whose break concerns a group as a whole.
  private static let ofGroups: Set<BreakCode> = [
    .roundingDrift, .driftBeyondRounding, .subcentLeak, .trueUpDue, .periodChargeDisagreement,
    .policyGap, .policyOverlap, .invoiceUntied, .completenessFailure,
  ]

  package init(_ found: Break) {
    let row = found.eventIDs.first ?? found.entryIDs.first ?? ""
    self.init(
      code: found.code, group: found.group,
      subject: found.requestID ?? (BreakFinding.ofGroups.contains(found.code) ? "" : row),
      shares: found.shares, disposition: found.disposition)
    amount = found.amount
  }
}

extension CorrectionFinding {
  package init(_ correction: Correction) {
    self.init(
      code: correction.code, kind: correction.kind, tenant: correction.tenant,
      deployment: correction.deployment, currency: correction.currency, period: correction.period,
      servicePeriod: correction.servicePeriod, requestID: correction.requestID,
      reversesEntryID: correction.reversesEntryID, amount: correction.amount,
      isHeld: correction.status == .held, group: correction.group)
  }
}
