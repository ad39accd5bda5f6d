import Accounting
import Billing

/// The rows of one subject, as pulled.
package struct RequestRows: Sendable {
  package var events: [UsageEvent] = []
  package var entries: [LedgerEntry] = []
  package var setAside: [SetAsideRow] = []

  package init(
    events: [UsageEvent] = [], entries: [LedgerEntry] = [], setAside: [SetAsideRow] = []
  ) {
    self.events = events
    self.entries = entries
    self.setAside = setAside
  }
}

/// The rows of one subject, each list in its order, however long.
struct OrderedRows {
  /// In recording order.
  var events: Spool<UsageEvent> = []
  /// In posting order.
  var entries: Spool<LedgerEntry> = []
  /// By relation and id.
  var setAside: Spool<SetAsideRow> = []
}

extension OrderedRows {
  init(_ rows: RequestRows) {
    events = Spool(rows.events.sorted(by: UsageEvent.inRecordingOrder))
    entries = Spool(rows.entries.sorted(by: LedgerEntry.inPostingOrder))
    setAside = Spool(rows.setAside.sorted(by: SetAsideRow.inOrder))
  }
}

/// A request that is clean at a glance: what is posted is accepted as it stands.
struct PlainMatch {
  let event: UsageEvent
  let entry: LedgerEntry
  let home: GroupKey
}

/// Puts one request's rows together and says which line each difference belongs to.
package struct RequestMatcher: Sendable {
  private let terms: Terms
  private let closed: Set<AccountingPeriod>

  package init(terms: Terms, closedPeriods: [ClosedPeriod]) {
    self.terms = terms
    closed = Set(closedPeriods.map(\.period))
  }

  /// The common case, told at a glance: one charge candidate, the first of its call, and one usage
  /// entry for it in the right place and of the right amount.
  ///
  /// - Returns: `nil` where it takes the whole definition to tell.
  func plainMatch(_ rows: RequestRows, calls: ProviderCalls) throws(MoneyError) -> PlainMatch? {
    guard rows.events.count == 1, rows.entries.count == 1, rows.setAside.isEmpty else { return nil }
    let event = rows.events[0]
    let entry = rows.entries[0]
    guard event.isChargeCandidate, entry.kind == .usage, entry.tenant == event.tenant,
      entry.deployment == event.deployment, entry.currency == event.currency,
      calls.original(of: event) == nil
    else { return nil }
    let home = GroupKey(of: event, in: terms.zone)
    guard home.period == entry.serviceMonth else { return nil }
    let expected = try expectedPosting(event)
    if entry.amount != expected {
      guard try isWithinRounding(entry.amount, of: event) else { return nil }
    }
    return PlainMatch(event: event, entry: entry, home: home)
  }

  /// - Parameter calls: tells the first event of each provider call.
  package func match(
    _ subject: Subject, _ rows: RequestRows, calls: ProviderCalls
  ) throws -> RequestMatch {
    try match(subject, OrderedRows(rows), original: calls.original(of:))
  }

  /// - Parameter original: the first event of the same provider call, if that is another one.
  func match(
    _ subject: Subject, _ rows: OrderedRows, original: (UsageEvent) throws -> UsageEvent?
  ) throws -> RequestMatch {
    let (events, entries) = (rows.events, rows.entries)
    let first = events.first(where: \.isChargeCandidate)
    let original = try first.flatMap(original)
    let charged = original == nil ? first : nil
    let home = charged.map { GroupKey(of: $0, in: terms.zone) }
    let expected = try charged.map(expectedPosting) ?? .zero
    let nets = try nets(of: entries)
    let postings = try LivePosting.all(of: entries)

    var differences = Differences(nets: nets)
    if let home { try differences.take(expected, from: home) }
    var accepted = expected
    if !rows.setAside.isEmpty {
      if let charged, let home {
        accepted =
          try acceptedWhole(&differences, of: charged, at: home, expected: expected) ?? expected
      }
      differences.giveAll(to: .setAside)
    } else if let charged, let home {
      accepted = try explain(
        &differences, of: charged, at: home, expected: expected, nets: nets, postings: postings)
    } else if events.isEmpty {
      differences.giveAll(to: .unsupported)
    } else {
      differences.giveAll(to: original == nil ? .notChargeable : .doubleBilled)
    }
    return RequestMatch(
      subject: subject, events: events, entries: entries, setAside: rows.setAside,
      charged: charged, copyOf: original, home: home, expected: expected, nets: nets,
      postings: postings, shares: differences.shares, accepted: accepted)
  }

  /// What one entry for this event comes to.
  private func expectedPosting(_ event: UsageEvent) throws(MoneyError) -> Money {
    let charge = event.charge ?? .zero
    switch terms.ledgerRounding {
    case .entry: return try charge.rounded(to: event.currency, terms.rounding)
    case .line: return charge
    }
  }

  private func isInTransit(_ event: UsageEvent) -> Bool {
    terms.isWithinGrace(event)
      && !closed.contains(terms.zone.period(of: event.occurredAt))
  }

  private func nets(of entries: Spool<LedgerEntry>) throws(MoneyError) -> [GroupShare] {
    var nets: [GroupKey: Money] = [:]
    for entry in entries { try nets[GroupKey(of: entry), default: .zero] += entry.amount }
    return nets.sorted { $0.key < $1.key }.map { GroupShare(group: $0.key, amount: $0.value) }
  }

  /// Steps 4 to 6 of the definition: surplus, misplaced, and what remains at home.
  ///
  /// - Returns: the accepted posting.
  private func explain(
    _ differences: inout Differences, of event: UsageEvent, at home: GroupKey, expected: Money,
    nets: [GroupShare], postings: Spool<LivePosting>
  ) throws(MoneyError) -> Money {
    if let accepted = try acceptedWhole(&differences, of: event, at: home, expected: expected) {
      return accepted
    }
    var isBilled = false
    for posting in postings where posting.isLiveUsage {
      if isBilled { try differences.give(posting.rest, of: posting.group, to: .doubleBilled) }
      isBilled = true
    }
    var crossesCurrencies = false
    for (group, amount) in differences.remaining where group != home {
      let line = BridgeLine.misplaced(group, from: home)
      try differences.give(amount, of: group, to: line)
      if line == .currency {
        crossesCurrencies = true
      } else {
        try differences.give(-amount, of: home, to: line)
      }
    }
    if let accepted = try acceptedWhole(&differences, of: event, at: home, expected: expected) {
      return accepted
    }
    let rest = differences.remaining(in: home)
    let line: BridgeLine =
      if crossesCurrencies {
        .currency
      } else if !isBilled, nets.allSatisfy(\.amount.isZero) {
        isInTransit(event) ? .inTransit : .unbilled
      } else {
        .amount
      }
    try differences.give(rest, of: home, to: line)
    return expected
  }

  /// What stands at home, where nothing differs anywhere but by rounding; `nil` otherwise.
  private func acceptedWhole(
    _ differences: inout Differences, of event: UsageEvent, at home: GroupKey, expected: Money
  ) throws(MoneyError) -> Money? {
    guard differences.remaining.allSatisfy({ $0.0 == home }) else { return nil }
    let rest = differences.remaining(in: home)
    let posted = try expected + rest
    let isRounding = try isWithinRounding(posted, of: event)
    guard rest.isZero || isRounding else { return nil }
    try differences.take(rest, from: home)
    return posted
  }

  /// Whether `posted` is the charge but for less than half a minor unit, in a ledger that rounds
  /// each entry.
  private func isWithinRounding(
    _ posted: Money, of event: UsageEvent
  ) throws(MoneyError) -> Bool {
    guard terms.ledgerRounding == .entry else { return false }
    let difference = try (posted - (event.charge ?? .zero)).magnitude
    return try difference.times(2) < event.currency.minorUnit
  }
}

extension BridgeLine {
  /// What it is called when an amount stands in `group` and not at home: the first that applies of
  /// currency, place and month.
  static func misplaced(_ group: GroupKey, from home: GroupKey) -> BridgeLine {
    if group.currency != home.currency { return .currency }
    if group.tenant != home.tenant || group.deployment != home.deployment { return .misposted }
    return .cutOff
  }
}

/// What is still to be explained, group by group, and what has been.
private struct Differences {
  private var amounts: [GroupKey: Money] = [:]
  private(set) var shares: [BridgeShare] = []

  init(nets: [GroupShare]) {
    for net in nets { amounts[net.group] = net.amount }
  }

  /// In order of the groups; zeros left out.
  var remaining: [(GroupKey, Money)] {
    amounts.filter { !$0.value.isZero }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  func remaining(in group: GroupKey) -> Money { amounts[group] ?? .zero }

  /// Takes what needs no explanation.
  mutating func take(_ amount: Money, from group: GroupKey) throws(MoneyError) {
    try amounts[group, default: .zero] -= amount
  }

  mutating func give(
    _ amount: Money, of group: GroupKey, to line: BridgeLine
  ) throws(MoneyError) {
    try take(amount, from: group)
    guard !amount.isZero else { return }
    if let index = shares.firstIndex(where: { $0.line == line && $0.group == group }) {
      let sum = try shares[index].amount + amount
      shares.remove(at: index)
      if !sum.isZero {
        shares.insert(BridgeShare(line: line, group: group, amount: sum), at: index)
      }
    } else {
      shares.append(BridgeShare(line: line, group: group, amount: amount))
    }
  }

  mutating func giveAll(to line: BridgeLine) {
    shares += remaining.map { BridgeShare(line: line, group: $0.0, amount: $0.1) }
    amounts = [:]
  }
}
