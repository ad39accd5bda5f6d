import Accounting

/// One kind of break: its word, its wording, how severe it is, what rights it, and the judgement
/// itself. A rule is a value; the register lists them all.
package struct BreakRule: Sendable {
  /// What a rule looks at. Rules are pure: equal facts give equal findings.
  package enum Judge: Sendable {
    /// The pull as a whole.
    case pull(@Sendable ([PullTotals], Casebook) throws -> [Finding])
    /// One exception of any kind.
    case exception(@Sendable (ExceptionItem, Casebook) throws -> Finding?)
    /// One request that is not clean.
    case request(@Sendable (RequestMatch, Casebook) throws -> Finding?)
    /// One group.
    case group(@Sendable (GroupFacts, Casebook) throws -> Finding?)
    /// What an audit brought to light.
    case audit(@Sendable (any AuditItem, AuditBook) throws -> Finding?)
    /// The invoice of one group, after the corrections of all groups are known.
    case invoice(@Sendable (InvoiceTie, Casebook) throws -> Finding?)
  }

  package let code: BreakCode
  package let severity: Severity
  /// What the break is, in one sentence.
  package let meaning: String
  /// What rights it, in a few words.
  package let remedy: String
  /// What is done about it unless the job says otherwise.
  package let disposition: Disposition
  package let judge: Judge
  /// Of a rule that judges another kind of fact too.
  package var beside: Judge?

  /// Why no job can switch the rule off, as in "it …"; `nil` = a job can.
  package var whyNeverOff: String? {
    if severity == .stop { return "stops a run" }
    return code == .invalidEvent ? "tells which groups cannot be judged" : nil
  }

  var judges: [Judge] { [judge, beside].compactMap(\.self) }

  /// How it judges what audits bring to light.
  var audits: [@Sendable (any AuditItem, AuditBook) throws -> Finding?] {
    judges.compactMap { judge in
      if case .audit(let audit) = judge { audit } else { nil }
    }
  }
}

extension BreakRule.Judge {
  /// Of one kind of fact that an audit brings to light.
  package static func fact<Fact: AuditItem>(
    _ judge: @escaping @Sendable (Fact, AuditBook) throws -> Finding?
  ) -> BreakRule.Judge {
    .audit { item, book in try (item as? Fact).flatMap { try judge($0, book) } }
  }
}

/// What a rule has found: the break's facts and the entries that would right it.
package struct Finding: Sendable {
  /// What distinguishes it from others of its code and group.
  package var subject: String
  /// The place (before pooling) it is shown at.
  package var place: GroupKey
  package var requestID: String?
  package var events = Evidence()
  package var entries = Evidence()
  /// By place: its parts of the variance.
  package var shares: [GroupShare] = []
  /// As `Break.measure`.
  package var measure: Measure?
  package var explanation: String
  /// As `Break.occurredAt`.
  package var occurredAt: Instant?
  package var drafts: Drafts = []
  /// Why its corrections wait for a person though the rule would post them; `nil` = they do not.
  package var doubt: String?
  /// Groups, beside those it is booked to, that must not be blocked for it to be corrected.
  package var dependsOn: [GroupKey] = []
}

/// What rules may ask beside the facts before them.
package struct Casebook: Sendable {
  package let terms: Terms
  package let pooling: Pooling
  private let closings: [AccountingPeriod: Instant]

  package init(terms: Terms, pooling: Pooling, closedPeriods: [ClosedPeriod]) {
    self.terms = terms
    self.pooling = pooling
    closings = Dictionary(closedPeriods.map { ($0.period, $0.closedAt) }) { min($0, $1) }
  }

  /// When a period was closed; `nil` for an open one.
  package func closing(of period: AccountingPeriod) -> Instant? { closings[period] }

  /// Where an entry for the service of `period` is booked: there if that is open, else in the
  /// earliest open period after it.
  package func bookingPeriod(for period: AccountingPeriod) -> AccountingPeriod {
    var booked = period
    while closings[booked] != nil { booked = booked.next }
    return booked
  }
}
