import Accounting
import Billing

/// Takes both books' lean rows as they come and settles what is plain: an event and its entry are
/// counted and gone as soon as both have come. The rest is written down for the second pass.
///
/// Every plain event of the range is counted into its group at once, with the entry it should have.
/// What turns out not to be plain is taken out again when it is read in full.
package final class FirstPass {
  /// Ids longer than this are read in full.
  static let longestID = 4096

  let terms: Terms
  let scope: Scope
  let digester: Digester
  let places: Places
  private(set) var carryOver: CarryOver
  let files: FirstPassFiles
  private(set) var usageTotal = ControlTotal()
  private(set) var entryTotal = ControlTotal()
  /// Events to be read by their ids: they may name no request.
  private(set) var looseEvents: [String] = []
  private(set) var looseEntries: [String] = []
  /// Plain events that were counted into a group.
  private(set) var counted = 0
  /// The number of the next event.
  package private(set) var events: UInt32 = 0
  private var waitingEntries = 0
  private var month: (instants: Range<Instant>, period: AccountingPeriod)

  init(
    terms: Terms, policies: PolicyBook?, digester: Digester, carryOver limit: Int,
    scratch directory: String
  ) {
    self.terms = terms
    self.digester = digester
    scope = Scope(terms)
    places = Places(digester: digester, zone: terms.zone, policies: policies)
    carryOver = CarryOver(limit: limit)
    files = FirstPassFiles(in: directory)
    let period = terms.range.first.period
    month = (DayRange(period).instants(in: terms.zone), period)
  }

  /// Which side a source should hand on next for both to advance together: the one that has fewer
  /// rows waiting for the other.
  package var wantsEvents: Bool { waitingEntries * 2 >= carryOver.count }

  /// By how many rows the events are ahead of the entries.
  package var lead: Int { carryOver.count - 2 * waitingEntries }

  /// Whether the gateway's own rounding is looked at.
  package var wantsChargeMinor: Bool { terms.ledgerRounding == .line }

  package var rows: Int { Int(events) + entryTotal.rows }

  // MARK: Events

  /// Each event of the pull once, edges included.
  package func take(_ event: borrowing LeanEvent) throws {
    let number = events
    events += 1
    let isInWindow = event.occurredAt.map(scope.window.contains) ?? true
    if isInWindow {
      usageTotal.rows += 1
      if let charge = event.charge { try usageTotal.amount += charge }
    }
    guard event.nature != .peculiar, let occurredAt = event.occurredAt, occurredAt <= terms.asOf,
      let id = event.requestID, id.count <= FirstPass.longestID, let tenant = event.tenant,
      let currency = event.currency
    else { return try takePeculiar(event, isInWindow) }
    let home = places.index(
      tenant: tenant, deployment: event.deployment, currency: currency, in: period(of: occurredAt))
    guard home >= 0 else { return try takePeculiar(event, isInWindow) }
    let digest = digester.digest(id)
    if event.nature == .notChargeable {
      return try files.idle.append(Standing.Record(digest, isEdge: !isInWindow, number: number))
    }
    guard let charge = event.charge else { return try takePeculiar(event, isInWindow) }
    let expected = try take(
      charge, event.chargeMinor, tokens: event.tokens, at: home, occurredAt, isInWindow)
    if let call = event.providerRequestID, call.count > 0 {
      try files.calls.append(callKey(digester.digest(call), tokens: event.tokens), number)
    }
    if event.tokens > 0 {
      try files.alike.append(
        Likeness(tenant: digester.digest(tenant), tokens: event.tokens, at: occurredAt, scope),
        number)
    }
    try meet(
      Waiting(
        digest, amount: expected, charge: charge, place: home, number: number,
        isInWindow ? [] : .isEdge), id)
  }

  /// Counts an event and returns what one entry for it comes to.
  private func take(
    _ charge: Money, _ chargeMinor: Int64?, tokens: Int64, at home: Int, _ occurredAt: Instant,
    _ isInWindow: Bool
  ) throws(MoneyError) -> Money {
    let addend = try addend(
      charge, chargeMinor, tokens: tokens, in: places.sums[home].currency,
      policies: places.policiesInForce(for: home, at: occurredAt))
    if isInWindow {
      try places.sums[home].add(addend)
      counted += 1
    }
    return addend.expected
  }

  func addend(
    _ charge: Money, _ chargeMinor: Int64?, tokens: Int64, in currency: Currency, policies: Int
  ) throws(MoneyError) -> GroupSums.Addend {
    let rounded = try charge.rounded(to: currency, terms.rounding)
    return GroupSums.Addend(
      tokens: tokens, charge: charge, rounded: rounded,
      gatewayRounded: chargeMinor.map { Money(minorUnits: $0, of: currency) } ?? rounded,
      expected: terms.ledgerRounding == .entry ? rounded : charge, policies: policies)
  }

  func callKey(_ call: RequestDigest, tokens: Int64) -> UInt64 {
    call.high ^ UInt64(bitPattern: tokens) &* 0x9E37_79B9_7F4A_7C15
  }

  private func takePeculiar(_ event: borrowing LeanEvent, _ isInWindow: Bool) throws {
    if let id = event.requestID { try suspect(id) }
    // A row that cannot be judged may name no request; with the range's edges it is not listed.
    if isInWindow, event.requestID?.isEmpty ?? true, let eventID = event.eventID {
      looseEvents.append(String(decoding: eventID, as: UTF8.self))
    }
  }

  private func period(of instant: Instant) -> AccountingPeriod {
    if !month.instants.contains(instant) {
      let period = terms.zone.period(of: instant)
      month = (DayRange(period).instants(in: terms.zone), period)
    }
    return month.period
  }

  // MARK: Entries

  /// Each entry of the pull once.
  package func take(_ entry: borrowing LeanEntry) throws {
    entryTotal.rows += 1
    if let amount = entry.amount { try entryTotal.amount += amount }
    guard entry.nature != .loose, let id = entry.requestID else {
      let id = entry.entryID.map { String(decoding: $0, as: UTF8.self) }
      return looseEntries.append(id ?? "")
    }
    guard entry.nature == .plain, let amount = entry.amount, let period = entry.period,
      let tenant = entry.tenant, let currency = entry.currency, id.count <= FirstPass.longestID
    else { return try suspect(id) }
    let place = places.index(
      tenant: tenant, deployment: entry.deployment, currency: currency, in: period)
    guard place >= 0 else { return try suspect(id) }
    try meet(
      Waiting(
        digester.digest(id), amount: amount, charge: .zero, place: place, number: 0, .isEntry), id)
  }

  // MARK: Pairs

  private func meet(_ row: Waiting, _ id: UnsafeRawBufferPointer) throws {
    guard let other = carryOver.meet(row, name: id) else {
      if row.isEntry { waitingEntries += 1 }
      if carryOver.isFull { try retire() }
      return
    }
    if other.isEntry { waitingEntries -= 1 }
    try settle(event: row.isEntry ? other : row, entry: row.isEntry ? row : other, id)
  }

  /// A pair whose sides agree is done with; any other is read in full.
  func settle(event: Waiting, entry: Waiting, _ id: UnsafeRawBufferPointer) throws {
    guard event.place == entry.place else { return try suspect(id) }
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
    guard terms.ledgerRounding == .entry else { return false }
    let minorUnit = places.sums[Int(event.place)].currency.minorUnit
    return try (posted - event.charge).magnitude.times(2) < minorUnit
  }

  /// Writes a request down to be read in full.
  func suspect(_ id: UnsafeRawBufferPointer) throws {
    try files.suspects.append(id, digester.digest(id))
  }

  func suspect(_ id: String) throws {
    var id = id
    try id.withUTF8 { try suspect(UnsafeRawBufferPointer($0)) }
  }

  private func retire() throws {
    try carryOver.retire { try files.waiting.append($0, $1) }
    waitingEntries = carryOver.waitingEntries
  }

  /// Nothing more comes: whatever waits goes to its partition.
  func finish() throws {
    try carryOver.retireAll { try files.waiting.append($0, $1) }
    waitingEntries = 0
  }
}

/// What the first pass leaves for the second.
final class FirstPassFiles {
  /// Requests that were settled, one record for each pair.
  let retired: RecordFile<Standing.Record>
  /// Events with nothing to charge.
  let idle: RecordFile<Standing.Record>
  /// What accepted entries are beside what was expected.
  let deltas: RecordFile<Standing.Delta>
  /// Rows whose other side did not come in time, with their ids.
  let waiting: WaitingFile
  /// The ids of requests to be read in full.
  let suspects: NameFile
  let calls: SightingFile
  let alike: LikenessFile

  init(in directory: String) {
    retired = RecordFile(in: directory)
    idle = RecordFile(in: directory)
    deltas = RecordFile(in: directory)
    waiting = WaitingFile(in: directory)
    suspects = NameFile(in: directory)
    calls = SightingFile(in: directory)
    alike = LikenessFile(in: directory)
  }

  /// Whether nothing is known of any request of a partition.
  func isEmpty(_ partition: Int) -> Bool {
    retired.count(in: partition) == 0 && idle.count(in: partition) == 0
      && suspects.isEmpty(partition)
  }
}
