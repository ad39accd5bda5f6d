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
    guard let rows = result.text(0, 0).flatMap({ Int($0) }),
      let amount = result.text(0, 1).flatMap({ try? Money($0) }),
      let sum = try? total.amount + amount
    else {
      throw BooksError(
        .data,
        """
        \(book(of: relation).adapter.name(of: relation)): the sum of \(relation.amountColumn) is \
        too large to prove
        """,
        hint: "narrow the range, or correct the amounts near 10^20")
    }
    total = ControlTotal(rows: total.rows + rows, amount: sum)
  }
}

// MARK: Both books

extension PostgresBooks {
  /// What was counted while the rows were read is taken as it is; the rest is counted now, on both
  /// sessions at once. Where the first pass could read every amount, the server need not look at each
  /// before it sums.
  package func controlTotals(
    of scope: Scope, meanwhile: () throws -> Void
  ) throws -> (usage: ControlTotal, entries: ControlTotal) {
    guard !hasUnreadableAmounts else {
      reading?(.counting)
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
    var totals = gatheredTotals.compactMapValues(\.total)
    let left = try countedParts(of: scope).map { relation, parts in
      (
        relation,
        statements: totals[relation] == nil
          ? parts.map { counting(relation, plainSum(relation), $0) } : rest(of: relation, parts)
      )
    }
    .filter { !$0.statements.isEmpty }
    if !left.isEmpty { reading?(.counting) }
    for (relation, statements) in left {
      try book(of: relation).connection.send(statements.joined(separator: ";\n"))
    }
    try meanwhile()
    for (relation, _) in left {
      var total = totals[relation] ?? ControlTotal()
      try book(of: relation).connection.received { result throws(BooksError) in
        try add(result, to: &total, relation)
      }
      totals[relation] = total
    }
    return totals
  }

  /// Counts what was not gathered, and what of the gathered was left out of the total: blocks that
  /// hold rows of the range beside others.
  private func rest(of relation: Relation, _ parts: [Part]) -> [String] {
    guard let heap = heaps[relation], let total = gatheredTotals[relation] else { return [] }
    // What is gathered by time is of the first part alone.
    let sliced = total.isByTime ? parts[0] : Part(condition: Part.either(parts))
    let others = total.isByTime ? [parts[0].beyondTime] + parts.dropFirst() : []
    let leftOut = total.leftOut.map { piece in
      Part(condition: "\(piece.condition) and (\(sliced.condition))")
    }
    return (leftOut + others).map {
      counting(relation, plainSum(relation), $0, from: heap.select)
    }
  }

  private func countedParts(
    of scope: Scope
  ) throws(BooksError) -> [(relation: Relation, parts: [Part])] {
    [
      (.usageEvent, try gateway.parts(scope.usage)),
      (.entry, try ledger.parts(scope.entries, from: ledger.requiredSelect(.entry))),
    ]
  }

  private func plainSum(_ relation: Relation) -> String { "sum(\(relation.amountColumn))" }
}

extension Relation {
  var amountColumn: String { self == .usageEvent ? "charge" : "amount" }
}
