import Accounting
import Billing
import Reconciliation

/// A part of a request's difference that one line of one group explains.
struct Allotment {
  var line: BridgeLine
  /// Where matching looks: with the deployment, before pooling.
  var place: GroupKey
  var amount: Money
}

/// What a request's money came to.
struct RequestOutcome {
  var file: RequestFile
  var charged: UsageEvent?
  var home: GroupKey?
  var expected = Money.zero
  /// What is posted at home and stands: as expected, or a rounding away from it.
  var accepted = Money.zero
  var isClean = true
  var allotments: [Allotment] = []
  /// Live usage entries after the first, of a charged request.
  var surplus: [LedgerEntry] = []
}

extension Oracle {
  func net(_ file: RequestFile, at place: GroupKey) throws -> Money {
    try Money.sum(file.entries.filter { GroupKey(of: $0) == place }.map(\.amount))
  }

  /// What is left of an entry after all that reverses it, directly or not, in its own group: what is
  /// booked elsewhere takes nothing from it, nor does what reverses that.
  func rest(of entry: LedgerEntry, in file: RequestFile) throws -> Money {
    try entry.amount + Money.sum(reversals(of: entry, in: file).map(\.amount))
  }

  /// The entries of its group that name it, and those that name them…
  func reversals(of entry: LedgerEntry, in file: RequestFile) -> [LedgerEntry] {
    let neighbours = file.entries.filter { GroupKey(of: $0) == GroupKey(of: entry) }
    var found: [LedgerEntry] = []
    var named = [entry.entryID]
    while let id = named.popLast() {
      for reversal in neighbours where reversal.reversesEntryID == id {
        if reversal.entryID == entry.entryID || found.contains(reversal) { continue }
        found.append(reversal)
        named.append(reversal.entryID)
      }
    }
    return found
  }

  /// Usage and adjustment entries that no reversal brings to zero, first posted first.
  func liveEntries(of file: RequestFile) throws -> [LedgerEntry] {
    try file.entries.filter { entry in
      guard entry.kind == .usage || entry.kind == .adjustment else { return false }
      let isReversed = !reversals(of: entry, in: file).isEmpty
      return try !isReversed || !rest(of: entry, in: file).isZero
    }
  }

  func expected(_ event: UsageEvent) throws -> Money {
    let charge = event.charge ?? .zero
    return terms.ledgerRounding == .line
      ? charge : try charge.rounded(to: event.currency, terms.rounding)
  }

  /// Whether what is posted is the charge: as expected, or so near that only rounding, be it by
  /// another rule, lies between.
  private func isAcceptable(_ posted: Money, _ event: UsageEvent) throws -> Bool {
    if posted == (try expected(event)) { return true }
    guard terms.ledgerRounding == .entry else { return false }
    let twice = try (posted - (event.charge ?? .zero)).magnitude.times(2)
    return twice < event.currency.minorUnit
  }

  func outcome(of file: RequestFile) throws -> RequestOutcome {
    var outcome = RequestOutcome(file: file, charged: chargedEvent(of: file), home: home(of: file))
    var places = Set(file.entries.map { GroupKey(of: $0) })
    if let home = outcome.home { places.insert(home) }
    var left: [GroupKey: Money] = [:]
    for place in places { left[place] = try net(file, at: place) }

    if let charged = outcome.charged, let home = outcome.home {
      outcome.expected = try expected(charged)
      let posted = left[home] ?? .zero
      outcome.isClean =
        try isAcceptable(posted, charged)
        && places.allSatisfy { $0 == home || left[$0] == .zero }
      outcome.accepted = outcome.isClean ? posted : outcome.expected
    } else {
      outcome.isClean = places.allSatisfy { left[$0] == .zero }
    }
    if outcome.isClean { return outcome }

    let everything: BridgeLine? =
      if !file.setAside.isEmpty { .setAside } else if file.events.isEmpty {
        .unsupported
      } else if outcome.charged == nil {
        file.candidates.isEmpty ? .notChargeable : .doubleBilled
      } else { nil }
    if let everything {
      for place in places.sorted() {
        let due = place == outcome.home ? outcome.expected : .zero
        outcome.allot(everything, at: place, try (left[place] ?? .zero) - due)
      }
      return outcome
    }
    try explain(&outcome, left)
    return outcome
  }

  /// Steps 4 to 6, for a request with a charged event.
  private func explain(_ outcome: inout RequestOutcome, _ nets: [GroupKey: Money]) throws {
    guard let charged = outcome.charged, let home = outcome.home else { return }
    var left = nets
    let live = try liveEntries(of: outcome.file)
    outcome.surplus = Array(live.filter { $0.kind == .usage }.dropFirst())
    for entry in outcome.surplus {
      let surplus = try rest(of: entry, in: outcome.file)
      outcome.allot(.doubleBilled, at: GroupKey(of: entry), surplus)
      left[GroupKey(of: entry)] = try (left[GroupKey(of: entry)] ?? .zero) - surplus
    }

    var isInOtherCurrency = false
    for place in left.keys.sorted() where place != home {
      guard let stray = left[place], !stray.isZero else { continue }
      if place.currency != home.currency {
        isInOtherCurrency = true
        outcome.allot(.currency, at: place, stray)
        continue
      }
      let isMisplaced = place.tenant != home.tenant || place.deployment != home.deployment
      let line: BridgeLine = isMisplaced ? .misposted : .cutOff
      outcome.allot(line, at: place, stray)
      outcome.allot(line, at: home, -stray)
      left[home] = try (left[home] ?? .zero) + stray
    }

    let atHome = left[home] ?? .zero
    if try isAcceptable(atHome, charged) {
      outcome.accepted = atHome
      return
    }
    let remainder = try atHome - outcome.expected
    if isInOtherCurrency {
      outcome.allot(.currency, at: home, remainder)
    } else if !live.contains(where: { $0.kind == .usage }), nets.values.allSatisfy(\.isZero) {
      outcome.allot(isInTransit(charged) ? .inTransit : .unbilled, at: home, remainder)
    } else {
      outcome.allot(.amount, at: home, remainder)
    }
  }

  private func isInTransit(_ event: UsageEvent) -> Bool {
    let period = terms.zone.period(of: event.occurredAt)
    return terms.asOf.microseconds - event.recordedAt.microseconds < terms.grace * 1_000_000
      && !closedPeriods.contains { $0.period == period }
  }

  func isLate(_ event: UsageEvent) -> Bool {
    let period = terms.zone.period(of: event.occurredAt)
    return closedPeriods.contains { $0.period == period && event.recordedAt > $0.closedAt }
  }
}

extension RequestOutcome {
  mutating func allot(_ line: BridgeLine, at place: GroupKey, _ amount: Money) {
    if !amount.isZero {
      allotments.append(Allotment(line: line, place: place, amount: amount))
    }
  }

  func total(_ line: BridgeLine, where isConcerned: (GroupKey) -> Bool) throws -> Money {
    try Money.sum(
      allotments.filter { $0.line == line && isConcerned($0.place) }.map(\.amount))
  }
}
