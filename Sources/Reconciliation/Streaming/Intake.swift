import Accounting

/// What of the first pass happens to every row. One value, so that nothing is shared while rows go
/// by; sums are 10⁻¹⁸ steps.
struct Intake: ~Copyable {
  /// Ids longer than this are read in full.
  static let longestID = 4096

  private let digester: Digester
  private let places: Places
  private let files: FirstPassFiles
  private let scope: Scope
  private let asOf: Int64
  private let windowStart: Int64
  private let windowEnd: Int64
  private let rule: RoundingRule
  private let roundsEntries: Bool
  private let zone: BillingZone
  private var carryOver: CarryOver
  private var waitingEntries = 0
  private var month: (instants: Range<Instant>, period: AccountingPeriod)

  /// The number of the next event.
  private(set) var events: UInt32 = 0
  private(set) var eventsInRange = 0
  private(set) var charges: Int128 = 0
  private(set) var entries = 0
  private(set) var amounts: Int128 = 0
  private(set) var counted = 0
  /// Whether there are events that name no request.
  private(set) var hasNamelessEvents = false

  init(
    terms: Terms, digester: Digester, places: Places, files: FirstPassFiles, carryOver limit: Int
  ) {
    self.digester = digester
    self.places = places
    self.files = files
    scope = Scope(terms)
    asOf = terms.asOf.microseconds
    windowStart = scope.window.lowerBound.microseconds
    windowEnd = scope.window.upperBound.microseconds
    rule = terms.rounding
    roundsEntries = terms.ledgerRounding == .entry
    zone = terms.zone
    carryOver = CarryOver(limit: limit)
    let period = terms.range.first.period
    month = (DayRange(period).instants(in: terms.zone), period)
  }

  var lead: Int { carryOver.count - 2 * waitingEntries }

  // MARK: Events

  mutating func take(_ event: borrowing LeanEvent) throws {
    let number = events
    events += 1
    let occurredAt = event.occurredAt?.microseconds
    let isInRange = occurredAt.map { $0 >= windowStart && $0 < windowEnd } ?? true
    if isInRange {
      eventsInRange += 1
      if let charge = event.charge { try Intake.add(charge, to: &charges) }
    }
    if event.nature == .late {
      try noteCall(of: event, number)
      return try takePeculiar(event)
    }
    guard event.nature != .peculiar, let instant = event.occurredAt, let occurredAt,
      occurredAt <= asOf, let id = event.requestID, id.count <= Intake.longestID,
      let tenant = event.tenant, let currency = event.currency
    else { return try takePeculiar(event) }
    let home = places.index(
      tenant: tenant, deployment: event.deployment, currency: currency, in: period(of: instant))
    guard home >= 0 else { return try takePeculiar(event) }
    let digest = digester.digest(id)
    if event.nature == .notChargeable {
      return try files.idle.append(Standing.Record(digest, isEdge: !isInRange, number: number))
    }
    guard let charge = event.charge else { return try takePeculiar(event) }
    let addend = try places.addend(
      charge, event.chargeMinor, tokens: event.tokens, of: home, at: instant, rule: rule,
      roundsEntries: roundsEntries)
    if isInRange {
      try places.sums[home].add(addend)
      counted += 1
    }
    try noteCall(of: event, number)
    if event.tokens > 0 {
      try files.alike.append(
        Likeness(digester.word(tenant), tokens: event.tokens, at: instant, scope), number)
    }
    try meet(
      Waiting(
        digest, amount: addend.expected, charge: charge, place: home, number: number,
        isInRange ? [] : occurredAt < windowStart ? [.isEdge, .isBefore] : .isEdge), id)
  }

  private func noteCall(of event: borrowing LeanEvent, _ number: UInt32) throws {
    guard let call = event.providerRequestID, !call.isEmpty else { return }
    try files.calls.append(digester.callKey(call, tokens: event.tokens), number)
  }

  private mutating func takePeculiar(_ event: borrowing LeanEvent) throws {
    if let id = event.requestID { try suspect(id) }
    // A row that cannot be judged may name no request.
    if event.requestID?.isEmpty ?? true { hasNamelessEvents = true }
  }

  private mutating func period(of instant: Instant) -> AccountingPeriod {
    if !month.instants.contains(instant) {
      let period = zone.period(of: instant)
      month = (DayRange(period).instants(in: zone), period)
    }
    return month.period
  }

  // MARK: Entries

  mutating func take(_ entry: borrowing LeanEntry) throws {
    entries += 1
    if let amount = entry.amount { try Intake.add(amount, to: &amounts) }
    guard entry.nature != .loose, let id = entry.requestID else {
      let id = entry.entryID ?? UnsafeRawBufferPointer(start: nil, count: 0)
      return try files.loose.append(id, digester.digest(id))
    }
    guard entry.nature == .plain, let amount = entry.amount, let period = entry.period,
      let tenant = entry.tenant, let currency = entry.currency, id.count <= Intake.longestID
    else { return try suspect(id) }
    let place = places.index(
      tenant: tenant, deployment: entry.deployment, currency: currency, in: period)
    guard place >= 0 else { return try suspect(id) }
    try meet(
      Waiting(
        digester.digest(id), amount: amount, charge: .zero, place: place, number: 0,
        entry.isNew ? [.isEntry, .isNew] : .isEntry), id)
  }

  // MARK: Pairs

  private mutating func meet(_ row: Waiting, _ id: UnsafeRawBufferPointer) throws {
    guard let other = carryOver.meet(row, name: id) else {
      if row.isEntry { waitingEntries += 1 }
      if carryOver.isFull { try retire() }
      return
    }
    guard other.isEntry != row.isEntry else { return try suspect(id) }
    if other.isEntry { waitingEntries -= 1 }
    try settle(event: row.isEntry ? other : row, entry: row.isEntry ? row : other, id)
  }

  /// A pair whose sides agree is done with; any other is read in full.
  func settle(event: Waiting, entry: Waiting, _ id: UnsafeRawBufferPointer) throws {
    // What is posted since the watermark for a request of before the window makes that late.
    guard event.place == entry.place, !(event.isBefore && entry.isNew) else {
      return try suspect(id)
    }
    if event.amount != entry.amount {
      guard try isWithinRounding(entry.amount, event) else { return try suspect(id) }
      if !event.isEdge {
        try files.deltas.append(
          Standing.Delta(
            digest: event.digest, place: event.place, amount: entry.amount - event.amount))
      }
    }
    try files.retired.append(
      Standing.Record(event.digest, isEdge: event.isEdge, number: event.number))
  }

  private func isWithinRounding(_ posted: Money, _ event: Waiting) throws(MoneyError) -> Bool {
    guard roundsEntries else { return false }
    let minorUnit = places.sums[Int(event.place)].unitsPerMinor
    return try (posted - event.charge).magnitude.times(2).units < minorUnit
  }

  private func suspect(_ id: UnsafeRawBufferPointer) throws {
    try files.suspects.append(id, digester.digest(id))
  }

  private mutating func retire() throws {
    let waiting = files.waiting
    try carryOver.retire { try waiting.append($0, $1) }
    waitingEntries = carryOver.waitingEntries
  }

  mutating func finish() throws {
    let waiting = files.waiting
    try carryOver.retireAll { try waiting.append($0, $1) }
    waitingEntries = 0
  }

  @inline(__always)
  private static func add(_ amount: Money, to sum: inout Int128) throws(MoneyError) {
    let (total, overflow) = sum.addingReportingOverflow(amount.units)
    guard !overflow else { throw .overflow("the hash total") }
    sum = total
  }
}
