import Accounting
import Billing
import Reconciliation

extension Oracle {
  func corrections(
    of outcomes: [RequestOutcome], _ groups: [GroupFinding]
  ) throws -> [CorrectionFinding] {
    var corrections: [CorrectionFinding] = []
    for outcome in outcomes {
      var ofRequest: [CorrectionFinding] = []
      // Whether an entry that would be needed is not even proposed.
      var isPartial = false
      for line in BridgeLine.allCases where outcome.allotments.contains(where: { $0.line == line })
      {
        guard let code = code(of: line, in: outcome) else { continue }
        let proposed = try entries(for: line, code, in: outcome)
        if !isProposed(code), proposed.contains(where: { !$0.amount.isZero }) { isPartial = true }
        var entries = settled(proposed, code, outcomes, groups)
        if disposition(code, of: outcome.file) == .review {
          for index in entries.indices { entries[index].isHeld = true }
        }
        ofRequest += entries
      }
      let isAnyHeld = isPartial || ofRequest.contains(where: \.isHeld)
      for index in ofRequest.indices { ofRequest[index].isHeld = isAnyHeld }
      corrections += ofRequest
    }
    for group in groups {
      for (code, amount) in try closingBreaks(of: group, outcomes)
      where code != .driftBeyondRounding {
        let kind: EntryKind =
          switch code {
          case .trueUpDue: .trueUp
          case .unsupportedCharge: .accrual
          default: .rounding
          }
        corrections += settled(
          [correction(code, kind, at: group.key, request: nil, -amount)], code, outcomes, groups)
      }
    }
    return corrections
  }

  /// Drops what the code's disposition does not propose, and holds the rest, all or nothing.
  func settled(
    _ proposed: [CorrectionFinding], _ code: BreakCode, _ outcomes: [RequestOutcome],
    _ groups: [GroupFinding]
  ) -> [CorrectionFinding] {
    guard isProposed(code) else { return [] }
    let entries = proposed.filter { !$0.amount.isZero }
    let isHeld =
      disposition(code) == .review || entries.contains { isBlocked($0.group, outcomes, groups) }
    return entries.map {
      var correction = $0
      correction.isHeld = isHeld
      return correction
    }
  }

  private func isProposed(_ code: BreakCode) -> Bool {
    [.post, .review].contains(disposition(code))
  }

  func isBlocked(
    _ key: GroupKey, _ outcomes: [RequestOutcome], _ groups: [GroupFinding]
  ) -> Bool {
    let isInScope = groups.contains { $0.key == key }
    return !blocks(of: key, outcomes, isInScope: isInScope).isEmpty
  }

  func correction(
    _ code: BreakCode, _ kind: EntryKind, at place: GroupKey, request: String?,
    reverses: String? = nil, _ amount: Money
  ) -> CorrectionFinding {
    CorrectionFinding(
      code: code, kind: kind, tenant: place.tenant, deployment: place.deployment,
      currency: place.currency, period: openMonth(from: place.period), servicePeriod: place.period,
      requestID: request, reversesEntryID: reverses, amount: amount, isHeld: false,
      group: pooled(place))
  }

  private func openMonth(from period: AccountingPeriod) -> AccountingPeriod {
    var month = period
    while closedPeriods.contains(where: { $0.period == month }) { month = month.next }
    return month
  }

  private func entries(
    for line: BridgeLine, _ code: BreakCode, in outcome: RequestOutcome
  ) throws -> [CorrectionFinding] {
    let file = outcome.file
    let concerned = outcome.allotments.filter { $0.line == line }
    switch code {
    case .unbilled, .lateEvent:
      return concerned.map {
        correction(code, .usage, at: $0.place, request: file.requestID, -$0.amount)
      }
    case .amountMismatch:
      return concerned.map {
        correction(code, .adjustment, at: $0.place, request: file.requestID, -$0.amount)
      }
    case .doubleBilled where outcome.home != nil:
      return try outcome.surplus.map { try reversal(of: $0, code, in: file) }
    case .doubleBilled, .nonbillableCharge, .signalMisbilled, .unsupportedCharge:
      return try concerned.flatMap { try undo($0, code, in: outcome) }
    case .misposted, .cutOffError, .currencyMismatch:
      let strays = concerned.filter { $0.place != outcome.home }
      let moved = try Money.sum(concerned.filter { $0.place == outcome.home }.map(\.amount))
      guard let home = outcome.home else { return [] }
      let first = try liveEntries(of: file).first { $0.kind == .usage }
      let isChargedAtHome = first.map { GroupKey(of: $0) == home } ?? false
      let isBroughtEarlier = outcome.allotments.contains { other in
        other.place == home && [.cutOff, .misposted, .currency].contains(other.line)
          && (BridgeLine.allCases.firstIndex(of: other.line) ?? 0)
            < (BridgeLine.allCases.firstIndex(of: line) ?? 0)
      }
      let isLikeTheCharge = (-moved).sign == outcome.expected.sign
      let kind: EntryKind =
        !isChargedAtHome && !isBroughtEarlier && isLikeTheCharge ? .usage : .adjustment
      return try strays.flatMap { try undo($0, code, in: outcome) }
        + [correction(code, kind, at: home, request: file.requestID, -moved)]
    default: return []
    }
  }

  private func reversal(
    of entry: LedgerEntry, _ code: BreakCode, in file: RequestFile
  ) throws -> CorrectionFinding {
    correction(
      code, .reversal, at: GroupKey(of: entry), request: file.requestID, reverses: entry.entryID,
      -(try rest(of: entry, in: file)))
  }

  /// Takes a net away: each live entry of the place by its reversal, and what no live entry
  /// explains by one adjustment.
  private func undo(
    _ stray: Allotment, _ code: BreakCode, in outcome: RequestOutcome
  ) throws -> [CorrectionFinding] {
    let surplus = outcome.surplus.map(\.entryID)
    let live = try liveEntries(of: outcome.file).filter {
      GroupKey(of: $0) == stray.place && !surplus.contains($0.entryID)
    }
    var unexplained = stray.amount
    for entry in live { try unexplained -= rest(of: entry, in: outcome.file) }
    let lone = outcome.file.loneEntryID
    return try live.map { try reversal(of: $0, code, in: outcome.file) }
      + [
        correction(
          code, lone == nil ? .adjustment : .reversal, at: stray.place,
          request: outcome.file.requestID, reverses: lone, -unexplained)
      ]
  }
}
