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
    pass.ids = ids
    let pull = LeanPull(
      pass, events: CopyStream(usageScript.statements, on: gateway.connection),
      postings: CopyStream(entryScript.statements, on: ledger.connection),
      numbers: EventNumbers(usage), decoder: decoder(for: pass),
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
    let columns = columns(of: .usageEvent, pass.scope)
      .usage(withChargeMinor: pass.wantsChargeMinor)
    let plan = eventNumbers.plan
    let stream = CopyStream(
      eventNumbers.conditions(for: numbers, isWide: isWide).map { condition in
        plan.copy(columns, "", "\(condition) and (\(plan.condition))")
      }, on: gateway.connection)
    var decoder = decoder(for: pass)
    do {
      while !stream.isDone {
        let taken = try stream.take(LeanPull.turn) {
        } receive: { rows in
          for bytes in rows { try receive(decoder.event(bytes)) }
        }
        if taken == 0, !stream.isDone { Patience.sleepOnThread(LeanPull.pause) }
      }
    } catch {
      stream.cancel()
      throw error
    }
  }
}
