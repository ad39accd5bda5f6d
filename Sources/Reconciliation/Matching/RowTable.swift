import Accounting
import Billing

/// All rows that were pulled, by what they net over.
struct RowTable {
  private(set) var rows: [Subject: RequestRows] = [:]
  private(set) var groupEntries: [GroupEntry] = []
  private(set) var setAside: [SetAsideRow] = []
  private(set) var calls = ProviderCalls()
  /// Reversals without a request, until it is known what they reverse.
  private var unnamed: [LedgerEntry] = []
  private var setAsideSeen: Set<String> = []
  private let asOf: Instant
  private let zone: BillingZone

  init(asOf: Instant, zone: BillingZone) {
    self.asOf = asOf
    self.zone = zone
  }

  /// What an event turned out to be.
  mutating func add(_ pulled: Pulled<UsageEvent>) {
    switch pulled {
    case .setAside(let row): setAside(row)
    case .row(let event):
      if let problem = event.defect(asOf: asOf) {
        setAside(event.setAside(because: problem, in: zone))
      } else {
        rows[.request(event.requestID), default: RequestRows()].events.append(event)
        calls.note(event)
      }
    }
  }

  /// Notes an event only to know its provider call.
  mutating func note(_ pulled: Pulled<UsageEvent>) { calls.note(pulled, asOf: asOf) }

  mutating func add(_ pulled: Pulled<LedgerEntry>) {
    switch pulled {
    case .setAside(let row): setAside(row)
    case .row(let entry):
      if !entry.kind.netsPerRequest {
        groupEntries.append(GroupEntry(entry: entry, kind: entry.kind))
      } else if let id = entry.requestID {
        rows[.request(id), default: RequestRows()].entries.append(entry)
      } else if entry.kind == .reversal, entry.reversesEntryID != nil {
        unnamed.append(entry)
      } else {
        rows[.entry(entry.entryID), default: RequestRows()].entries.append(entry)
      }
    }
  }

  /// Forgets what is known of some subjects, before all their rows are read again.
  mutating func forget(_ subjects: [Subject]) {
    for subject in subjects { rows[subject] = nil }
  }

  private mutating func setAside(_ row: SetAsideRow) {
    if setAsideSeen.insert("\(row.relation.rawValue) \(row.rowID)").inserted {
      setAside.append(row)
    }
    guard let id = row.requestID else { return }
    let subject = Subject.request(id)
    if rows[subject]?.setAside.contains(where: {
      $0.relation == row.relation && $0.rowID == row.rowID
    }) != true {
      rows[subject, default: RequestRows()].setAside.append(row)
    }
  }

  // MARK: Reversals that name no request

  /// The entries that unnamed reversals reverse and that were not pulled.
  func missingTargets() -> [String] {
    let wanted = Set(unnamed.compactMap(\.reversesEntryID))
    guard !wanted.isEmpty else { return [] }
    return wanted.subtracting(entries(among: wanted).keys).sorted()
  }

  /// Gives each unnamed reversal to the request or the group of what it reverses; one whose target
  /// is nowhere stands for itself.
  ///
  /// - Parameter targets: further entries that were looked up for this, not to be counted.
  mutating func settleUnnamed(targets: [LedgerEntry]) {
    guard !unnamed.isEmpty else { return }
    var byID = entries(among: Set((unnamed + targets).compactMap(\.reversesEntryID)))
    for entry in targets { byID[entry.entryID] = entry }
    for entry in unnamed {
      let target = LedgerEntry.target(of: entry, in: byID)
      if let target, !target.kind.netsPerRequest {
        groupEntries.append(GroupEntry(entry: entry, kind: target.kind))
      } else {
        let subject =
          target.flatMap { $0.requestID.map(Subject.request) ?? .entry($0.entryID) }
          ?? .entry(entry.entryID)
        rows[subject, default: RequestRows()].entries.append(entry)
      }
    }
    unnamed = []
  }

  /// The pulled entries of some ids. Looks through all rows: an index of every id would cost more
  /// than the few reversals that need it.
  private func entries(among wanted: Set<String>) -> [String: LedgerEntry] {
    var found: [String: LedgerEntry] = [:]
    func note(_ entry: LedgerEntry) {
      if wanted.contains(entry.entryID) { found[entry.entryID] = entry }
    }
    for row in rows.values { for entry in row.entries { note(entry) } }
    for entry in groupEntries { note(entry.entry) }
    for entry in unnamed { note(entry) }
    return found
  }
}

extension LedgerEntry {
  /// What a reversal reverses in the end: the first entry up its chain that names a request or is
  /// no reversal, or the last one known; `nil` where it reverses nothing known.
  fileprivate static func target(
    of entry: LedgerEntry, in byID: [String: LedgerEntry]
  ) -> LedgerEntry? {
    var current = entry
    for _ in 0...byID.count {
      guard let id = current.reversesEntryID, let next = byID[id] else {
        return current == entry ? nil : current
      }
      if next.requestID != nil || next.kind != .reversal { return next }
      current = next
    }
    return nil
  }
}
