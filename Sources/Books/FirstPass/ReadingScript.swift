/// What one session is asked for in a first pass, statement by statement: the rows of a range of
/// blocks, then the totals of what was just read, while its blocks are still in the server's memory.
struct ReadingScript {
  private(set) var statements: [String] = []
  /// Of which relation each total is, in the order in which they come.
  private(set) var counted: [Relation] = []

  /// - Parameters:
  ///   - copies: the statements that read the session's own book, range by range.
  ///   - counts: what the session counts beside them, in even steps.
  init(_ copies: [String], counts: [Count]) {
    for (position, copy) in copies.enumerated() {
      statements.append(copy)
      for count in counts {
        let steps = count.statements.count
        let due = steps * position / copies.count..<steps * (position + 1) / copies.count
        for statement in count.statements[due].compactMap(\.self) {
          statements.append(statement)
          counted.append(count.relation)
        }
      }
    }
  }

  /// The totals of a table that one session makes.
  struct Count {
    let relation: Relation
    /// For each of the table's ranges; `nil` where the other session counts all of it.
    let statements: [String?]
  }
}

/// Which part of each range of blocks the ledger's session counts; the gateway's counts the rest.
struct CountingShares {
  /// What it costs to hand over a block's rows, where to count them costs one; about.
  private static let costOfReading = 4

  private let ofLedger: [Relation: (share: Int, of: Int)]

  /// - Parameters:
  ///   - usage: blocks that are read.
  ///   - entries: likewise.
  ///   - isShared: whether either session can count for the other; both are then done at about the
  ///     same time. Else each counts its own book.
  init(usage: Int, entries: Int, isShared: Bool) {
    guard isShared else {
      ofLedger = [.usageEvent: (0, 1), .entry: (1, 1)]
      return
    }
    let halfOfAllWork = (Self.costOfReading + 1) * (usage + entries) / 2
    // Its own entries come first.
    let room = max(halfOfAllWork - Self.costOfReading * entries, 0)
    ofLedger = [
      .entry: (min(room, entries), max(entries, 1)),
      .usageEvent: (min(max(room - entries, 0), usage), max(usage, 1)),
    ]
  }

  /// The part of `blocks` that a session counts.
  func part(of blocks: Range<Int>, _ relation: Relation, byLedger: Bool) -> Range<Int> {
    let (share, whole) = ofLedger[relation] ?? (0, 1)
    let middle = blocks.lowerBound + blocks.count * share / whole
    return byLedger ? blocks.lowerBound..<middle : middle..<blocks.upperBound
  }
}
