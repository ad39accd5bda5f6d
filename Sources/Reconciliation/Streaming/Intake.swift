import Accounting

/// What of the first pass happens to every row. One value, so that nothing is shared while rows go
/// by; sums are 10⁻¹⁸ steps.
struct Intake: ~Copyable {
  /// Ids longer than this are read in full.
  static let longestID = 4096

  /// Rows that are taken together. What each will touch lies far from the processor; to ask for all
  /// of it first costs one wait for many.
  static let batch = 16

  /// Where a row belongs.
  private struct Spot {
    var request = RequestDigest(high: 0, low: 0)
    var place = RequestDigest(high: 0, low: 0)
    /// Its group; −1 where it has none that can be told.
    var home = -1
    var period: AccountingPeriod
  }

  private let digester: Digester
  private let places: Places
  private let files: FirstPassFiles
  /// One of the files, held here too: asked of them for each event, it was retained each time.
  private let alike: LikenessFile
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
  private let spots: UnsafeMutablePointer<Spot>

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
    alike = files.alike
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
    spots = .allocate(capacity: Intake.batch)
    spots.initialize(repeating: Spot(period: period), count: Intake.batch)
  }

  deinit { spots.deallocate() }

  var lead: Int { carryOver.count - 2 * waitingEntries }

  // MARK: Events

  /// - Parameter batch: `Intake.batch` at most.
  mutating func take(_ batch: UnsafeBufferPointer<LeanEvent>) throws {
    for index in batch.indices {
      guard batch[index].nature <= .notChargeable, let instant = batch[index].occurredAt else {
        continue
      }
      find(batch[index].requestID, batch[index].place, in: period(of: instant), spots + index)
    }
    for index in batch.indices where batch[index].nature <= .notChargeable {
      if batch[index].occurredAt != nil { settle(batch[index].place, spots + index) }
    }
    for index in batch.indices { try take(batch.baseAddress! + index, spots + index) }
  }

  @inline(__always)
  private mutating func find(
    _ id: UnsafeRawBufferPointer, _ place: PlaceName,
    in period: AccountingPeriod, _ spot: UnsafeMutablePointer<Spot>
  ) {
    spot.pointee.request = digester.digest(id)
    spot.pointee.place = places.digest(place, in: period)
    spot.pointee.period = period
    carryOver.fetchBucket(of: spot.pointee.request)
    places.fetchBucket(of: spot.pointee.place)
  }

  @inline(__always)
  private mutating func settle(
    _ place: PlaceName, _ spot: UnsafeMutablePointer<Spot>
  ) {
    let home = places.index(place, in: spot.pointee.period, spot.pointee.place)
    spot.pointee.home = home
    if home >= 0 { places.fetchSums(of: home) }
    carryOver.fetchRow(of: spot.pointee.request)
  }

  /// Pointers, because an event is larger than what is moved in one go.
  @inline(__always)
  private mutating func take(
    _ event: UnsafePointer<LeanEvent>, _ spot: UnsafePointer<Spot>
  ) throws {
    let number = events
    events &+= 1
    let occurredAt = event.pointee.occurredAt?.microseconds
    let isInRange = occurredAt.map { $0 >= windowStart && $0 < windowEnd } ?? true
    if isInRange {
      eventsInRange &+= 1
      if let charge = event.pointee.charge { try Intake.add(charge, to: &charges) }
    }
    let id = event.pointee.requestID
    let home = spot.pointee.home
    guard event.pointee.nature == .plain, let instant = event.pointee.occurredAt,
      let occurredAt, occurredAt <= asOf, home >= 0, !id.isNull,
      id.count <= Intake.longestID, let charge = event.pointee.charge
    else { return try takeSpecial(event.pointee, spot.pointee, number, isInRange: isInRange) }
    let tokens = event.pointee.tokens
    let addend = try places.addend(
      charge, event.pointee.chargeMinor, tokens: tokens, of: home, at: instant, rule)
    if isInRange {
      try places.add(addend, to: home)
      counted &+= 1
    }
    try note(call: event.pointee.providerRequestID, tokens: tokens, of: number)
    try note(alike: tokens, at: instant, in: home, of: number)
    try meet(
      Waiting(
        spot.pointee.request, amount: roundsEntries ? addend.rounded : charge, charge: charge,
        place: home, number: number,
        isInRange ? [] : occurredAt < windowStart ? [.isEdge, .isBefore] : .isEdge),
      id)
  }

  @inline(__always)
  private func note(
    call: UnsafeRawBufferPointer, tokens: Int64, of number: UInt32
  ) throws {
    guard call.count > 0 else { return }
    try files.calls.append(digester.callKey(call, tokens: tokens), number)
  }

  @inline(__always)
  private func note(
    alike tokens: Int64, at instant: Instant, in home: Int, of number: UInt32
  ) throws {
    guard tokens > 0 else { return }
    try alike.append(
      Likeness(places.sums[home].tenant, tokens: tokens, at: instant, scope), number)
  }

  /// An event that is not counted as it comes.
  @inline(never)
  private mutating func takeSpecial(
    _ event: LeanEvent, _ spot: Spot, _ number: UInt32, isInRange: Bool
  ) throws {
    // Too long an id says nothing about the call, and nor does a time after the run's moment.
    let isAhead = event.occurredAt.map { $0.microseconds > asOf } ?? false
    let isOdd = event.nature == .plain && (isAhead || event.requestID.count > Intake.longestID)
    if isOdd || event.nature == .late {
      try note(call: event.providerRequestID, tokens: event.tokens, of: number)
    }
    if isOdd, spot.home >= 0, let instant = event.occurredAt {
      try note(alike: event.tokens, at: instant, in: spot.home, of: number)
    }
    guard event.nature == .notChargeable, let instant = event.occurredAt,
      instant.microseconds <= asOf, spot.home >= 0, !event.requestID.isNull,
      event.requestID.count <= Intake.longestID
    else { return try takePeculiar(event) }
    try files.idle.append(Standing.Record(spot.request, isEdge: !isInRange, number: number))
  }

  private mutating func takePeculiar(_ event: LeanEvent) throws {
    if !event.requestID.isNull { try suspect(event.requestID) }
    // A row that cannot be judged may name no request.
    if event.requestID.isEmpty { hasNamelessEvents = true }
  }

  @inline(__always)
  private mutating func period(of instant: Instant) -> AccountingPeriod {
    if !month.instants.contains(instant) { turnMonth(to: instant) }
    return month.period
  }

  @inline(never)
  private mutating func turnMonth(to instant: Instant) {
    let period = zone.period(of: instant)
    month = (DayRange(period).instants(in: zone), period)
  }

  // MARK: Entries

  /// - Parameter batch: `Intake.batch` at most.
  mutating func take(_ batch: UnsafeBufferPointer<LeanEntry>) throws {
    for index in batch.indices {
      guard batch[index].nature == .plain, let period = batch[index].period else { continue }
      find(batch[index].requestID, batch[index].place, in: period, spots + index)
    }
    for index in batch.indices where batch[index].nature == .plain {
      if batch[index].period != nil { settle(batch[index].place, spots + index) }
    }
    for index in batch.indices { try take(batch.baseAddress! + index, spots + index) }
  }

  @inline(__always)
  private mutating func take(
    _ entry: UnsafePointer<LeanEntry>, _ spot: UnsafePointer<Spot>
  ) throws {
    entries &+= 1
    if let amount = entry.pointee.amount { try Intake.add(amount, to: &amounts) }
    let id = entry.pointee.requestID
    guard entry.pointee.nature == .plain, let amount = entry.pointee.amount,
      entry.pointee.period != nil, !id.isNull, id.count <= Intake.longestID
    else { return try takeSpecial(entry.pointee) }
    let home = spot.pointee.home
    guard home >= 0 else { return try suspect(id) }
    try meet(
      Waiting(
        spot.pointee.request, amount: amount, charge: .zero, place: home, number: 0,
        entry.pointee.isNew ? [.isEntry, .isNew] : .isEntry), id)
  }

  /// An entry that is read in full, with its request or by its own id.
  @inline(never)
  private mutating func takeSpecial(_ entry: LeanEntry) throws {
    if entry.nature != .loose, !entry.requestID.isNull { return try suspect(entry.requestID) }
    try files.loose.append(entry.entryID, digester.digest(entry.entryID))
  }

  // MARK: Pairs

  @inline(__always)
  private mutating func meet(_ row: Waiting, _ id: UnsafeRawBufferPointer) throws {
    guard let other = carryOver.meet(row, name: id) else {
      if row.isEntry { waitingEntries &+= 1 }
      if carryOver.isFull { try retire() }
      return
    }
    guard other.isEntry != row.isEntry else { return try suspect(id) }
    if other.isEntry { waitingEntries &-= 1 }
    try settle(event: row.isEntry ? other : row, entry: row.isEntry ? row : other, id)
  }

  /// A pair whose sides agree is done with; any other is read in full.
  @inline(__always)
  func settle(event: Waiting, entry: Waiting, _ id: UnsafeRawBufferPointer) throws {
    // What is posted since the watermark for a request of before the window makes that late.
    guard event.place == entry.place, !(event.isBefore && entry.isNew) else {
      return try suspect(id)
    }
    if event.amount != entry.amount {
      guard try accept(entry.amount, for: event) else { return try suspect(id) }
    }
    try files.retired.append(
      Standing.Record(event.digest, isEdge: event.isEdge, number: event.number))
  }

  /// Whether an amount that is not the expected one is a rounding of the charge; if so, notes it.
  @inline(never)
  private func accept(_ posted: Money, for event: Waiting) throws -> Bool {
    guard roundsEntries else { return false }
    let minorUnit = places.sums[Int(event.place)].unitsPerMinor
    guard try (posted - event.charge).magnitude.times(2).units < minorUnit else { return false }
    if !event.isEdge {
      try files.deltas.append(
        Standing.Delta(
          digest: event.digest, place: event.place, amount: posted - event.amount))
    }
    return true
  }

  @inline(never)
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
    // What it grew to is of use for other things now.
    carryOver = CarryOver(limit: nil)
    waitingEntries = 0
  }

  @inline(__always)
  private static func add(_ amount: Money, to sum: inout Int128) throws(MoneyError) {
    let (total, overflow) = sum.addingReportingOverflow(amount.units)
    guard !overflow else { throw .overflow("the hash total") }
    sum = total
  }
}
