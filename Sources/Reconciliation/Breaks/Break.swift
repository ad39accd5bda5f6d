import Accounting

/// A difference between the two books, with the rows that prove it.
package struct Break: Hashable, Sendable {
  /// Stable over runs: made of the code, the group and the subject.
  package var id: String
  package var code: BreakCode
  package var severity: Severity
  package var group: GroupKey
  /// The request concerned; `nil` for breaks of a group as a whole.
  package var requestID: String?
  package var eventIDs: [String]
  package var entryIDs: [String]
  /// Its share of the variance (posted − due) of `group`: + over-billed, − under-billed.
  package var amount: Money
  /// Its share in every group that it touches, `group` included, in order.
  package var shares: [GroupShare]
  package var explanation: String
  package var firstSeen: Instant
  package var disposition: Disposition
  /// When the request it is about took place; of one without an event, when its first entry was
  /// posted. `nil` for breaks of a group as a whole.
  package var occurredAt: Instant?
  package var state: BreakState

  /// - Parameter state: `nil` = as its code tells.
  package init(
    id: String, code: BreakCode, severity: Severity, group: GroupKey, requestID: String?,
    eventIDs: [String], entryIDs: [String], amount: Money, shares: [GroupShare],
    explanation: String, firstSeen: Instant, disposition: Disposition,
    occurredAt: Instant? = nil, state: BreakState? = nil
  ) {
    self.id = id
    self.code = code
    self.severity = severity
    self.group = group
    self.requestID = requestID
    self.eventIDs = eventIDs
    self.entryIDs = entryIDs
    self.amount = amount
    self.shares = shares
    self.explanation = explanation
    self.firstSeen = firstSeen
    self.disposition = disposition
    self.occurredAt = occurredAt
    self.state = state ?? BreakState(of: code)
  }
}

/// What a break adds to one group's variance.
package struct GroupShare: Hashable, Sendable {
  package var group: GroupKey
  package var amount: Money

  package init(group: GroupKey, amount: Money) {
    self.group = group
    self.amount = amount
  }
}
