/// What the rules have to say about one request, one row set aside, or one group: to be settled
/// together, once it is known which groups may be corrected.
struct Docket: Sendable {
  /// In the catalogue's order.
  var proposals: [Proposal]
}

/// A break, and the entries that would right it.
struct Proposal: Sendable {
  var found: Break
  /// None where the break's disposition proposes none.
  var corrections: [Correction]
  /// Groups, beside those of the corrections, that must not be blocked.
  var dependsOn: [GroupKey]
  /// Whether there are entries that would right it, and its disposition does not propose them.
  var leavesOut: Bool

  /// What is switched off is not shown; what stops a run cannot be switched off.
  var isShown: Bool { found.disposition != .off || found.severity == .stop }
}

extension Docket {
  var isShown: Bool { proposals.contains(where: \.isShown) }

  var shown: [Proposal] { proposals.filter(\.isShown) }

  /// Holds what may not be posted: corrections of blocked groups, those that wait for approval, and
  /// whatever would correct a request only in part.
  mutating func hold(_ blocked: [GroupKey: [BreakCode]], unless approval: Decisions.Approval) {
    for index in proposals.indices { proposals[index].hold(blocked, unless: approval) }
    guard let because = proposals.lazy.compactMap(\.reasonToHoldOthers).first else { return }
    for index in proposals.indices { proposals[index].holdRequest(because) }
  }
}

extension Proposal {
  /// Both halves of a correction stand or fall together.
  fileprivate mutating func hold(
    _ blocked: [GroupKey: [BreakCode]], unless approval: Decisions.Approval
  ) {
    guard let because = reasonToHold(blocked, approval) else { return }
    for index in corrections.indices {
      corrections[index].status = .held
      corrections[index].heldBecause = because
    }
  }

  private func reasonToHold(
    _ blocked: [GroupKey: [BreakCode]], _ approval: Decisions.Approval
  ) -> String? {
    for group in corrections.map(\.group) + dependsOn {
      if let codes = blocked[group], !codes.isEmpty {
        return "\(group) is blocked by \(codes.map(\.rawValue).joined(separator: ", "))"
      }
    }
    guard found.disposition == .review, !corrections.allSatisfy(approval.covers) else { return nil }
    return Correction.waitsForApproval
  }

  /// A request is corrected whole or not at all: a half of it would be found as another break by
  /// the next run.
  fileprivate var reasonToHoldOthers: String? {
    if leavesOut, found.requestID != nil {
      let word = found.disposition == .rejected ? "was" : "is set to"
      return """
        its request would be corrected only in part: \(found.code.rawValue) \(word) \
        \(found.disposition.rawValue)
        """
    }
    let held = corrections.first { $0.requestID != nil && $0.heldBecause != nil }
    return held?.heldBecause.map { "another correction of its request is held: \($0)" }
  }

  fileprivate mutating func holdRequest(_ because: String) {
    for index in corrections.indices
    where corrections[index].status == .proposed && corrections[index].requestID != nil {
      corrections[index].status = .held
      corrections[index].heldBecause = because
    }
  }
}
