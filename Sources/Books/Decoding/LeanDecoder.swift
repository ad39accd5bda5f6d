import Accounting
import Reconciliation

/// Reads the rows of a first pass where they lie in libpq's buffer; `LeanColumns` asks for them, in this
/// order.
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

  /// Reads a row of those that were gathered.
  @inline(__always)
  package mutating func event(
    _ row: Int, of rows: borrowing GatheredRows
  ) throws(BooksError) -> LeanEvent {
    try event(
      of: "gateway", requestID: rows.id(0, row), call: rows.id(1, row), place: rows.place(2, row),
      at: rows.time(5, row), tokens: rows.integer(6, row), charge: rows.amount(7, row),
      chargeMinor: withChargeMinor ? rows.integer(8, row) : nil)
  }

  /// Reads a row of COPY.
  @inline(__always)
  mutating func event(_ row: UnsafeRawBufferPointer) throws(BooksError) -> LeanEvent {
    var fields = try RowFields(row, count: withChargeMinor ? 9 : 8, of: "gateway")
    return try event(
      of: fields.book, requestID: fields.field(), call: fields.field(), place: fields.place(),
      at: fields.integer(), tokens: fields.integer(), charge: fields.field(),
      chargeMinor: withChargeMinor ? fields.integer() : nil)
  }

  @inline(__always)
  private mutating func event(
    of book: String, requestID: UnsafeRawBufferPointer, call: UnsafeRawBufferPointer,
    place: PlaceName, at time: Int64?, tokens: Int64?, charge: UnsafeRawBufferPointer,
    chargeMinor: Int64?
  ) throws(BooksError) -> LeanEvent {
    var requestID = requestID
    if let usageText { requestID = try usageText.of(requestID, book) }
    let (money, isUnreadable) = try amount(charge, book)
    var tokens = tokens
    let nature = isUnreadable || requestID.isEmpty ? .peculiar : LeanDecoder.nature(&tokens)
    return LeanEvent(
      nature: nature, requestID: requestID, providerRequestID: call, place: place,
      occurredAt: time.flatMap(PostgresTime.instant), tokens: tokens ?? 0, charge: money,
      chargeMinor: chargeMinor)
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

  /// Reads a row of those that were gathered.
  @inline(__always)
  package mutating func entry(
    _ row: Int, of rows: borrowing GatheredRows
  ) throws(BooksError) -> LeanEntry {
    try entry(
      of: "ledger", mark: rows.id(0, row), requestID: rows.id(1, row), place: rows.place(2, row),
      amount: rows.amount(5, row), day: rows.date(6, row),
      isNew: withNews ? rows.flag(7, row) : false)
  }

  /// Reads a row of COPY.
  @inline(__always)
  mutating func entry(_ row: UnsafeRawBufferPointer) throws(BooksError) -> LeanEntry {
    var fields = try RowFields(row, count: withNews ? 8 : 7, of: "ledger")
    return try entry(
      of: fields.book, mark: fields.field(), requestID: fields.field(), place: fields.place(),
      amount: fields.field(), day: fields.date(), isNew: withNews ? fields.flag() : false)
  }

  @inline(__always)
  private mutating func entry(
    of book: String, mark: UnsafeRawBufferPointer, requestID: UnsafeRawBufferPointer,
    place: PlaceName, amount field: UnsafeRawBufferPointer, day: Int32?, isNew: Bool
  ) throws(BooksError) -> LeanEntry {
    var requestID = requestID
    if let entryText { requestID = try entryText.of(requestID, book) }
    let (amount, _) = try amount(field, book)
    return LeanEntry(
      nature: LeanDecoder.nature(mark), requestID: requestID,
      entryID: mark.isEmpty ? mark : UnsafeRawBufferPointer(rebasing: mark.dropFirst()),
      place: place, amount: amount, period: day.flatMap { month(of: $0) }, isNew: isNew)
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
