/// What the rules have to say about one request, one row set aside, or one group: to be settled
/// together, once it is known which groups may be corrected.
struct Docket: Sendable {
  /// In the catalogue's order.
  var proposals: [Proposal]
}

/// A break, and what has to be known of the entries that would right it to tell whether they may be
/// posted. The entries themselves, of which there may be very many, follow in a list of their own.
struct Proposal: Sendable {
  var found: Break
  /// None where the break's disposition proposes none.
  var corrections = 0
  /// Whether all of them are signed.
  var isApproved = true
  /// Whether any of them is for the request, not for a group as a whole.
  var correctsRequest = false
  /// Their groups, each once, as they come.
  var groups: [GroupKey] = []
  /// Groups, beside those of the corrections, that must not be blocked.
  var dependsOn: [GroupKey]
  /// Whether there are entries that would right it, and its disposition does not propose them.
  var leavesOut = false
  /// Why none of the corrections may be posted.
  var heldBecause: String?
  /// Why none of those may that are for the request.
  var requestHeldBecause: String?

  /// What is switched off is not shown; what stops a run cannot be switched off.
  var isShown: Bool { found.disposition != .off || found.severity == .stop }
}

extension Docket {
  var isShown: Bool { proposals.contains(where: \.isShown) }

  var shown: [Proposal] { proposals.filter(\.isShown) }

  /// Holds what may not be posted: corrections of blocked groups, those that wait for approval, and
  /// whatever would correct a request only in part.
  ///
  /// - Parameter isSigned: whether what is approved need not wait.
  mutating func hold(_ blocked: [GroupKey: [BreakCode]], isSigned: Bool) {
    for index in proposals.indices {
      proposals[index].heldBecause = proposals[index].reasonToHold(blocked, isSigned)
    }
    guard let because = proposals.lazy.compactMap(\.reasonToHoldOthers).first else { return }
    for index in proposals.indices { proposals[index].requestHeldBecause = because }
  }
}

extension Proposal {
  /// Notes one of its corrections.
  mutating func count(_ correction: Correction, _ approval: Decisions.Approval) {
    corrections += 1
    if !approval.covers(correction) { isApproved = false }
    if correction.requestID != nil { correctsRequest = true }
    if !groups.contains(correction.group) { groups.append(correction.group) }
  }

  /// One of its corrections as it may be posted. Both halves of a correction stand or fall together.
  func settled(_ correction: Correction) -> Correction {
    guard let because = heldBecause ?? (correction.requestID == nil ? nil : requestHeldBecause)
    else { return correction }
    var held = correction
    held.status = .held
    held.heldBecause = because
    return held
  }

  fileprivate func reasonToHold(
    _ blocked: [GroupKey: [BreakCode]], _ isSigned: Bool
  ) -> String? {
    for group in groups + dependsOn {
      if let codes = blocked[group], !codes.isEmpty {
        return "\(group) is blocked by \(codes.map(\.rawValue).joined(separator: ", "))"
      }
    }
    guard found.disposition == .review, !(isSigned && isApproved) else { return nil }
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
    guard correctsRequest else { return nil }
    return heldBecause.map { "another correction of its request is held: \($0)" }
  }
}
