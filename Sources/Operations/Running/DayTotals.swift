import Accounting
import Books
import Reconciliation

/// The control totals of days: which a run counts, how they stand against those that earlier runs
/// stored, and what the months come to with them. Verified, never trusted: no figure of a judgement
/// rests on a stored total.
struct DayTotals {
  /// Days counted anew whose totals are to be stored.
  private(set) var counts: [DayCount] = []
  private(set) var differing: [DifferingTotal] = []
  private(set) var months: [MonthToDate] = []

  private static let relations: [Relation] = [.usageEvent, .entry]
  /// The newest days are where rows still arrive.
  private static let newestDays = 2
  /// A first run over many days leaves the older ones to the nights after it, so that what is held
  /// in memory stays small.
  private static let daysAtOnce = 10

  private let books: PostgresBooks
  private let terms: Terms
  /// The last day of the range that is over.
  private let through: CivilDate

  /// To be made under the run's snapshot.
  /// - Parameter storing: whether the run stores days of which there is no count yet.
  init(of books: PostgresBooks, _ terms: Terms, storing: Bool, groups: [GroupResult]) throws {
    self.books = books
    self.terms = terms
    let yesterday = terms.zone.day(of: terms.asOf).adding(days: -1)
    through = min(terms.range.last, yesterday)
    var stored: [Relation: Set<CivilDate>] = [:]
    for relation in Self.relations {
      stored[relation] = try review(relation, storing: storing)
    }
    months = try terms.range.periods.compactMap { period in
      try monthToDate(period, stored, groups.map(\.key).filter { $0.period == period })
    }
  }

  // MARK: Verifying

  /// Counts what is to be counted, and holds it against what is stored.
  /// - Returns: the days of which there is a count now.
  private mutating func review(_ relation: Relation, storing: Bool) throws -> Set<CivilDate> {
    let first = terms.range.first.period.previous.firstDay
    let known = try books.storedDays(relation, from: first, through: through)
    let arrivals = try daysOfArrivals(relation, known)
    let own = storing ? Set(try unknownDays(known).sorted().suffix(Self.daysAtOnce)) : []
    for day in own.sorted() { counts.append(try books.count(relation, on: day)) }
    for day in daysToVerify(known).union(arrivals).sorted() {
      let stored = try books.stored(relation, on: day)
      let counted = try books.count(relation, on: day)
      guard counted != stored else { continue }
      counts.append(counted)
      let differences = Self.differences(stored, counted)
      let isGrowth = differences.allSatisfy { $0.counted.rows > $0.stored.rows }
      if !(isGrowth && arrivals.contains(day)) { differing += differences }
    }
    return Set(known).union(own)
  }

  /// The days of the run's window that are over and of which no count is stored.
  private func unknownDays(_ known: [CivilDate]) throws -> Set<CivilDate> {
    var day = min(terms.range.first, terms.zone.day(of: Scope(terms).window.lowerBound))
    var days: Set<CivilDate> = []
    while day <= through {
      days.insert(day)
      day = day.adding(days: 1)
    }
    return days.subtracting(known)
  }

  /// The newest days, one older day after the other from night to night, and every day of a month
  /// that the range covers whole.
  private func daysToVerify(_ known: [CivilDate]) -> Set<CivilDate> {
    let days = Set(known.suffix(Self.newestDays) + [Rotation.day(through: through)])
      .union(known.filter { terms.range.covers($0.period) })
    return days.intersection(known)
  }

  /// Stored days that got rows since the run before.
  private func daysOfArrivals(
    _ relation: Relation, _ known: [CivilDate]
  ) throws -> Set<CivilDate> {
    guard let since = terms.lateSince else { return [] }
    guard relation == .usageEvent else {
      let first = terms.zone.day(of: since.postedAt)
      return Set(known.filter { $0 >= first })
    }
    let arrivals = try books.daysOfArrivals(
      since: since.recordedAt, occurredBefore: terms.instants.upperBound)
    return arrivals.intersection(known)
  }

  private static func differences(_ stored: DayCount, _ counted: DayCount) -> [DifferingTotal] {
    Set(stored.totals.keys).union(counted.totals.keys).sorted().compactMap { place in
      let before = stored.totals[place] ?? ControlTotal()
      let now = counted.totals[place] ?? ControlTotal()
      guard before != now else { return nil }
      return DifferingTotal(
        relation: stored.relation == .usageEvent ? .usageEvent : .ledgerEntry, day: stored.day,
        tenant: place.tenant, deployment: place.deployment, currency: place.currency,
        period: place.period, stored: before, counted: now)
    }
  }

  // MARK: Month to date

  /// The stored totals of a month's days, with those counted now, for the places of some groups; of
  /// a group without deployment, every place of its tenant.
  private func monthToDate(
    _ period: AccountingPeriod, _ stored: [Relation: Set<CivilDate>], _ groups: [GroupKey]
  ) throws -> MonthToDate? {
    let last = min(period.lastDay, through)
    guard period.firstDay <= last, !groups.isEmpty else { return nil }
    var days = [period.firstDay]
    while let day = days.last, day < last { days.append(day.adding(days: 1)) }
    let missing = days.filter { day in
      !Self.relations.allSatisfy { stored[$0]?.contains(day) ?? false }
    }
    guard missing.count < days.count else { return nil }
    let wanted = Set(groups)
    var places: [GroupKey: PlaceToDate] = [:]
    for relation in Self.relations {
      let counted = counts.filter {
        $0.relation == relation && $0.day.period == period && $0.day <= last
      }
      let earlier = try books.stored(
        relation, from: period.firstDay, through: last, but: counted.map(\.day),
        tenants: Set(groups.map(\.tenant)).sorted())
      for totals in [earlier] + counted.map(\.totals) {
        for (place, total) in totals where place.period == period {
          guard let currency = Currency(place.currency) else { continue }
          let key = GroupKey(
            tenant: place.tenant, deployment: place.deployment, currency: currency, period: period)
          guard wanted.contains(key) || wanted.contains(key.withoutDeployment) else { continue }
          try places[key, default: PlaceToDate(key: key)].add(total, of: relation)
        }
      }
    }
    return MonthToDate(
      period: period, through: last, missingDays: missing,
      places: places.values.sorted { $0.key < $1.key })
  }
}

/// Which older day takes its turn. From night to night it goes back by a day, and begins anew after
/// 29: so each day is verified once more between 2 and 30 days after it.
package enum Rotation {
  package static func day(through last: CivilDate) -> CivilDate {
    let turn = (2 * last.daysSinceEpoch) % 29
    return last.adding(days: -2 - (turn + 29) % 29)
  }
}

extension GroupKey {
  fileprivate var withoutDeployment: GroupKey {
    GroupKey(tenant: tenant, deployment: nil, currency: currency, period: period)
  }
}

extension PlaceToDate {
  fileprivate mutating func add(_ total: ControlTotal, of relation: Relation) throws(MoneyError) {
    if relation == .usageEvent {
      usage.rows += total.rows
      try usage.amount += total.amount
    } else {
      ledger.rows += total.rows
      try ledger.amount += total.amount
    }
  }
}
