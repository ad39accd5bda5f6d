import Accounting
import Billing

/// Takes both books' lean rows as they come and settles what is plain: an event and its entry are
/// counted and gone as soon as both have come. The rest is written down for the second pass.
///
/// Every plain event of the range is counted into its group at once, with the entry it should have.
/// What turns out not to be plain is taken out again when it is read in full.
package final class FirstPass {
  let terms: Terms
  package let scope: Scope
  let digester: Digester
  let places: Places
  let files: FirstPassFiles
  /// How the rows that come tell their ids; to be set before the first.
  package var ids = LeanIDs()
  /// All that changes from row to row; not checked for overlapping access, which costs more than
  /// most of what is done with it.
  @exclusivity(unchecked)
  private var intake: Intake

  package init(
    terms: Terms, policies: PolicyBook?, digester: Digester, carryOver limit: Int,
    in scratch: Scratch
  ) {
    self.terms = terms
    self.digester = digester
    scope = Scope(terms)
    places = Places(digester: digester, zone: terms.zone, policies: policies)
    files = FirstPassFiles(in: scratch)
    intake = Intake(
      terms: terms, digester: digester, places: places, files: files, carryOver: limit)
  }

  /// Rows that may be taken at a time.
  package static let batch = Intake.batch

  /// Each event of the pull once, edges included.
  package func take(_ events: UnsafeBufferPointer<LeanEvent>) throws { try intake.take(events) }

  /// Each entry of the pull once.
  package func take(_ entries: UnsafeBufferPointer<LeanEntry>) throws { try intake.take(entries) }

  package func take(_ event: LeanEvent) throws {
    try withUnsafePointer(to: event) { try take(UnsafeBufferPointer(start: $0, count: 1)) }
  }

  package func take(_ entry: LeanEntry) throws {
    try withUnsafePointer(to: entry) { try take(UnsafeBufferPointer(start: $0, count: 1)) }
  }

  /// Nothing more comes: whatever waits goes to its partition.
  func finish() throws { try intake.finish() }

  /// Which side a source should hand on next for both to advance together: the one that has fewer
  /// rows waiting for the other.
  package var wantsEvents: Bool { lead <= 0 }

  /// By how many rows the events are ahead of the entries.
  package var lead: Int { intake.lead }

  /// The number of the next event.
  package var events: UInt32 { intake.events }

  /// Whether the gateway's own rounding is looked at.
  package var wantsChargeMinor: Bool { terms.ledgerRounding == .line }

  /// Those in the range so far, its edges left out.
  package var eventsInRange: Int { intake.eventsInRange }

  var usageTotal: ControlTotal {
    get throws(MoneyError) {
      ControlTotal(rows: intake.eventsInRange, amount: try Money(units: intake.charges))
    }
  }

  var entryTotal: ControlTotal {
    get throws(MoneyError) {
      ControlTotal(rows: intake.entries, amount: try Money(units: intake.amounts))
    }
  }

  /// Plain events that were counted into a group.
  package var counted: Int { intake.counted }
  /// Whether there are events that name no request.
  var hasNamelessEvents: Bool { intake.hasNamelessEvents }

  func settle(event: Waiting, entry: Waiting, _ id: UnsafeRawBufferPointer) throws {
    try intake.settle(event: event, entry: entry, id)
  }

  /// Writes a request down to be read in full.
  func suspect(_ id: UnsafeRawBufferPointer) throws {
    try files.suspects.append(id, digester.digest(id))
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
  /// The ids of entries that belong to no request as far as they tell.
  let loose: NameFile
  let calls: SightingFile
  let alike: LikenessFile

  init(in scratch: Scratch) {
    retired = RecordFile(in: scratch)
    idle = RecordFile(in: scratch)
    deltas = RecordFile(in: scratch)
    waiting = WaitingFile(in: scratch)
    suspects = NameFile(in: scratch)
    loose = NameFile(in: scratch)
    calls = SightingFile(in: scratch)
    alike = LikenessFile(in: scratch)
  }

  /// Whether nothing is known of any request of a partition.
  func isEmpty(_ partition: Int) -> Bool {
    retired.count(in: partition) == 0 && idle.count(in: partition) == 0
      && suspects.isEmpty(partition)
  }

  /// Gives back what it took to settle all partitions.
  func closeSettled() {
    retired.close()
    idle.close()
    deltas.close()
    suspects.close()
  }
}
