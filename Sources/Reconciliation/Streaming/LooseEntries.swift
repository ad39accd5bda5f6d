import Accounting

/// Entries that belong to no request as far as they tell: they belong to a group as a whole, to the
/// request of what they reverse, or stand for themselves. Read again by id, a few thousand at a time.
struct LooseEntries {
  /// Entries that are read together.
  private static let batch = 2000

  let pass: FirstPass
  let books: any BookSource
  let matcher: RequestMatcher

  /// Finds out what each belongs to.
  ///
  /// - Parameter take: what belongs to a group as a whole, and what was set aside.
  /// - Returns: the ids of the entries that others among them reverse or that stand for themselves.
  func place(
    in scratch: Scratch, _ take: (_ groupEntries: [GroupEntry], [SetAsideRow]) throws -> Void
  ) throws -> NameFile {
    let roots = NameFile(in: scratch)
    try pass.files.loose.forEachBatch(of: Self.batch) { ids in
      var table = RowTable(asOf: pass.terms.asOf, zone: pass.terms.zone)
      var wanted = Set(ids)
      try books.entries(.entryIDs(ids)) { row in
        // Those that reverse one of them come along.
        if wanted.remove(row.entryID) != nil { table.add(row) }
      }
      guard wanted.isEmpty else { throw LostRow(relation: .ledgerEntry, count: wanted.count) }
      try LookUp.settle(&table, from: books)
      for subject in table.rows.keys {
        switch subject {
        case .request(let id): try pass.suspect(id)
        case .entry(let id): try roots.append(id, pass.digester.digest(id))
        }
      }
      try take(table.groupEntries, table.setAside)
    }
    return roots
  }

  /// Matches the entries that stand for themselves, each with what reverses it.
  ///
  /// - Parameter take: a match by all rows, where `mayConcern` is true of one by the rows of the range.
  func match(
    _ roots: NameFile, mayConcern: (RequestMatch) -> Bool, take: (RequestMatch) throws -> Void
  ) throws {
    try roots.forEachBatch(of: Self.batch) { ids in
      var table = RowTable(asOf: pass.terms.asOf, zone: pass.terms.zone)
      let subjects = ids.map(Subject.entry)
      try LookUp.rows(of: subjects, in: books, into: &table)
      for subject in subjects {
        let rows = table.rows[subject] ?? RequestRows()
        let pulled = RequestRows(entries: rows.entries.filter { pass.scope.pulls(.row($0)) })
        let known = try matcher.match(subject, pulled, calls: table.calls)
        guard pass.scope.mayBeLate(pulled) || mayConcern(known) else { continue }
        try take(matcher.match(subject, rows, calls: table.calls))
      }
    }
  }
}

extension NameFile {
  func append(_ name: String, _ digest: RequestDigest) throws {
    try name.withBytes { try append($0, digest) }
  }
}

extension Pulled<LedgerEntry> {
  fileprivate var entryID: String {
    switch self {
    case .row(let entry): entry.entryID
    case .setAside(let row): row.rowID
    }
  }
}
