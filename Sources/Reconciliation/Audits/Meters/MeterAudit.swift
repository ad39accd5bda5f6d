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
    switch (item.platform, item.entities.tenant, item.tenant) {
    case (true, nil, _), (true, _, true): break
    case (true, let tenant?, false): miss(event, of: tenant, .oneTier)
    case (false, _?, true): miss(event, of: item.entities.platform, .oneTier)
    case (false, _, _): miss(event, of: item.entities.platform, .unrecorded)
    }
  }

  /// A usage that an entity's book does not have, though it has one.
  private mutating func miss(_ event: MeteredEvent, of entity: String, _ cause: MeterFault.Cause) {
    guard book.isProvisioned(entity) else { return }
    var cause = cause
    var right: MeterAccount?
    var due = event.quantity
    if case .taken(let account, let amount) = book.check(
      event.quantity, on: event.model, of: entity, at: event.at)
    {
      right = account
      due = amount
    } else if cause == .unrecorded {
      cause = .uncovered
    }
    let key = MeterFault.Key(
      cause: cause, day: terms.zone.day(of: event.at), tenant: event.tenant, entity: entity,
      model: event.model, right: right)
    let measuredIn = unit(right ?? .meter(event.model))
    found.add(MeterFault.Item(at: event.at, due: due, event: event), to: key, unit: measuredIn)
  }

  private mutating func judge(_ entry: MeterEntry, _ match: MeterLine.Match?) {
    defer {
      book.book(Fraction(entry.amount), to: entry.account, of: entry.entity, at: entry.postedAt)
    }
    switch match {
    case .exact(let event): place(entry, of: event)
    case .amount(let event, let due):
      add(.wrongAmount, entry, event, right: entry.account, due: due)
    case .model(let event):
      let right = book.check(event.quantity, on: event.model, of: entry.entity, at: entry.postedAt)
      if case .taken(let account, let due) = right {
        add(.wrongMeter, entry, event, right: account, due: due)
      } else {
        add(.wrongMeter, entry, event, right: nil, due: .zero)
      }
    case nil where entry.kind != .usage || entry.amount.isNegative:
      found.adjust(entry.entity, entry.account, by: entry.amount)
    case nil where isWithinRange(entry):
      let isTwice = line.isRepeated(entry, within: window)
      add(isTwice ? .twice : .noUsage, entry, nil, right: nil, due: .zero)
    case nil: break
    }
  }

  /// Whether an entry is where the waterfall puts its usage.
  private mutating func place(_ entry: MeterEntry, of event: MeteredEvent) {
    switch book.check(event.quantity, on: event.model, of: entry.entity, at: entry.postedAt) {
    case .taken(entry.account, _), .notMetered: break
    case .taken(let right, let due): add(.wrongAccount, entry, event, right: right, due: due)
    case .refused: add(.pastLimit, entry, event, right: nil, due: .zero)
    }
  }

  private mutating func add(
    _ cause: MeterFault.Cause, _ entry: MeterEntry, _ event: MeteredEvent?,
    right: MeterAccount?, due: Fraction
  ) {
    let key = MeterFault.Key(
      cause: cause, day: terms.zone.day(of: event?.at ?? entry.postedAt),
      tenant: event?.tenant ?? tenants[entry.entity] ?? entry.entity,
      entity: entry.entity, model: event?.model, account: entry.account, right: right)
    let item = MeterFault.Item(
      at: event?.at ?? entry.postedAt, booked: Fraction(entry.amount), due: due, event: event,
      entry: entry)
    found.add(item, to: key, unit: unit(entry.account))
  }

  private func unit(_ account: MeterAccount) -> String {
    waterfall.meter(of: account)?.unit ?? "token"
  }

  /// Whether the call of an entry, were there one, would be among those of the range.
  private func isWithinRange(_ entry: MeterEntry) -> Bool {
    entry.postedAt >= range.lowerBound.adding(seconds: window)
      && entry.postedAt < range.upperBound.adding(seconds: -MeterOpening.skew)
      && terms.asOf.seconds(since: entry.postedAt) >= 0
  }
}
