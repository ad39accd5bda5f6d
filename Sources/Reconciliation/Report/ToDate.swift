import Accounting

/// What a run judged beside its range, because it arrived after the run before.
package struct LateArrivals: Hashable, Sendable {
  /// Rows that arrived from here on were looked for.
  package var since: Instant
  /// Where what was judged begins, if before the range, because no run had judged what lies
  /// between.
  package var judgedFrom: Instant?
  /// Requests of before that, or before the range.
  package var requests: Int

  package init(since: Instant, judgedFrom: Instant?, requests: Int) {
    self.since = since
    self.judgedFrom = judgedFrom
    self.requests = requests
  }
}

/// The control totals of a month up to a day, from the totals stored day by day. They tell how much
/// there is, not how much of it is right.
package struct MonthToDate: Hashable, Sendable {
  package var period: AccountingPeriod
  /// The last day counted.
  package var through: CivilDate
  /// Days of the month up to then that no run has counted: their rows are in no figure.
  package var missingDays: [CivilDate]
  /// In order.
  package var places: [PlaceToDate]

  package init(
    period: AccountingPeriod, through: CivilDate, missingDays: [CivilDate], places: [PlaceToDate]
  ) {
    self.period = period
    self.through = through
    self.missingDays = missingDays
    self.places = places
  }
}

/// One place's share of a month, before plans pool deployments.
package struct PlaceToDate: Hashable, Sendable {
  package var key: GroupKey
  /// Events by the day they occurred, whatever became of them, and the sum of their charges.
  package var usage: ControlTotal
  /// Entries for the month by the day they were posted.
  package var ledger: ControlTotal

  package init(key: GroupKey, usage: ControlTotal = .init(), ledger: ControlTotal = .init()) {
    self.key = key
    self.usage = usage
    self.ledger = ledger
  }
}

/// A stored total that is not what the books hold now, though nothing arrived that tells why.
package struct DifferingTotal: Hashable, Sendable {
  package var relation: SetAsideRow.Relation
  package var day: CivilDate
  package var tenant: String
  package var deployment: String?
  package var currency: String
  /// `nil` where the rows tell none.
  package var period: AccountingPeriod?
  package var stored: ControlTotal
  package var counted: ControlTotal

  package init(
    relation: SetAsideRow.Relation, day: CivilDate, tenant: String, deployment: String?,
    currency: String, period: AccountingPeriod?, stored: ControlTotal, counted: ControlTotal
  ) {
    self.relation = relation
    self.day = day
    self.tenant = tenant
    self.deployment = deployment
    self.currency = currency
    self.period = period
    self.stored = stored
    self.counted = counted
  }

  /// Whether rows are gone: both books only ever grow.
  package var hasLost: Bool { counted.rows < stored.rows }
}
