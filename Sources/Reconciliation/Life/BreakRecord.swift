import Accounting

/// What history keeps of a break from run to run.
///
/// Source: relation `tieout.break`.
package struct BreakRecord: Hashable, Sendable {
  package var id: String
  package var code: BreakCode
  package var group: GroupKey
  package var requestID: String?
  /// Of a break without a request: the first entry that it is about.
  package var entryID: String?
  /// `Break.stake`.
  package var amount: Money
  /// When what it is about took place; `nil` for breaks of a group as a whole.
  package var occurredAt: Instant?
  package var firstSeen: Instant
  package var state: BreakState

  package init(
    id: String, code: BreakCode, group: GroupKey, requestID: String?,
    entryID: String?, amount: Money, occurredAt: Instant?, firstSeen: Instant, state: BreakState
  ) {
    self.id = id
    self.code = code
    self.group = group
    self.requestID = requestID
    self.entryID = entryID
    self.amount = amount
    self.occurredAt = occurredAt
    self.firstSeen = firstSeen
    self.state = state
  }

  package init(_ found: Break) {
    self.init(
      id: found.id, code: found.code, group: found.group,
      requestID: found.requestID,
      entryID: found.requestID == nil ? found.entryIDs.first : nil, amount: found.stake,
      occurredAt: found.occurredAt, firstSeen: found.firstSeen, state: found.state)
  }

  /// Whole days of 24 hours since it was first seen.
  package func age(asOf: Instant) -> Int64 { max(0, asOf.seconds(since: firstSeen) / 86_400) }
}

extension BreakRecord: Spoolable {
  package var weight: Int {
    280 + id.utf8.count + group.weight + (requestID?.utf8.count ?? 0) + (entryID?.utf8.count ?? 0)
  }

  package func encode(into encoder: inout SpoolEncoder) {
    encoder.put(id)
    encoder.put(code)
    group.encode(into: &encoder)
    encoder.put(requestID)
    encoder.put(entryID)
    encoder.put(amount)
    encoder.put(occurredAt)
    encoder.put(firstSeen)
    encoder.put(state)
  }

  package init(from decoder: inout SpoolDecoder) {
    self.init(
      id: decoder.text(), code: decoder.word(), group: GroupKey(from: &decoder),
      requestID: decoder.optionalText(),
      entryID: decoder.optionalText(), amount: decoder.money(),
      occurredAt: decoder.optionalInstant(), firstSeen: decoder.instant(), state: decoder.word())
  }
}

/// What one run says of one break: found by it, or no longer there.
package struct BreakSighting: Hashable, Sendable {
  /// How the break stands after the run.
  package var record: BreakRecord
  /// How it stood before: `nil` where it did not.
  package var before: Standing?
  /// Whether the run found it; else the run found that it is gone.
  package var isSeen: Bool

  /// What may change of a break.
  package struct Standing: Hashable, Sendable {
    package var state: BreakState
    package var code: BreakCode
    package var amount: Money

    package init(_ record: BreakRecord) {
      state = record.state
      code = record.code
      amount = record.amount
    }
  }

  package init(_ record: BreakRecord, before: BreakRecord? = nil, isSeen: Bool = true) {
    self.record = record
    self.before = before.map(Standing.init)
    self.isSeen = isSeen
  }

  /// Whether the run changed anything about it.
  package var isChange: Bool { before != Standing(record) }
}

extension BreakSighting: Spoolable {
  package var weight: Int { record.weight + 64 }

  package func encode(into encoder: inout SpoolEncoder) {
    record.encode(into: &encoder)
    encoder.put(isSeen)
    encoder.put(before != nil)
    guard let before else { return }
    encoder.put(before.state)
    encoder.put(before.code)
    encoder.put(before.amount)
  }

  package init(from decoder: inout SpoolDecoder) {
    record = BreakRecord(from: &decoder)
    isSeen = decoder.flag()
    guard decoder.flag() else { return }
    var earlier = record
    earlier.state = decoder.word()
    earlier.code = decoder.word()
    earlier.amount = decoder.money()
    before = Standing(earlier)
  }
}
