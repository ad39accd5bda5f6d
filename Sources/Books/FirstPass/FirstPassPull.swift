import Accounting
import Billing
import Reconciliation

extension PostgresBooks {
  package func firstPass(_ scope: Scope, into pass: FirstPass) throws {
    let usage = try FirstPassPlan(
      heap: heaps[.usageEvent], select: gateway.requiredSelect(.usageEvent),
      parts: scope.allUsage.flatMap { try gateway.parts($0) }, window: scope.window,
      rowsToCompile: rowsToCompile, on: gateway.connection)
    let ledgerSelect = ledger.requiredSelect(.entry)
    let entries = try FirstPassPlan(
      heap: heaps[.entry], select: ledgerSelect,
      parts: ledger.parts(scope.entries, from: ledgerSelect), rowsToCompile: rowsToCompile,
      on: ledger.connection)
    try gateway.connection.widenBuffer()
    try ledger.connection.widenBuffer()
    requestsRead = 0
    pass.ids = ids
    let usageReading = LeanReading(
      usage, usageColumns(of: pass), amount: Relation.usageEvent.amountColumn,
      on: gateway.connection)
    let entryReading = LeanReading(
      entries, columns(of: .entry, scope).entry, amount: Relation.entry.amountColumn,
      on: ledger.connection)
    let pull = LeanPull(
      pass, usage: usageReading, entries: entryReading, decoder: decoder(for: pass), tell: reading)
    try compiling(usage, on: gateway) {
      try compiling(entries, on: ledger) { try pull.run() }
    }
    eventNumbers = pull.numbers
    hasUnreadableAmounts = pull.decoder.unreadableAmounts > 0
    gatheredTotals = [:]
    if usage.isGathered { gatheredTotals[.usageEvent] = usageReading.total }
    if entries.isGathered { gatheredTotals[.entry] = entryReading.total }
  }

  /// Has the server compile the statements of a long reading, and no others.
  private func compiling(
    _ plan: FirstPassPlan, on book: Book, _ read: () throws -> Void
  ) throws {
    guard plan.isCompiled else { return try read() }
    // Inlined functions take longer to compile than they save.
    let settings = [
      ("jit", "on"), ("jit_above_cost", "0"), ("jit_optimize_above_cost", "0"),
      ("jit_inline_above_cost", "-1"),
    ]
    try book.connection.execute(settings.map { "set \($0) = \($1)" }.joined(separator: ";"))
    try read()
    try book.connection.execute(settings.map { "reset \($0.0)" }.joined(separator: ";"))
  }

  private func usageColumns(of pass: FirstPass) -> [LeanColumn] {
    columns(of: .usageEvent, pass.scope).usage(withChargeMinor: pass.wantsChargeMinor)
  }

  private func columns(of relation: Relation, _ scope: Scope) -> LeanColumns {
    LeanColumns(
      notNull: heaps[relation]?.notNull ?? [], uuids: book(of: relation).uuids(relation),
      lateness: scope.lateness)
  }

  private func decoder(for pass: FirstPass) -> LeanDecoder {
    LeanDecoder(
      withChargeMinor: pass.wantsChargeMinor, withNews: pass.scope.lateness != nil,
      writingOut: haveRequestUUIDs.count == 1 ? Set(haveRequestUUIDs) : [])
  }

  /// Uuids are compared as such where both books hold them; the one book whose requests are uuids
  /// where the other's are text has them written out.
  private var ids: LeanIDs {
    LeanIDs(
      requests: haveRequestUUIDs.count == 2 ? .uuid : .text,
      calls: gateway.uuids(.usageEvent).contains("provider_request_id") ? .uuid : .text)
  }

  private var haveRequestUUIDs: [Relation] {
    [.usageEvent, .entry].filter { book(of: $0).uuids($0).contains("request_id") }
  }

  package func events(
    numbered numbers: [UInt32], isWide: Bool, of pass: FirstPass,
    receive: (borrowing LeanEvent) throws -> Void
  ) throws {
    guard let eventNumbers, !numbers.isEmpty else { return }
    let columns = usageColumns(of: pass)
    let stream = CopyStream(
      eventNumbers.conditions(for: numbers, isWide: isWide).map {
        eventNumbers.plan.rows(columns, where: $0)
      }, on: gateway.connection)
    var decoder = decoder(for: pass)
    var event = LeanEvent.blank
    do {
      while !stream.isDone {
        let taken = try stream.take(LeanPull.turn) {
        } receive: { rows in
          for bytes in rows {
            try decoder.read(bytes, into: &event)
            try receive(event)
          }
        }
        if taken == 0, !stream.isDone { Patience.sleepOnThread(LeanPull.pause) }
      }
    } catch {
      stream.cancel()
      throw error
    }
  }
}
