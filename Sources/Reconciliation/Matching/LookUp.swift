import Accounting
import Billing

/// Reads what a claim rests on beyond the range of the run.
enum LookUp {
  /// Reads all rows of the doubtful subjects again, wherever and whenever they were booked, and
  /// the other events of their provider calls.
  static func rows(
    of doubtful: [Subject], in books: any BookSource, into table: inout RowTable
  ) throws {
    try rows(of: doubtful, in: books, into: &table) { _ in true }
  }

  /// - Parameter admits: whether a row may be held, by its request. Where one may not, `table` is of
  ///   no more use.
  static func rows(
    of doubtful: [Subject], in books: any BookSource, into table: inout RowTable,
    admits: (_ requestID: String?) -> Bool
  ) throws {
    guard !doubtful.isEmpty else { return }
    let requests = doubtful.compactMap(\.requestID)
    var entryIDs: Set<String> = []
    for case .entry(let id) in doubtful { entryIDs.insert(id) }
    table.forget(doubtful)
    var providerIDs: Set<String> = []
    try books.usage(.requests(requests)) { row in
      guard admits(row.requestID) else { return }
      if case .row(let event) = row, let id = event.providerRequestID { providerIDs.insert(id) }
      table.add(row)
    }
    try books.usage(.providerRequests(providerIDs.sorted())) { table.note($0) }
    let wanted = Set(doubtful)
    var read: Set<String> = []
    func take(_ row: Pulled<LedgerEntry>) {
      guard admits(row.requestID) else { return }
      if case .row(let entry) = row {
        // Group-level entries and other requests that come along were counted by the pull.
        let isOther = entry.requestID.map { !wanted.contains(.request($0)) } ?? false
        guard entry.kind.netsPerRequest, !isOther, read.insert(entry.entryID).inserted else {
          return
        }
      }
      table.add(row)
    }
    try books.entries(.requests(requests), receive: take)
    while !entryIDs.isEmpty {
      let before = read
      try books.entries(.entryIDs(entryIDs.sorted()), receive: take)
      entryIDs = read.subtracting(before).subtracting(entryIDs)
    }
    try settle(&table, from: books)
  }

  /// Finds the requests of reversals that name none, following chains into the ledger.
  static func settle(_ table: inout RowTable, from books: any BookSource) throws {
    var targets: [String: LedgerEntry] = [:]
    var missing = table.missingTargets()
    while !missing.isEmpty {
      var found: [LedgerEntry] = []
      try books.entries(.entryIDs(missing)) { row in
        if case .row(let entry) = row, targets[entry.entryID] == nil { found.append(entry) }
      }
      for entry in found { targets[entry.entryID] = entry }
      missing = found.filter { $0.kind == .reversal && $0.requestID == nil }
        .compactMap(\.reversesEntryID).filter { targets[$0] == nil }.sorted()
    }
    table.settleUnnamed(targets: targets.values.sorted(by: LedgerEntry.inPostingOrder))
  }
}
