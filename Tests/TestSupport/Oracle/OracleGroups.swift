import Accounting
import Billing
import Reconciliation

extension Oracle {
  /// The groups in scope, whether or not anything remains in them.
  func groupKeys(_ outcomes: [RequestOutcome]) -> [GroupKey] {
    var keys: Set<GroupKey> = []
    for outcome in outcomes {
      let places = outcome.file.entries.map { GroupKey(of: $0) } + [outcome.home].compactMap { $0 }
      for place in places where isInScope(place) && counts(outcome.file, in: place) {
        keys.insert(pooled(place))
      }
    }
    for entry in entries where isInScope(GroupKey(of: entry)) {
      let key = pooled(GroupKey(of: entry))
      if isWhole(key), groupKind(of: entry, in: key) != nil { keys.insert(key) }
    }
    for period in terms.range.periods {
      let plans = policies.filter { $0.kind == .planInclusive }.map {
        GroupKey(
          tenant: $0.tenant, deployment: $0.deployment, currency: $0.currency, period: period)
      }
      let charged = periodCharges.filter { $0.period == period }.map {
        GroupKey(
          tenant: $0.tenant, deployment: $0.deployment, currency: $0.currency, period: period)
      }
      for key in plans + charged where isInScope(key) && isWhole(key) && pooled(key) == key {
        if isUnderPlan(key) { keys.insert(key) }
      }
    }
    for row in setAside where isListed(row) {
      guard let currency = row.currency, let period = row.period else { continue }
      let place = GroupKey(
        tenant: row.tenant, deployment: row.deployment, currency: currency, period: period)
      if isInScope(place) { keys.insert(pooled(place)) }
    }
    return keys.sorted()
  }

  /// As what an entry counts that belongs to the group as a whole; `nil` if it does not count.
  private func groupKind(of entry: LedgerEntry, in key: GroupKey) -> EntryKind? {
    guard case .group(let kind) = belonging(of: entry) else { return nil }
    switch kind {
    case .rounding, .trueUp, .accrual: return kind
    case .planFee: return countsPlanFees(key) ? kind : nil
    default: return nil
    }
  }

  func charged(in key: GroupKey, _ outcomes: [RequestOutcome]) -> [RequestOutcome] {
    outcomes.filter { outcome in
      guard let home = outcome.home else { return false }
      return pooled(home) == key && counts(outcome.file, in: home)
    }
  }

  /// Sum of the entries of these kinds that belong to the group as a whole.
  func groupEntries(of key: GroupKey, _ kinds: [EntryKind]) throws -> Money {
    guard isWhole(key) else { return .zero }
    return try Money.sum(
      entries.filter { entry in
        guard pooled(GroupKey(of: entry)) == key else { return false }
        return groupKind(of: entry, in: key).map(kinds.contains) ?? false
      }.map(\.amount))
  }

  /// The accrual that was posted first.
  func firstAccrual(of key: GroupKey) -> String {
    let accruals = entries.filter {
      pooled(GroupKey(of: $0)) == key && groupKind(of: $0, in: key) == .accrual
    }
    return accruals.min { ($0.postedAt, $0.entryID) < ($1.postedAt, $1.entryID) }?.entryID ?? ""
  }

  func groupFindings(_ outcomes: [RequestOutcome]) throws -> [GroupFinding] {
    let keys = groupKeys(outcomes)
    return try keys.map { key in
      var finding = GroupFinding(key: key, isWholePeriod: isWhole(key))
      let events = charged(in: key, outcomes).compactMap(\.charged)
      finding.requests = events.count
      finding.recorded = try Money.sum(events.map { $0.charge ?? .zero })
      finding.due = try due(of: key, events, recorded: finding.recorded)
      finding.posted = try posted(in: key, outcomes)
      finding.variance = try finding.posted - finding.due
      finding.sumOfRounded = try sumOfRounded(events)
      finding.bridge = try bridge(of: finding, outcomes)
      finding.blockedBy = blocks(of: key, outcomes, isInScope: true)
      return finding
    }
  }

  func due(of key: GroupKey, _ events: [UsageEvent], recorded: Money) throws -> Money {
    if isWhole(key), isUnderPlan(key), !isChargeUnclear(key) {
      if let given = periodCharge(of: key) { return try round(given, key) }
      if let derived = try derivedCharge(of: key, for: events) { return try round(derived, key) }
    }
    return try round(recorded, key)
  }

  func isTrueUpKnown(_ key: GroupKey, _ events: [UsageEvent]) throws -> Bool {
    guard isWhole(key), isUnderPlan(key), !isChargeUnclear(key) else { return false }
    return try periodCharge(of: key) != nil || derivedCharge(of: key, for: events) != nil
  }

  func round(_ amount: Money, _ key: GroupKey) throws -> Money {
    try amount.rounded(to: key.currency, terms.rounding)
  }

  private func posted(in key: GroupKey, _ outcomes: [RequestOutcome]) throws -> Money {
    let ofRequests = outcomes.flatMap { outcome in
      outcome.file.entries.filter {
        let place = GroupKey(of: $0)
        return pooled(place) == key && counts(outcome.file, in: place)
      }
    }
    return try Money.sum(ofRequests.map(\.amount))
      + groupEntries(of: key, [.rounding, .trueUp, .accrual, .planFee])
  }

  private func sumOfRounded(_ events: [UsageEvent]) throws -> Money {
    try Money.sum(
      events.map { event in
        if terms.ledgerRounding == .line, let minor = event.chargeMinor {
          return Money(minorUnits: minor, of: event.currency)
        }
        return try (event.charge ?? .zero).rounded(to: event.currency, terms.rounding)
      })
  }

  private func bridge(
    of finding: GroupFinding, _ outcomes: [RequestOutcome]
  ) throws -> [BridgeStep] {
    let key = finding.key
    var amounts: [BridgeLine: Money] = [:]
    for line in BridgeLine.allCases {
      amounts[line] = try Money.sum(
        outcomes.map { outcome in
          try outcome.total(line) { pooled($0) == key && counts(outcome.file, in: $0) }
        })
    }
    let onceRounded = try round(finding.recorded, key)
    amounts[.rounding] =
      try requestRoundings(of: key, outcomes) + (finding.recorded - onceRounded)
      + groupEntries(of: key, [.rounding])
    amounts[.trueUp] =
      try onceRounded - finding.due + groupEntries(of: key, [.trueUp, .planFee])
    amounts[.corrections] = try groupEntries(of: key, [.accrual])
    return BridgeLine.allCases.compactMap { line in
      guard let amount = amounts[line], !amount.isZero else { return nil }
      return BridgeStep(line: line, amount: amount)
    }
  }

  /// What rounding request by request came to, the final rounding left out.
  func requestRoundings(of key: GroupKey, _ outcomes: [RequestOutcome]) throws -> Money {
    try Money.sum(
      charged(in: key, outcomes).map { outcome in
        let charge = outcome.charged?.charge ?? .zero
        return try outcome.accepted - charge
      })
  }
}

extension GroupFinding {
  func amount(of line: BridgeLine) -> Money {
    bridge.first { $0.line == line }?.amount ?? .zero
  }
}
