import Accounting
import Reconciliation

/// A group at the time its month is settled.
struct DemoSettled {
  let group: DemoGroup
  let place: DemoPlace
  let month: DemoMonth
  /// What the tenant owes, everything known.
  var due: Money
}

/// Settling the months: what belongs to a group as a whole.
extension DemoDraft {
  mutating func settle() throws {
    let months = try tally()
    let byGroup = placesByGroup()
    let isUnsettled = groups(of: [.inTransit, .lateEvent])
    try writePolicies(months)
    let settlement = entries.count

    var settled: [DemoSettled] = []
    for (group, month) in months.sorted(by: { $0.key < $1.key }) {
      guard let place = byGroup[group] else { continue }
      var one = DemoSettled(group: group, place: place, month: month, due: .zero)
      if let terms = place.terms.plan {
        try settlePlan(&one, terms)
      } else {
        one.due = try month.all.charge.rounded(to: group.currency)
        try settleUsage(one, isUnsettled: isUnsettled.contains(group))
      }
      settled.append(one)
    }
    try plantRoundingFaults(settled, entriesFrom: settlement)
    try invoice(settled)
  }

  /// The groups in which breaks of some kinds are planted.
  func groups(of codes: Set<BreakCode>) -> Set<DemoGroup> {
    Set(
      planted.filter { codes.contains($0.code) }.map {
        DemoGroup(
          tenant: $0.tenant, deployment: $0.deployment, currency: $0.currency, period: $0.period)
      })
  }

  /// One rounding entry takes the drift of what was known; what arrived since is a second entry's
  /// business, or a break where its own entry is missing, too.
  private mutating func settleUsage(_ one: DemoSettled, isUnsettled: Bool) throws {
    let group = one.group
    let known = try one.month.known.roundingNeeded(group.currency)
    let all = try one.month.all.roundingNeeded(group.currency)
    if group.period == plan.period, one.place.trait == .subcentLeak {
      guard one.month.all.visible == 0, !all.isZero else { throw DemoTooSmall(what: "a leak") }
      return plant(.subcentLeak, in: group, amount: -all)
    }
    settle(group, .rounding, known, at: plan.settled(group.period))
    let rest = try known - all
    guard !rest.isZero else { return }
    if isUnsettled {
      plant(try driftCode(one, rounding: known), in: group, amount: rest)
    } else {
      settle(group, .rounding, -rest, at: plan.settledAt, bookedTo: plan.period)
    }
  }

  /// What a difference is called: n roundings explain half a minor unit each.
  private func driftCode(_ one: DemoSettled, rounding: Money) throws -> BreakCode {
    let tally = one.month.all
    let drift = try tally.rounded - tally.charge + rounding
    let bound = Int128(tally.requests) * one.group.currency.unitsPerMinor
    return drift.units.magnitude * 2 > bound.magnitude ? .driftBeyondRounding : .roundingDrift
  }

  /// Books an entry that belongs to a group as a whole.
  mutating func settle(
    _ group: DemoGroup, _ kind: EntryKind, _ amount: Money, at instant: Instant,
    bookedTo period: AccountingPeriod? = nil
  ) {
    guard !amount.isZero else { return }
    let at = instant.adding(seconds: random.seconds(1, 1800))
    let booked = period ?? group.period
    let entry = LedgerEntry(
      entryID: random.ulid("ent_", at: at), tenant: group.tenant, deployment: group.deployment,
      kind: kind, amount: amount, currency: group.currency, period: booked,
      servicePeriod: booked == group.period ? nil : group.period, postedAt: at,
      idempotencyKey: "settle-\(kind.text)-\(random.ulid("", at: at))", reason: "month-end")
    entries.append(DemoEntry(entry: entry))
  }
}

/// Faults of rounding, in months that are otherwise settled.
extension DemoDraft {
  private mutating func plantRoundingFaults(
    _ settled: [DemoSettled], entriesFrom settlement: Int
  ) throws {
    let drifting = try settled.filter { one in
      let needed = try one.month.all.roundingNeeded(one.group.currency)
      return one.group.period == plan.period && one.place.isOrdinaryUsage && !needed.isZero
        && one.month.known == one.month.all && one.month.all.visible > 0
    }
    var choices = drifting
    for _ in 0..<plan.scaled(8, least: 4) {
      guard !choices.isEmpty else { throw DemoTooSmall(what: "a missing rounding entry") }
      let one = choices.remove(at: random.below(choices.count))
      let needed = try one.month.all.roundingNeeded(one.group.currency)
      removeRounding(of: one.group, from: settlement)
      plant(.roundingDrift, in: one.group, amount: -needed)
    }
    choices.sort { $0.month.all.requests < $1.month.all.requests }
    choices.removeLast(choices.count / 2)
    for _ in 0..<3 {
      guard !choices.isEmpty else { throw DemoTooSmall(what: "a bogus rounding entry") }
      let one = choices.remove(at: random.below(choices.count))
      let units = Int64(one.month.all.requests / 2) + random.seconds(50, 4000)
      let bogus = Money(minorUnits: units, of: one.group.currency)
      settle(one.group, .rounding, bogus, at: plan.settledAt)
      plant(.driftBeyondRounding, in: one.group, amount: bogus)
    }
  }

  private mutating func removeRounding(of group: DemoGroup, from settlement: Int) {
    for index in settlement..<entries.count {
      guard let entry = entries[index]?.entry, entry.kind == .rounding,
        entry.tenant == group.tenant, entry.deployment == group.deployment,
        entry.currency == group.currency, entry.serviceMonth == group.period
      else { continue }
      entries[index] = nil
    }
  }
}
