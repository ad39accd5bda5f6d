import Accounting
import Billing
import Reconciliation

extension PostgresBooks {
  /// Rows that one side may hand on before the other gets its turn.
  private static let turn = 256
  /// Rows by which one side may be ahead of the other while that has nothing to read.
  private static let lead = 1 << 12
  /// Long enough for a socket to fill: to wake for each small packet costs more than the rows do.
  private static let pause = Duration.microseconds(200)

  package func firstPass(_ scope: Scope, into pass: FirstPass) throws {
    let withChargeMinor = pass.wantsChargeMinor
    let usage = try FirstPassPlan(
      heap: heaps[.usageEvent], select: gateway.requiredSelect(.usageEvent),
      parts: scope.allUsage.flatMap { try gateway.connection.parts($0) }, on: gateway.connection)
    let ledgerSelect = ledger.requiredSelect(.entry)
    let entries = try FirstPassPlan(
      heap: heaps[.entry], select: ledgerSelect,
      parts: ledger.connection.parts(scope.entries, from: ledgerSelect), on: ledger.connection)
    let events = CopyStream(
      usage.statements(
        columns(of: .usageEvent, scope).usage(withChargeMinor: withChargeMinor)),
      on: gateway.connection)
    let postings = CopyStream(
      entries.statements(columns(of: .entry, scope).entry), on: ledger.connection)
    var numbers = EventNumbers(usage)
    var decoder = LeanDecoder(
      withChargeMinor: withChargeMinor, withNews: scope.lateness != nil)
    requestsRead = 0
    var meter = ReadingMeter(usage, entries, tell: reading)
    func takeEvents() throws -> Int {
      let taken = try events.take(Self.turn) {
        numbers.begin(slice: events.current, at: pass.events)
      } receive: { row in
        let event = try decoder.event(row)
        numbers.note(event.occurredAt)
        try pass.take(event)
      }
      meter.add(usage: taken)
      return taken
    }
    func takeEntries() throws -> Int {
      let taken = try postings.take(Self.turn) {
      } receive: { row in
        try pass.take(decoder.entry(row))
      }
      meter.add(entries: taken)
      return taken
    }
    do {
      while !events.isDone || !postings.isDone {
        let isEvents = postings.isDone || (pass.wantsEvents && !events.isDone)
        if try (isEvents ? takeEvents() : takeEntries()) > 0 { continue }
        let isOtherDone = isEvents ? postings.isDone : events.isDone
        if !isOtherDone, abs(pass.lead) < Self.lead,
          try (isEvents ? takeEntries() : takeEvents()) > 0
        {
          continue
        }
        Patience.sleepOnThread(Self.pause)
      }
    } catch {
      events.cancel()
      postings.cancel()
      throw error
    }
    eventNumbers = numbers
    hasUnreadableAmounts = decoder.unreadableAmounts > 0
  }

  private func columns(of relation: Relation, _ scope: Scope) -> LeanColumns {
    LeanColumns(notNull: heaps[relation]?.notNull ?? [], lateness: scope.lateness)
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
    var decoder = UsageDecoder(zone: zone)
    let row = CopyRow(columns: Relation.usageEvent.columnsRead.count)
    do {
      while !stream.isDone {
        let taken = try stream.take(Self.turn) {
        } receive: { bytes in
          if try row.split(bytes, of: gateway.connection.book) { try receive(decoder.decode(row)) }
        }
        if taken == 0, !stream.isDone { Patience.sleepOnThread(Self.pause) }
      }
    } catch {
      stream.cancel()
      throw error
    }
  }
}
