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
    guard let sum = Self.sum(of: total, and: [result.text(0, 0), result.text(0, 1)]) else {
      throw BooksError(
        .data,
        """
        \(book(of: relation).adapter.name(of: relation)): the sum of \(relation.amountColumn) is \
        too large to prove
        """,
        hint: "narrow the range, or correct the amounts near 10^20")
    }
    total = sum
  }

  /// - Parameter answer: what the server counted and summed.
  /// - Returns: `nil` for a sum that is no number, or more than `Money` holds.
  private static func sum(of total: ControlTotal, and answer: [String?]) -> ControlTotal? {
    guard answer.count == 2, let rows = answer[0].flatMap({ Int($0) }),
      let amount = answer[1].flatMap({ try? Money($0) }),
      let sum = try? total.amount + amount
    else { return nil }
    return ControlTotal(rows: total.rows + rows, amount: sum)
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
    var totals = countedTotals
    let left = try countedParts(of: scope).filter { totals[$0.relation] == nil }
    if !left.isEmpty { reading?(.counting) }
    for (relation, parts) in left {
      try book(of: relation).connection.send(
        parts.map { plainly(relation, $0) }.joined(separator: ";\n"))
    }
    try meanwhile()
    for (relation, _) in left {
      var total = ControlTotal()
      try book(of: relation).connection.received { result throws(BooksError) in
        try add(result, to: &total, relation)
      }
      totals[relation] = total
    }
    return totals
  }

  private func countedParts(
    of scope: Scope
  ) throws(BooksError) -> [(relation: Relation, parts: [Part])] {
    [
      (.usageEvent, try gateway.parts(scope.usage)),
      (.entry, try ledger.parts(scope.entries, from: ledger.requiredSelect(.entry))),
    ]
  }

  private func plainly(_ relation: Relation, _ part: Part, from select: String? = nil) -> String {
    counting(relation, "sum(\(relation.amountColumn))", part, from: select)
  }
}

// MARK: While rows are read

extension PostgresBooks {
  /// What a session counts of each book that is read by blocks, range by range.
  func counts(
    of scope: Scope, _ plans: [Relation: FirstPassPlan], _ shares: CountingShares, byLedger: Bool
  ) throws(BooksError) -> [ReadingScript.Count] {
    var counts: [ReadingScript.Count] = []
    for (relation, parts) in try countedParts(of: scope) {
      guard let plan = plans[relation], let blocks = plan.blocks else { continue }
      let wanted = Part.either(parts)
      let statements = plan.ranges.map { range -> String? in
        let part = shares.part(of: range, relation, byLedger: byLedger)
        guard !part.isEmpty else { return nil }
        let end = part.upperBound < blocks ? part.upperBound : nil
        let place = Heap.condition(from: part.lowerBound, to: end)
        return plainly(
          relation, Part(condition: "\(place) and (\(wanted))"), from: plan.select)
      }
      counts.append(ReadingScript.Count(relation: relation, statements: statements))
    }
    return counts
  }

  /// - Parameter answers: as the server gave them, each of its relation.
  /// - Returns: the sum for each relation. One that has no sum is left out: it is counted once more,
  ///   with a look at each amount.
  static func summedUp(_ answers: [(Relation, [String?])]) -> [Relation: ControlTotal] {
    var totals: [Relation: ControlTotal?] = [:]
    for (relation, answer) in answers {
      let total = totals[relation] ?? ControlTotal()
      totals[relation] = .some(total.flatMap { sum(of: $0, and: answer) })
    }
    return totals.compactMapValues(\.self)
  }
}

extension Relation {
  fileprivate var amountColumn: String { self == .usageEvent ? "charge" : "amount" }
}
