import Accounting
import Billing
import Reconciliation

extension Oracle {
  /// The code under which a line of a request's difference is reported.
  func code(of line: BridgeLine, in outcome: RequestOutcome) -> BreakCode? {
    switch line {
    case .doubleBilled: .doubleBilled
    case .unsupported: .unsupportedCharge
    case .notChargeable:
      outcome.file.events.first?.details.operation == "signal"
        ? .signalMisbilled : .nonbillableCharge
    case .cutOff: .cutOffError
    case .misposted: .misposted
    case .currency: .currencyMismatch
    case .amount:
      outcome.allotments.contains { $0.line == .amount && $0.amount.magnitude > terms.tolerance }
        ? .amountMismatch : nil
    case .unbilled: outcome.charged.map(isLate) == true ? .lateEvent : .unbilled
    case .inTransit: .inTransit
    case .setAside, .rounding, .trueUp, .corrections: nil
    }
  }

  func shares(of line: BridgeLine, in outcome: RequestOutcome) throws -> [GroupShare] {
    func isShown(_ place: GroupKey) -> Bool {
      line != .setAside || !isInScope(place) || counts(outcome.file, in: place)
    }
    let shown = outcome.allotments.filter { $0.line == line && isShown($0.place) }
    return try Set(shown.map { pooled($0.place) }).sorted().map { group in
      GroupShare(
        group: group, amount: try outcome.total(line) { pooled($0) == group && isShown($0) })
    }
  }

  func requestBreaks(_ outcomes: [RequestOutcome]) throws -> [BreakFinding] {
    var breaks: [BreakFinding] = []
    for outcome in outcomes {
      guard let group = listedGroup(of: outcome.file) else { continue }
      for line in BridgeLine.allCases where outcome.allotments.contains(where: { $0.line == line })
      {
        guard let code = code(of: line, in: outcome) else { continue }
        breaks.append(
          BreakFinding(
            code: code, group: group, subject: outcome.file.subject,
            shares: try shares(of: line, in: outcome),
            disposition: disposition(code, of: outcome.file)))
      }
      if try !outcome.isClean && isOverCorrected(outcome.file) {
        breaks.append(
          BreakFinding(
            code: .overCorrected, group: group, subject: outcome.file.subject,
            disposition: disposition(.overCorrected)))
      }
    }
    return breaks
  }

  /// Whether some entry is reversed by more than it was, and its group left with the opposite sign.
  private func isOverCorrected(_ file: RequestFile) throws -> Bool {
    for entry in file.entries
    where file.entries.contains(where: { $0.reversesEntryID == entry.entryID }) {
      let rest = try rest(of: entry, in: file)
      let net = try net(file, at: GroupKey(of: entry))
      if rest.sign * entry.amount.sign < 0, net.sign * entry.amount.sign < 0 { return true }
    }
    return false
  }

  /// Events told twice, and events that look so.
  func duplicateBreaks(_ outcomes: [RequestOutcome]) -> [BreakFinding] {
    var breaks: [BreakFinding] = []
    for outcome in outcomes {
      let file = outcome.file
      guard let group = listedGroup(of: file) else { continue }
      var codes: [BreakCode] = []
      if let first = file.candidates.first {
        let others = file.candidates.dropFirst()
        if others.contains(where: { $0.payload == first.payload }) { codes.append(.duplicateEvent) }
        if others.contains(where: { $0.payload != first.payload }) {
          codes.append(.conflictingEvent)
        }
        if isProviderCopy(first), outcome.isClean { codes.append(.duplicateEvent) }
      }
      if let charged = chargedEvent(of: file), isInRange(charged), hasEarlierTwin(charged) {
        codes.append(.suspectedDuplicate)
      }
      for code in Set(codes).sorted() {
        breaks.append(
          BreakFinding(
            code: code, group: group, subject: file.subject, disposition: disposition(code)))
      }
    }
    return breaks
  }

  private func hasEarlierTwin(_ later: UsageEvent) -> Bool {
    let isSignal = later.details.operation == "signal" && later.tokens.isZero
    guard later.user != nil || later.session != nil, !later.tokens.isZero || isSignal else {
      return false
    }
    let window = terms.suspectedDuplicateWindow * 1_000_000
    return events.contains { earlier in
      earlier.requestID != later.requestID && earlier.tenant == later.tenant
        && earlier.user == later.user && earlier.session == later.session
        && earlier.model == later.model && earlier.tokens == later.tokens
        && (!isSignal || (earlier.unit == later.unit && earlier.quantity == later.quantity))
        && comesBefore(earlier, later)
        && later.occurredAt.microseconds - earlier.occurredAt.microseconds <= window
        && isCharged(earlier)
    }
  }

  private func comesBefore(_ earlier: UsageEvent, _ later: UsageEvent) -> Bool {
    earlier.occurredAt != later.occurredAt
      ? earlier.occurredAt < later.occurredAt : UsageEvent.inRecordingOrder(earlier, later)
  }

  private func isCharged(_ event: UsageEvent) -> Bool {
    let first = events.first { $0.requestID == event.requestID && $0.isChargeCandidate }
    return first?.eventID == event.eventID && !isProviderCopy(event)
  }

  // MARK: Rows that cannot be judged

  func invalidRowBreaks(_ outcomes: [RequestOutcome]) throws -> [BreakFinding] {
    var breaks: [BreakFinding] = []
    for outcome in outcomes where !outcome.file.setAside.isEmpty {
      let row = outcome.file.setAside[0]
      breaks.append(
        BreakFinding(
          code: .invalidEvent, group: listedGroup(of: outcome.file) ?? group(of: row),
          subject: outcome.file.subject, shares: try shares(of: .setAside, in: outcome),
          disposition: disposition(.invalidEvent)))
    }
    for row in setAside where row.requestID == nil && isListed(row) {
      breaks.append(
        BreakFinding(
          code: .invalidEvent, group: group(of: row), subject: subject(of: row),
          disposition: disposition(.invalidEvent)))
    }
    return breaks
  }

  /// A break names rows of usage and ledger alone.
  private func subject(of row: SetAsideRow) -> String {
    row.relation == .usageEvent || row.relation == .ledgerEntry ? row.rowID : ""
  }

  /// The group a row without a home is listed under.
  private func group(of row: SetAsideRow) -> GroupKey {
    pooled(
      GroupKey(
        tenant: row.tenant, deployment: row.deployment, currency: row.currency ?? .none,
        period: row.period ?? terms.range.first.period))
  }

  func mayBelong(_ row: SetAsideRow, to group: GroupKey) -> Bool {
    if row.relation == .chargePolicy, row.deployment == nil {
      return row.tenant == group.tenant && (row.currency ?? group.currency) == group.currency
        && (row.period ?? group.period) == group.period
    }
    let place = GroupKey(
      tenant: row.tenant, deployment: row.deployment, currency: row.currency ?? group.currency,
      period: row.period ?? group.period)
    return pooled(place) == group
  }
}
