import Accounting

/// What the same usage comes to under both rules, rounded at each of three levels: every entry by
/// itself, every line (tenant, deployment, currency, month) or every invoice (tenant, currency,
/// month) once. Amounts are major units of one currency.
///
/// Two lines of one invoice, in dollars: 0.005 + 0.005 + 0.005, which is 0.015, and 0.010 + 0.015,
/// which is 0.025. The exact sum is 0.040.
///
/// | rounded half | per entry | per line | per invoice |
/// |---|---|---|---|
/// | up | 3 × 0.01 + 0.01 + 0.02 = 0.06 | 0.02 + 0.03 = 0.05 | 0.04 |
/// | even | 3 × 0.00 + 0.01 + 0.02 = 0.03 | 0.02 + 0.02 = 0.04 | 0.04 |
package struct RoundingTable: Hashable, Sendable {
  /// One rule at the three levels.
  package struct Row: Hashable, Sendable {
    package var perEntry = Money.zero
    package var perLine = Money.zero
    package var perInvoice = Money.zero

    package init(
      perEntry: Money = .zero, perLine: Money = .zero, perInvoice: Money = .zero
    ) {
      self.perEntry = perEntry
      self.perLine = perLine
      self.perInvoice = perInvoice
    }
  }

  /// Charged requests.
  package var requests = 0
  /// Σ charge, unrounded.
  package var exact = Money.zero
  /// What the ledger holds for the lines, whatever it is for.
  package var posted = Money.zero
  package var halfUp = Row()
  package var halfEven = Row()

  package init() {}

  /// One invoice.
  ///
  /// - Throws: `overflow`, where sums leave the range of `Money`.
  package init(invoice lines: [RoundedLine], in currency: Currency) throws(MoneyError) {
    for line in lines {
      requests += line.requests
      try exact += line.exact
      try posted += line.posted
      try halfUp.add(line, line.entriesHalfUp, .halfUp, currency)
      try halfEven.add(line, line.entriesHalfEven, .halfEven, currency)
    }
    halfUp.perInvoice = try exact.rounded(to: currency, .halfUp)
    halfEven.perInvoice = try exact.rounded(to: currency, .halfEven)
  }

  package subscript(rule: RoundingRule) -> Row {
    switch rule {
    case .halfUp: halfUp
    case .halfEven: halfEven
    }
  }

  mutating func add(_ other: RoundingTable) throws(MoneyError) {
    requests += other.requests
    try exact += other.exact
    try posted += other.posted
    try halfUp.add(other.halfUp)
    try halfEven.add(other.halfEven)
  }
}

extension RoundingTable.Row {
  fileprivate mutating func add(
    _ line: RoundedLine, _ entries: Money, _ rule: RoundingRule, _ currency: Currency
  ) throws(MoneyError) {
    try perEntry += entries
    try perLine += line.exact.rounded(to: currency, rule)
  }

  fileprivate mutating func add(_ other: RoundingTable.Row) throws(MoneyError) {
    try perEntry += other.perEntry
    try perLine += other.perLine
    try perInvoice += other.perInvoice
  }
}

/// What an invoice line is made of: a group's charges, and their sums rounded one by one.
package struct RoundedLine: Hashable, Sendable {
  package var requests: Int
  package var exact: Money
  package var posted: Money
  package var entriesHalfUp: Money
  package var entriesHalfEven: Money

  package init(
    requests: Int, exact: Money, posted: Money, entriesHalfUp: Money, entriesHalfEven: Money
  ) {
    self.requests = requests
    self.exact = exact
    self.posted = posted
    self.entriesHalfUp = entriesHalfUp
    self.entriesHalfEven = entriesHalfEven
  }
}

extension RoundingRule {
  /// The other of the two rules. They part where an amount lies on half a minor unit, and nowhere
  /// else.
  package var other: RoundingRule {
    switch self {
    case .halfUp: .halfEven
    case .halfEven: .halfUp
    }
  }
}
