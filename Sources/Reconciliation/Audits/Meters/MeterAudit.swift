import Accounting
import Billing

/// Holds the entries of meters, pools and credits against the log of calls, both in order of time: is
/// every usage booked once, whole, to the account that the waterfall chooses, and in both tiers?
///
/// Each entry is judged by what the ledger's own balances had room for when it was posted. So one fault
/// is one fault, and not all that follow from it; and a correction rights what comes after it, not
/// what came before.
package struct MeterAudit: Audit {
  package static let codes: [BreakCode] = [.meterMisallocation, .tierGap]

  private let waterfall: Waterfall
  private let terms: Terms
  private let range: Range<Instant>
  /// Seconds that may lie between a call and its entry.
  private let window: Int64
  private let corrections: MeterCorrections
  private var book: MeterBook
  private var coming: Spool<MeterEntry>.Iterator
  private var next: MeterEntry?
  private var line = MeterLine()
  private var open: [OpenEvent] = []
  /// How many of those that are open were given up, and how many had their chance as reports.
  private var closed = 0
  private var tried = 0
  private var recent: [Lookalike: Instant] = [:]
  private var requests: [String: Instant] = [:]
  private var tenants: [String: String] = [:]
  private var cleaned: Instant?
  private var found = MeterFindings()

  private struct OpenEvent {
    let event: MeteredEvent
    let entities: MeteredEntities
    var platform = false
    var tenant = false
  }

  private struct Lookalike: Hashable {
    let tenant: String
    let user: String?
    let model: String
    let tokens: TokenVector

    init(_ event: MeteredEvent) {
      tenant = event.tenant
      user = event.user
      model = event.model
      tokens = event.tokens
    }
  }

  init(_ opening: MeterOpening, _ terms: Terms) {
    waterfall = opening.book.waterfall
    book = opening.book
    window = opening.window
    corrections = opening.corrections
    self.terms = terms
    range = Scope(terms).window
    coming = opening.entries.makeIterator()
    next = coming.next()
  }

  package mutating func take(_ event: UsageEvent, found _: (any AuditItem) throws -> Void) throws {
    guard let metered = metered(event) else { return }
    advance(to: metered.at)
    admit(until: metered.at.adding(seconds: window))
    guard requests.updateValue(metered.at, forKey: metered.requestID) == nil else { return }
    let tenant = metered.user.flatMap {
      $0 != metered.tenant && book.isProvisioned($0) ? $0 : nil
    }
    if let tenant { tenants[tenant] = metered.tenant }
    var item = OpenEvent(
      event: metered, entities: MeteredEntities(platform: metered.tenant, tenant: tenant))
    if !metered.isReport {
      recent[Lookalike(metered)] = metered.at
      match(&item)
    }
    open.append(item)
  }

  package mutating func finish(found: (any AuditItem) throws -> Void) throws {
    let end = range.upperBound
    admit(until: end.adding(seconds: window))
    advance(to: end.adding(seconds: 4 * window + 1))
    for fault in self.found.standing { try found(fault) }
  }

  /// What of an event is metered; `nil` = nothing.
  private func metered(_ event: UsageEvent) -> MeteredEvent? {
    guard event.isChargeCandidate, let meter = waterfall.meter(event.model), meter.isActive,
      meter.kind != .boolean,
      let quantity = meter.quantity(of: event.tokens, told: event.quantity, in: event.unit),
      quantity.sign > 0
    else { return nil }
    return MeteredEvent(
      eventID: event.eventID, requestID: event.requestID, tenant: event.tenant, user: event.user,
      model: event.model, tokens: event.tokens, quantity: quantity, at: event.occurredAt,
      recordedAt: event.recordedAt, isEstimated: event.details.tokenBasis == .estimated,
      isReport: event.attempt == .externalReport,
      steps: waterfall.steps(for: quantity, on: event.model).map { ($0.account, $0.amount) })
  }

  private mutating func admit(until instant: Instant) {
    while let entry = next, entry.postedAt <= instant {
      line.append(entry)
      next = coming.next()
    }
  }

  private mutating func match(_ item: inout OpenEvent) {
    item.platform = line.match(item.event, for: item.entities.platform, within: window)
    if let tenant = item.entities.tenant {
      item.tenant = line.match(item.event, for: tenant, within: window)
    }
  }

  // MARK: As time goes by

  /// Reports wait for the log's own calls to find their entries; loose ends wait for exact ones; and an
  /// entry is judged once every usage had its chance.
  private mutating func advance(to now: Instant) {
    while tried < open.count, now.seconds(since: open[tried].event.at) > window {
      if open[tried].event.isReport { tryReport(at: tried) }
      tried += 1
    }
    while let step = nextStep(before: now) {
      switch step {
      case .event:
        close(open[closed])
        closed += 1
      case .entry:
        let item = line.removeFirst()
        judge(item.entry, item.match)
      }
    }
    if closed > 256, closed * 2 > open.count {
      open.removeFirst(closed)
      tried -= closed
      closed = 0
    }
    clean(now)
  }

  private enum Step {
    case event, entry
  }

  /// What comes next, in an order of time that does not depend on when somebody looked.
  private func nextStep(before now: Instant) -> Step? {
    let event = closed < open.count ? open[closed].event.at.adding(seconds: 2 * window) : nil
    let entry = line.first?.postedAt.adding(seconds: 3 * window)
    if let event, event < now, entry.map({ event <= $0 }) ?? true { return .event }
    return entry.map { $0 < now } ?? false ? .entry : nil
  }

  /// A report of a call that the log knows is the same usage told twice, which another rule finds.
  private mutating func tryReport(at index: Int) {
    let event = open[index].event
    if let seen = recent[Lookalike(event)],
      abs(seen.seconds(since: event.at)) <= terms.suspectedDuplicateWindow
    {
      open[index].platform = true
      open[index].tenant = true
    } else {
      var item = open[index]
      match(&item)
      open[index] = item
    }
  }

  private mutating func clean(_ now: Instant) {
    guard let last = cleaned else {
      cleaned = now
      return
    }
    guard now.seconds(since: last) > 8 * window else { return }
    cleaned = now
    let horizon = now.adding(seconds: -5 * window)
    recent = recent.filter { $0.value >= horizon }
    requests = requests.filter { $0.value >= horizon }
    line.forget(before: horizon)
  }

  private mutating func close(_ item: OpenEvent) {
    var item = item
    let event = item.event
    if !item.platform {
      item.platform = line.matchLoosely(event, for: item.entities.platform, within: window)
    }
    if let tenant = item.entities.tenant, !item.tenant {
      item.tenant = line.matchLoosely(event, for: tenant, within: window)
    }
    let isYoung = terms.asOf.seconds(since: event.recordedAt) < terms.grace
    guard !isYoung, range.contains(event.at) else { return }
    let platform = item.entities.platform
    let isInPlatforms = item.platform || isCorrected(event, of: platform)
    guard let tenant = item.entities.tenant else {
      if !item.platform { miss(event, of: platform, .unrecorded) }
      return
    }
    let isInTenants = item.tenant || isCorrected(event, of: tenant)
    if !item.platform { miss(event, of: platform, isInTenants ? .oneTier : .unrecorded) }
    // What the platform has no room for should not have been made: the tenant's book waits for
    // whoever decides about it.
    guard !item.tenant, isInPlatforms || isInTenants || !isUncovered(event, of: platform) else {
      return
    }
    miss(event, of: tenant, isInPlatforms ? .oneTier : .unrecorded)
  }

  /// Whether an earlier run has told an entity's book of a usage that was nowhere in it.
  private func isCorrected(_ event: MeteredEvent, of entity: String) -> Bool {
    !corrections.of(entity, request: event.requestID, entryID: nil).isEmpty
  }

  private func isUncovered(_ event: MeteredEvent, of entity: String) -> Bool {
    book.isProvisioned(entity)
      && book.check(event.quantity, on: event.model, of: entity, at: event.at).isRefused
  }

  /// A usage that an entity's book does not have, though it has one.
  private mutating func miss(_ event: MeteredEvent, of entity: String, _ cause: MeterFault.Cause) {
    guard book.isProvisioned(entity) else { return }
    var right: MeterAccount?
    var due = event.quantity
    if case .taken(let account, let amount) = book.check(
      event.quantity, on: event.model, of: entity, at: event.at)
    {
      right = account
      due = amount
    }
    weigh(
      right == nil && cause == .unrecorded ? .uncovered : cause, nil, event, of: entity,
      right: right, due: due)
  }

  private mutating func judge(_ entry: MeterEntry, _ match: MeterLine.Match?) {
    defer {
      book.book(Fraction(entry.amount), to: entry.account, of: entry.entity, at: entry.postedAt)
    }
    switch match {
    case .exact(let event): place(entry, of: event)
    case .amount(let event, let due):
      weigh(.wrongAmount, entry, event, right: entry.account, due: due)
    case .model(let event):
      let right = book.check(event.quantity, on: event.model, of: entry.entity, at: entry.postedAt)
      if case .taken(let account, let due) = right {
        weigh(.wrongMeter, entry, event, right: account, due: due)
      } else {
        weigh(.wrongMeter, entry, event, right: nil, due: .zero)
      }
    // Counted with the usage that it rights.
    case nil where entry.correctedMonth != nil: break
    case nil where entry.kind != .usage || entry.amount.isNegative:
      found.adjust(entry.entity, entry.account, by: entry.amount)
    case nil where isWithinRange(entry):
      let isTwice = line.isRepeated(entry, within: window)
      weigh(isTwice ? .twice : .noUsage, entry, nil, right: nil, due: .zero)
    case nil: break
    }
  }

  /// Whether an entry is where the waterfall puts its usage.
  private mutating func place(_ entry: MeterEntry, of event: MeteredEvent) {
    switch book.check(event.quantity, on: event.model, of: entry.entity, at: entry.postedAt) {
    case .taken(entry.account, let due): weigh(nil, entry, event, right: entry.account, due: due)
    case .taken(let right, let due): weigh(.wrongAccount, entry, event, right: right, due: due)
    case .refused: weigh(.pastLimit, entry, event, right: nil, due: .zero)
    case .notMetered: break
    }
  }

  /// Holds where a usage stands, with what earlier runs have corrected of it, against where it belongs.
  /// - Parameter cause: what is wrong with it but for corrections; `nil` = nothing.
  private mutating func weigh(
    _ cause: MeterFault.Cause?, _ entry: MeterEntry?, _ event: MeteredEvent?,
    of entity: String? = nil, right: MeterAccount?, due: Fraction
  ) {
    if cause == nil, corrections.isEmpty { return }
    guard let entity = entity ?? entry?.entity, let at = event?.at ?? entry?.postedAt else {
      return
    }
    let booking = MeterBooking(
      entity: entity, event: event, entry: entry, right: right, due: due,
      corrections: corrections.of(entity, request: event?.requestID, entryID: entry?.entryID))
    guard let (cause, account) = booking.fault(cause) else { return }
    let key = MeterFault.Key(
      cause: cause, day: terms.zone.day(of: at),
      tenant: event?.tenant ?? tenants[entity] ?? entity, entity: entity, model: event?.model,
      account: account, right: right)
    let isElsewhere = account != right
    let item = MeterFault.Item(
      at: at, booked: booking.booked(on: account),
      due: isElsewhere ? due - booking.booked(on: right) : due, booking: booking,
      deviations: booking.deviations(in: unit))
    let accounts = item.deviations.map(\.account)
    found.add(
      item, to: key, unit: unit(account ?? right ?? .meter(event?.model ?? "")),
      isOfSums: accounts.allSatisfy { waterfall.meter(of: $0)?.aggregation != .peak })
  }

  private func unit(_ account: MeterAccount) -> String {
    waterfall.meter(of: account)?.unit ?? "token"
  }

  /// Whether the call of an entry, were there one, would be among those of the range, and in the log
  /// by now.
  private func isWithinRange(_ entry: MeterEntry) -> Bool {
    entry.postedAt >= range.lowerBound.adding(seconds: window)
      && entry.postedAt < range.upperBound.adding(seconds: -MeterOpening.skew)
      && terms.asOf.seconds(since: entry.postedAt) >= terms.grace
  }
}
