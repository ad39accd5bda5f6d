import Accounting
import Billing
import Reconciliation

extension PostgresBooks {
  package func firstPass(_ scope: Scope, into pass: FirstPass) throws {
    let usage = try FirstPassPlan(
      heap: heaps[.usageEvent], select: gateway.requiredSelect(.usageEvent),
      parts: scope.allUsage.flatMap { try gateway.parts($0) }, on: gateway.connection)
    let ledgerSelect = ledger.requiredSelect(.entry)
    let entries = try FirstPassPlan(
      heap: heaps[.entry], select: ledgerSelect,
      parts: ledger.parts(scope.entries, from: ledgerSelect), on: ledger.connection)
    try gateway.connection.widenBuffer()
    if ledger.connection !== gateway.connection { try ledger.connection.widenBuffer() }
    requestsRead = 0
    let plans = [Relation.usageEvent: usage, .entry: entries]
    let shares = CountingShares(
      usage: usage.blocks ?? 0, entries: entries.blocks ?? 0,
      isShared: mayShareWork && usage.isByBlocks && entries.isByBlocks)
    let usageScript = ReadingScript(
      usage.statements(
        columns(of: .usageEvent, scope).usage(withChargeMinor: pass.wantsChargeMinor)),
      counts: try counts(of: scope, plans, shares, byLedger: false))
    let entryScript = ReadingScript(
      entries.statements(columns(of: .entry, scope).entry),
      counts: try counts(of: scope, plans, shares, byLedger: true))
    let pull = LeanPull(
      pass, scope, events: CopyStream(usageScript.statements, on: gateway.connection),
      postings: CopyStream(entryScript.statements, on: ledger.connection),
      numbers: EventNumbers(usage), writingOut: tellIDs(to: pass),
      meter: ReadingMeter(usage, entries, tell: reading))
    try pull.run()
    eventNumbers = pull.numbers
    hasUnreadableAmounts = pull.decoder.unreadableAmounts > 0
    countedTotals = PostgresBooks.summedUp(
      Array(zip(usageScript.counted, pull.events.answers))
        + Array(zip(entryScript.counted, pull.postings.answers)))
  }

  private func columns(of relation: Relation, _ scope: Scope) -> LeanColumns {
    LeanColumns(
      notNull: heaps[relation]?.notNull ?? [], uuids: book(of: relation).uuids(relation),
      lateness: scope.lateness)
  }

  /// Uuids are compared as such where both books hold them.
  /// - Returns: the one book whose requests are uuids where the other's are text.
  private func tellIDs(to pass: FirstPass) -> Set<Relation> {
    let requests = [Relation.usageEvent, .entry].filter {
      book(of: $0).uuids($0).contains("request_id")
    }
    pass.ids = LeanIDs(
      requests: requests.count == 2 ? .uuid : .text,
      calls: gateway.uuids(.usageEvent).contains("provider_request_id") ? .uuid : .text)
    return requests.count == 1 ? Set(requests) : []
  }

  package func events(
    numbered numbers: [UInt32], isWide: Bool, of scope: Scope,
    receive: (Pulled<UsageEvent>) throws -> Void
  ) throws {
    guard let eventNumbers, !numbers.isEmpty else { return }
    let columns = Relation.usageEvent.columnsRead.map(\.selected).joined(separator: ", ")
    let plan = eventNumbers.plan
    let stream = CopyStream(
      eventNumbers.conditions(for: numbers, isWide: isWide).map { condition in
        plan.copy(columns, "", "\(condition) and (\(plan.condition))")
      }, on: gateway.connection)
    var decoder = UsageDecoder(zone: zone, uuids: gateway.uuids(.usageEvent))
    let row = CopyRow(columns: Relation.usageEvent.columnsRead.count)
    do {
      while !stream.isDone {
        let taken = try stream.take(LeanPull.turn) {
        } receive: { rows in
          for bytes in rows where try row.split(bytes, of: gateway.connection.book) {
            try receive(decoder.decode(row))
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
