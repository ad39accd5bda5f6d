import Accounting
import Billing

/// Value signals: whether the system marks as billable what the rules of signals bill, and which of
/// them, under keys that are mostly random, look like one told twice.
///
/// State is kept of the signals of the last few seconds, and by place, day, name and reason.
struct SignalAudit: Audit {
  static let codes: [BreakCode] = [.signalMisbilled]

  /// What one signal told twice has in common.
  private struct Likeness: Hashable {
    let tenant: String
    let deployment: String?
    let user: String?
    let name: String
    let pipeline: String
    let request: String?
    let count: Money
  }

  private struct Kind: Hashable {
    let place: GroupKey
    let day: CivilDate
    let name: String
    let isMarkedBillable: Bool
    let reason: String
  }

  private let terms: Terms
  /// The latest signal of each likeness, and all of them in order of time.
  private var latest: [Likeness: UsageEvent] = [:]
  private var recent: [(Likeness, Instant)] = []
  private var forgotten = 0
  private var kinds: [Kind: (firstIDs: [String], count: Int, charge: Money)] = [:]

  static func open(_ books: any BookSource, _ terms: Terms) throws -> AuditOpening {
    guard try books.tellsSignals(Scope(terms).usage) else {
      return .notExamined(
        why: "the gateway's book tells no value signals in this range, or next to none by its "
          + "server's estimate")
    }
    var audit = SignalAudit(terms: terms)
    // A signal may be one that was told just before the range began.
    let start = Scope(terms).window.lowerBound
    let before = start.adding(seconds: -terms.suspectedDuplicateWindow)..<start
    try books.calls(.occurred(before, terms.places)) { call in
      if let reading = call.signalReading { try audit.look(for: call, reading) { _ in } }
    }
    return .ready(audit)
  }

  private init(terms: Terms) { self.terms = terms }

  mutating func take(_ call: UsageEvent, found: (any AuditItem) throws -> Void) throws {
    guard let reading = call.signalReading else { return }
    try compare(call, reading)
    try look(for: call, reading, found)
  }

  /// The system's word against the rules'.
  private mutating func compare(_ call: UsageEvent, _ reading: SignalReading) throws {
    let isMarked = call.isChargeCandidate
    let reason: String
    switch reading.billing {
    case .billed where isMarked: return
    case .billed: reason = call.reasonNotChargeable ?? ""
    case .excluded(let exclusion):
      guard isMarked else { return }
      reason = exclusion.reason
    }
    let kind = Kind(
      place: GroupKey(of: call, in: terms.zone), day: terms.zone.day(of: call.occurredAt),
      name: reading.name, isMarkedBillable: isMarked, reason: reason)
    var entry = kinds[kind] ?? ([], 0, .zero)
    entry.count += 1
    if entry.firstIDs.count < Evidence.idsListed { entry.firstIDs.append(call.eventID) }
    try entry.charge += isMarked ? call.charge ?? .zero : -(call.charge ?? .zero)
    kinds[kind] = entry
  }

  /// Signals with tokens are told apart, as all calls are, by the matching.
  private mutating func look(
    for call: UsageEvent, _ reading: SignalReading, _ found: (any AuditItem) throws -> Void
  ) throws {
    guard call.isChargeCandidate, call.tokens.isZero, let count = call.quantity,
      call.user != nil || call.session != nil
    else { return }
    forget(before: call.occurredAt.adding(seconds: -terms.suspectedDuplicateWindow))
    let likeness = Likeness(
      tenant: call.tenant, deployment: call.deployment, user: call.user, name: reading.name,
      pipeline: call.model, request: call.session, count: count)
    if let earlier = latest[likeness], earlier.requestID != call.requestID {
      try found(SuspectedSignal(earlier: earlier, later: call))
    }
    latest[likeness] = call
    recent.append((likeness, call.occurredAt))
  }

  private mutating func forget(before instant: Instant) {
    while forgotten < recent.count, recent[forgotten].1 < instant {
      let (likeness, at) = recent[forgotten]
      if latest[likeness]?.occurredAt == at { latest[likeness] = nil }
      forgotten += 1
    }
    if forgotten > 1000, forgotten * 2 > recent.count {
      recent.removeFirst(forgotten)
      forgotten = 0
    }
  }

  mutating func finish(found: (any AuditItem) throws -> Void) throws {
    let order = kinds.sorted {
      ($0.key.place, $0.key.day, $0.key.name, $0.key.reason)
        < ($1.key.place, $1.key.day, $1.key.name, $1.key.reason)
    }
    for (kind, entry) in order {
      try found(
        SignalDisagreement(
          place: kind.place, day: kind.day, name: kind.name,
          isMarkedBillable: kind.isMarkedBillable,
          reason: kind.reason, charge: entry.charge,
          events: Evidence(firstIDs: entry.firstIDs, count: entry.count)))
    }
  }
}

/// Two signals that look like one told twice.
struct SuspectedSignal: AuditItem {
  let earlier: UsageEvent
  let later: UsageEvent
}

/// Signals of one place, day and name that the system marks other than the rules say.
struct SignalDisagreement: AuditItem {
  let place: GroupKey
  let day: CivilDate
  let name: String
  let isMarkedBillable: Bool
  let reason: String
  /// + charged though excluded, − not charged though billed.
  let charge: Money
  let events: Evidence
}
