import Accounting
import Billing

/// What was used in the months before those of the run, as far as a plan carries over what was left
/// of them. It is read from the books by the run's own engine, so that a month counts there as it
/// counted when it was judged itself; where the books do not tell, nothing is assumed.
struct EarlierUsage {
  private var totals: [GroupKey: GroupTotals] = [:]
  private var doubtful = SetAsidePlaces()
  /// Groups with entries for requests that the gateway does not know any more.
  private var unsupported: Set<GroupKey> = []
  private var incomplete: Set<AccountingPeriod> = []
  private let pooling: Pooling

  /// - Parameter periods: the months whose plans are to be charged.
  init(
    _ books: any BookSource, before periods: [AccountingPeriod], under terms: Terms,
    _ policies: PolicyBook?, by engine: any MatchEngine
  ) throws {
    pooling = Pooling(policies: policies, periodCharges: [], terms: terms)
    guard let policies else { return }
    for period in periods {
      let tenants = tenants(of: policies, rollingOverInto: period, terms.places)
      guard !tenants.isEmpty else { continue }
      var earlier = terms
      earlier.range = DayRange(period.previous)
      earlier.lateSince = nil
      earlier.places.tenants = tenants
      let matching = try engine.match(books, under: earlier, policies: policies) { note($0) }
      if matching.pulls.contains(where: { $0.pulled != $0.source }) {
        incomplete.insert(period.previous)
      }
      for (place, counted) in matching.totals where place.period == period.previous {
        try totals[pooling.group(of: place), default: GroupTotals()].merge(counted)
      }
    }
  }

  private func tenants(
    of policies: PolicyBook, rollingOverInto period: AccountingPeriod, _ places: PlaceFilter
  ) -> [String] {
    let start = pooling.instants(of: period).lowerBound
    let before = pooling.instants(of: period.previous)
    return policies.tenants.filter { tenant in
      (places.tenants.isEmpty || places.tenants.contains(tenant))
        && policies.policies(of: tenant).contains { policy in
          policy.kind == .planInclusive && policy.plan.rollsOver
            && policy.isEffective(during: before)
            && policy.effectiveTo.map { $0 >= start } ?? true
        }
    }
  }

  private mutating func note(_ exception: ExceptionItem) {
    switch exception {
    case .suspectedDuplicate, .elsewhere: break
    case .setAside(let row): doubtful.note(row)
    case .request(let match):
      for row in match.setAside { doubtful.note(row) }
      if !match.setAside.isEmpty, let home = match.home {
        doubtful.note(home: pooling.group(of: home))
      }
      if match.events.isEmpty, match.setAside.isEmpty {
        unsupported.formUnion(match.nets.map { pooling.group(of: $0.group) })
      }
    }
  }

  /// - Throws: `NotDerivable` where the books do not hold all of the month any more.
  func totals(of group: GroupKey) throws(NotDerivable) -> GroupTotals {
    func unknown(_ why: String) -> NotDerivable {
      NotDerivable(why: "what is carried over from \(group.period) is not known: \(why)")
    }
    if incomplete.contains(group.period) { throw unknown("its pull is not complete") }
    if doubtful.concern(group, pooling) { throw unknown("a row of it cannot be judged") }
    if unsupported.contains(group) {
      throw unknown("the ledger bills requests of it that the gateway does not hold")
    }
    return totals[group] ?? GroupTotals()
  }
}
