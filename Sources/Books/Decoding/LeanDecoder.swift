import Accounting
import Reconciliation

/// Reads the rows of a first pass where they lie in libpq's buffer; `LeanColumns` asks for them.
package struct LeanDecoder {
  private let withChargeMinor: Bool
  private let withNews: Bool
  /// Where one book tells requests by uuid and the other by text: the uuids' text.
  private let usageText: LentUUIDText?
  private let entryText: LentUUIDText?
  private var period: (day: Int32, period: AccountingPeriod?) = (.min, nil)
  /// Amounts that `Money` cannot hold, so far.
  private(set) var unreadableAmounts = 0

  /// - Parameters:
  ///   - withChargeMinor: whether the gateway's own rounding is among the columns.
  ///   - withNews: whether it is told of entries that they are new.
  ///   - writingOut: the books whose requests are uuids, to be handed on as text.
  package init(withChargeMinor: Bool, withNews: Bool, writingOut: Set<Relation> = []) {
    self.withChargeMinor = withChargeMinor
    self.withNews = withNews
    usageText = writingOut.contains(.usageEvent) ? LentUUIDText() : nil
    entryText = writingOut.contains(.entry) ? LentUUIDText() : nil
  }

  /// Reads the next of rows that were gathered.
  @inline(__always)
  package mutating func event(
    gathered fields: inout GatheredFields
  ) throws(BooksError) -> LeanEvent { try event(&fields) }

  /// Reads the next of rows that were gathered.
  @inline(__always)
  package mutating func entry(
    gathered fields: inout GatheredFields
  ) throws(BooksError) -> LeanEntry { try entry(&fields) }

  /// Reads a row of COPY.
  @inline(__always)
  mutating func event(_ row: UnsafeRawBufferPointer) throws(BooksError) -> LeanEvent {
    var fields = try RowFields(row, count: withChargeMinor ? 9 : 8, of: "gateway")
    return try event(&fields)
  }

  @inline(__always)
  private mutating func event(
    _ fields: inout some LeanFields & ~Copyable
  ) throws(BooksError) -> LeanEvent {
    var requestID = try fields.id()
    if let usageText { requestID = try usageText.of(requestID, fields.book) }
    let call = try fields.id()
    let place = try fields.place()
    let occurredAt = try fields.time().flatMap(PostgresTime.instant)
    var tokens = try fields.integer()
    let charge = try fields.amount()
    let chargeMinor = withChargeMinor ? try fields.integer() : nil
    let (money, isUnreadable) = try amount(charge, fields.book)
    let nature = isUnreadable || requestID.isEmpty ? .peculiar : LeanDecoder.nature(&tokens)
    return LeanEvent(
      nature: nature, requestID: requestID, providerRequestID: call, place: place,
      occurredAt: occurredAt, tokens: tokens ?? 0, charge: money, chargeMinor: chargeMinor)
  }

  /// Reads what may stand in the place of the tokens.
  @inline(__always)
  private static func nature(_ tokens: inout Int64?) -> LeanEvent.Nature {
    guard let mark = tokens else { return .peculiar }
    switch mark {
    case 0...: return .plain
    case LeanColumns.Mark.notChargeable: return .notChargeable
    case LeanColumns.Mark.peculiar: return .peculiar
    default:
      tokens = LeanColumns.Mark.late - mark
      return .late
    }
  }

  /// Reads a row of COPY.
  @inline(__always)
  mutating func entry(_ row: UnsafeRawBufferPointer) throws(BooksError) -> LeanEntry {
    var fields = try RowFields(row, count: withNews ? 8 : 7, of: "ledger")
    return try entry(&fields)
  }

  @inline(__always)
  private mutating func entry(
    _ fields: inout some LeanFields & ~Copyable
  ) throws(BooksError) -> LeanEntry {
    let mark = try fields.id()
    var requestID = try fields.id()
    if let entryText { requestID = try entryText.of(requestID, fields.book) }
    let place = try fields.place()
    let (amount, _) = try amount(fields.amount(), fields.book)
    let period = try fields.date().flatMap { month(of: $0) }
    let isNew = withNews ? try fields.flag() : false
    return LeanEntry(
      nature: LeanDecoder.nature(mark), requestID: requestID,
      entryID: UnsafeRawBufferPointer(rebasing: mark.dropFirst()), place: place, amount: amount,
      period: period, isNew: isNew)
  }

  @inline(__always)
  private static func nature(_ mark: UnsafeRawBufferPointer) -> LeanEntry.Nature {
    guard let first = mark.first else { return .plain }
    return first == LeanColumns.EntryMark.loose.utf8.first ? .loose : .ofRequest
  }

  /// An amount, and whether there is one that cannot be read.
  @inline(__always)
  private mutating func amount(
    _ field: UnsafeRawBufferPointer, _ book: String
  ) throws(BooksError) -> (Money?, isUnreadable: Bool) {
    guard let start = field.baseAddress else { return (nil, false) }
    if let money = PostgresNumeric.decodeSmall(start, field.count) { return (money, false) }
    return try longAmount(field, book)
  }

  @inline(never)
  private mutating func longAmount(
    _ field: UnsafeRawBufferPointer, _ book: String
  ) throws(BooksError) -> (Money?, isUnreadable: Bool) {
    do throws(MoneyError) {
      return (try PostgresNumeric.decode(field), false)
    } catch {
      if case .notADecimal = error { throw CopyFormat.malformed(book) }
      unreadableAmounts += 1
      return (nil, true)
    }
  }

  /// `nil` for a day that is not the first of its month.
  @inline(__always)
  private mutating func month(of day: Int32) -> AccountingPeriod? {
    if period.day != day { period = (day, PostgresTime.period(day)) }
    return period.period
  }
}
