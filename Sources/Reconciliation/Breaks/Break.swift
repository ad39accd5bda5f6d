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
  /// What it comes to where that is no share of the variance; `nil` where `amount` says all.
  package var measure: Measure?
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
    eventIDs: [String], entryIDs: [String], amount: Money, measure: Measure? = nil,
    shares: [GroupShare], explanation: String, firstSeen: Instant, disposition: Disposition,
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
    self.measure = measure
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

extension Break {
  /// What it comes to in money of its group's currency, whether that is a share of the variance or
  /// lies outside the bridge; zero of what is measured in units.
  package var stake: Money {
    guard let measure else { return amount }
    return measure.currency == group.currency ? measure.amount : .zero
  }
}

/// So much of something: money outside the bridge, tokens, requests…
package struct Measure: Hashable, Sendable {
  /// + too much was recorded or charged, − too little.
  package var amount: Money
  /// The code of a currency for money in major units; else what is counted, in the singular.
  package var unit: String

  package init(_ amount: Money, _ unit: String) {
    self.amount = amount
    self.unit = unit
  }

  package init(_ amount: Money, _ currency: Currency) { self.init(amount, currency.code) }

  /// `nil` for what is no money.
  package var currency: Currency? { Currency(unit) }

  /// As people read it: `-1,200 token`, `12.50 USD`.
  package var text: String {
    "\(currency.map { amount.text(in: $0) } ?? amount.description) \(unit)"
  }
}
