import Accounting
import Reconciliation

/// What the servers count and sum themselves. Their numerics hold more than `Money`: the amounts that
/// `Money` cannot hold are left out here as there.
extension PostgresBooks {
  package func controlTotal(usage selection: UsageSelection) throws -> ControlTotal {
    try total(.usageEvent, try gateway.parts(selection))
  }

  package func controlTotal(entries selection: EntrySelection) throws -> ControlTotal {
    try total(
      .entry, try ledger.parts(selection, from: ledger.requiredSelect(.entry)))
  }

  private func total(
    _ relation: Relation, _ parts: [Part]
  ) throws(BooksError) -> ControlTotal {
    let amount = relation.amountColumn
    // NaN and infinity fail the comparison.
    let sum = "sum(\(amount)) filter (where \(PostgresNumeric.isMoney(amount)))"
    var total = ControlTotal()
    for part in parts {
      let result = try book(of: relation).connection.query(counting(relation, sum, part))
      try add(result, to: &total, relation)
    }
    return total
  }

  private func counting(
    _ relation: Relation, _ sum: String, _ part: Part, from select: String? = nil
  ) -> String {
    """
    \(part.prefix) select count(*), coalesce(\(sum), 0)
    from (\(select ?? book(of: relation).requiredSelect(relation))
    ) r where \(part.condition)
    """
  }

  private func add(
    _ result: borrowing QueryResult, to total: inout ControlTotal, _ relation: Relation
  ) throws(BooksError) {
    do {
      total.rows += Int(result.text(0, 0) ?? "") ?? 0
      try total.amount += Money(result.text(0, 1) ?? "0")
    } catch {
      throw BooksError(
        .data,
        """
        \(book(of: relation).adapter.name(of: relation)): the sum of \(relation.amountColumn) is \
        too large to prove
        """,
        hint: "narrow the range, or correct the amounts near 10^20")
    }
  }
}

// MARK: Both at once

extension PostgresBooks {
  /// What one session counts, statement by statement.
  private struct Counting {
    var relations: [Relation] = []
    var statements: [String] = []

    mutating func add(_ relation: Relation, _ statement: String) {
      relations.append(relation)
      statements.append(statement)
    }
  }

  /// Where the first pass could read every amount, the server need not look at each before it sums.
  package func controlTotals(
    of scope: Scope, meanwhile: () throws -> Void
  ) throws -> (usage: ControlTotal, entries: ControlTotal) {
    reading?(.counting)
    guard !hasUnreadableAmounts, gateway.connection !== ledger.connection else {
      try meanwhile()
      return (try controlTotal(usage: scope.usage), try controlTotal(entries: scope.entries))
    }
    do {
      let totals = try plainTotals(of: scope, meanwhile)
      return (totals[.usageEvent] ?? ControlTotal(), totals[.entry] ?? ControlTotal())
    } catch {
      gateway.connection.abandon()
      ledger.connection.abandon()
      throw error
    }
  }

  private func plainTotals(
    of scope: Scope, _ meanwhile: () throws -> Void
  ) throws -> [Relation: ControlTotal] {
    let work = try divided(
      usage: gateway.parts(scope.usage),
      entries: ledger.parts(scope.entries, from: ledger.requiredSelect(.entry)))
    let sessions = [(gateway.connection, work.gateway), (ledger.connection, work.ledger)]
    for (session, counting) in sessions {
      try session.send(counting.statements.joined(separator: ";\n"))
    }
    try meanwhile()
    var totals: [Relation: ControlTotal] = [:]
    for (session, counting) in sessions {
      var relations = counting.relations.makeIterator()
      try session.received { result throws(BooksError) in
        guard let relation = relations.next() else { return }
        try add(result, to: &totals[relation, default: ControlTotal()], relation)
      }
    }
    return totals
  }

  /// Each session counts its own book. Where both see one database by one snapshot, the one with less
  /// to read takes over a part of the other's blocks, so that both are done at the same time.
  private func divided(usage: [Part], entries: [Part]) -> (gateway: Counting, ledger: Counting) {
    var (gateway, ledger) = (Counting(), Counting())
    let usageBlocks = blocksRead[.usageEvent] ?? 0
    let entryBlocks = blocksRead[.entry] ?? 0
    let middle = (usageBlocks + entryBlocks) / 2
    let isDivided = mayShareWork && usageBlocks > 0 && entryBlocks > 0
    if isDivided, usageBlocks > entryBlocks {
      gateway.add(.usageEvent, counting(.usageEvent, usage, from: 0, to: middle))
      ledger.add(.usageEvent, counting(.usageEvent, usage, from: middle, to: nil))
    } else {
      for part in usage { gateway.add(.usageEvent, plainly(.usageEvent, part)) }
    }
    if isDivided, entryBlocks > usageBlocks {
      ledger.add(.entry, counting(.entry, entries, from: 0, to: middle))
      gateway.add(.entry, counting(.entry, entries, from: middle, to: nil))
    } else {
      for part in entries { ledger.add(.entry, plainly(.entry, part)) }
    }
    return (gateway, ledger)
  }

  private func plainly(_ relation: Relation, _ part: Part, from select: String? = nil) -> String {
    counting(relation, "sum(\(relation.amountColumn))", part, from: select)
  }

  /// Of a table that is read by its blocks.
  private func counting(
    _ relation: Relation, _ parts: [Part], from start: Int, to end: Int?
  ) -> String {
    let wanted = parts.map { "(\($0.condition))" }.joined(separator: " or ")
    let part = Part(condition: "\(Heap.condition(from: start, to: end)) and (\(wanted))")
    return plainly(relation, part, from: heaps[relation]?.select)
  }
}

extension Relation {
  fileprivate var amountColumn: String { self == .usageEvent ? "charge" : "amount" }
}
