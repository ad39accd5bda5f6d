import Accounting
import Billing
import Reconciliation

/// What is said of a group as a whole, and whether it may be corrected.
extension Oracle {
  // MARK: What keeps corrections out

  func blocks(
    of key: GroupKey, _ outcomes: [RequestOutcome], isInScope: Bool
  ) -> [BreakCode] {
    var codes: Set<BreakCode> = []
    let homesOfInvalid = outcomes.filter { !$0.file.setAside.isEmpty }.compactMap(\.home)
    if homesOfInvalid.map(pooled).contains(key) { codes.insert(.invalidEvent) }
    if isInScope {
      let examined = outcomes.flatMap(\.file.setAside)
      let listed = setAside.filter(isListed) + examined
      if listed.contains(where: { mayBelong($0, to: key) }) { codes.insert(.invalidEvent) }
      codes.formUnion(policyBreaks(of: key, outcomes))
    }
    return codes.sorted()
  }

  func policyBreaks(of key: GroupKey, _ outcomes: [RequestOutcome]) -> [BreakCode] {
    guard arePoliciesProvisioned else { return [] }
    let counts = charged(in: key, outcomes).compactMap(\.charged).map {
      policiesInForce(at: $0).count
    }
    var codes: [BreakCode] = []
    if counts.contains(0) { codes.append(.policyGap) }
    if counts.contains(where: { $0 > 1 }) { codes.append(.policyOverlap) }
    return codes
  }

  // MARK: Breaks of a group as a whole

  func groupBreaks(_ groups: [GroupFinding], _ outcomes: [RequestOutcome]) throws -> [BreakFinding]
  {
    var breaks: [BreakFinding] = []
    for group in groups {
      for code in policyBreaks(of: group.key, outcomes) {
        breaks.append(BreakFinding(code: code, group: group.key, disposition: disposition(code)))
      }
      for (code, amount) in try closingBreaks(of: group, outcomes) {
        breaks.append(
          BreakFinding(
            code: code, group: group.key,
            subject: code == .unsupportedCharge ? firstAccrual(of: group.key) : "",
            shares: [GroupShare(group: group.key, amount: amount)],
            disposition: disposition(code)))
      }
      if try isPeriodChargeDisputed(group, outcomes) {
        breaks.append(
          BreakFinding(
            code: .periodChargeDisagreement, group: group.key,
            disposition: disposition(.periodChargeDisagreement)))
      }
    }
    return breaks
  }

  /// What is wrong with the group's own lines, rounding and true-up, and by how much.
  func closingBreaks(
    of group: GroupFinding, _ outcomes: [RequestOutcome]
  ) throws -> [(BreakCode, Money)] {
    let key = group.key
    guard isWhole(key) else { return [] }
    let events = charged(in: key, outcomes).compactMap(\.charged)
    let rounding = group.amount(of: .rounding)
    let accrued = group.amount(of: .corrections)
    var left: [(BreakCode, Money)] = accrued.isZero ? [] : [(.unsupportedCharge, accrued)]
    if isUnderPlan(key) {
      let amount = try rounding + group.amount(of: .trueUp)
      if try isTrueUpKnown(key, events) && !amount.isZero { left.append((.trueUpDue, amount)) }
      return left
    }
    let trueUp = group.amount(of: .trueUp)
    if !trueUp.isZero { left.append((.trueUpDue, trueUp)) }
    let entered = try requestRoundings(of: key, outcomes) + groupEntries(of: key, [.rounding])
    if try isBeyondRounding(entered, group) { return left + [(.driftBeyondRounding, rounding)] }
    if try terms.ledgerRounding == .line
      && isBeyondRounding(group.sumOfRounded - group.recorded, group)
    {
      return left + [(.driftBeyondRounding, .zero)]
    }
    guard terms.ledgerRounding == .entry, !rounding.isZero else { return left }
    let allVanish = try events.allSatisfy { event in
      let charge = event.charge ?? .zero
      return try charge > .zero && round(charge, key).isZero
    }
    return left + [(events.count >= 2 && allVanish ? .subcentLeak : .roundingDrift, rounding)]
  }

  private func isBeyondRounding(_ drift: Money, _ group: GroupFinding) throws -> Bool {
    let twiceBound = try group.key.currency.minorUnit.times(Int128(group.requests))
    return try drift.magnitude.times(2) > twiceBound
  }

  private func isPeriodChargeDisputed(
    _ group: GroupFinding, _ outcomes: [RequestOutcome]
  ) throws -> Bool {
    let key = group.key
    guard isWhole(key) else { return false }
    if isChargeContradictory(key) { return true }
    guard let given = periodCharge(of: key) else { return false }
    let events = charged(in: key, outcomes).compactMap(\.charged)
    if let derived = try derivedCharge(of: key, for: events) {
      return try round(derived, key) != round(given, key)
    }
    return try !isUnderPlan(key) && round(group.recorded, key) != round(given, key)
  }
}
