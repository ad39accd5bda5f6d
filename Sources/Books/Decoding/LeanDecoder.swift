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

  // Rows are written where they will be taken from: they are too large to be handed on.

  /// Reads a row of those that were gathered.
  @inline(__always)
  package mutating func read(
    _ row: Int, of rows: borrowing GatheredRows, into event: inout LeanEvent
  ) throws(BooksError) {
    rows.read(2, row, into: &event.place)
    if withChargeMinor { event.chargeMinor = rows.integer(8, row) }
    try fill(
      &event, of: "gateway", requestID: rows.id(0, row), call: rows.id(1, row),
      at: rows.time(5, row), tokens: rows.integer(6, row), charge: rows.amount(7, row))
  }

  /// Reads a row of COPY.
  @inline(__always)
  mutating func read(
    _ row: UnsafeRawBufferPointer, into event: inout LeanEvent
  ) throws(BooksError) {
    var fields = try RowFields(row, count: withChargeMinor ? 9 : 8, of: "gateway")
    let requestID = try fields.field()
    let call = try fields.field()
    try fields.read(into: &event.place)
    try fill(
      &event, of: fields.book, requestID: requestID, call: call, at: fields.integer(),
      tokens: fields.integer(), charge: fields.field())
    if withChargeMinor { event.chargeMinor = try fields.integer() }
  }

  @inline(__always)
  private mutating func fill(
    _ event: inout LeanEvent, of book: String, requestID: UnsafeRawBufferPointer,
    call: UnsafeRawBufferPointer, at time: Int64?, tokens: Int64?, charge: UnsafeRawBufferPointer
  ) throws(BooksError) {
    event.requestID = requestID
    if let usageText { event.requestID = try usageText.of(requestID, book) }
    event.providerRequestID = call
    event.occurredAt = time.flatMap(PostgresTime.instant)
    let (money, isUnreadable) = try amount(charge, book)
    event.charge = money
    var tokens = tokens
    event.nature =
      isUnreadable || requestID.isNull ? .peculiar : LeanDecoder.nature(&tokens)
    event.tokens = tokens ?? 0
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
  package mutating func read(
    _ row: Int, of rows: borrowing GatheredRows, into entry: inout LeanEntry
  ) throws(BooksError) {
    rows.read(2, row, into: &entry.place)
    if withNews { entry.isNew = rows.flag(7, row) }
    try fill(
      &entry, of: "ledger", mark: rows.id(0, row), requestID: rows.id(1, row),
      amount: rows.amount(5, row), day: rows.date(6, row))
  }

  /// Reads a row of COPY.
  @inline(__always)
  mutating func read(
    _ row: UnsafeRawBufferPointer, into entry: inout LeanEntry
  ) throws(BooksError) {
    var fields = try RowFields(row, count: withNews ? 8 : 7, of: "ledger")
    let mark = try fields.field()
    let requestID = try fields.field()
    try fields.read(into: &entry.place)
    try fill(
      &entry, of: fields.book, mark: mark, requestID: requestID, amount: fields.field(),
      day: fields.date())
    if withNews { entry.isNew = try fields.flag() }
  }

  @inline(__always)
  private mutating func fill(
    _ entry: inout LeanEntry, of book: String, mark: UnsafeRawBufferPointer,
    requestID: UnsafeRawBufferPointer, amount field: UnsafeRawBufferPointer, day: Int32?
  ) throws(BooksError) {
    entry.nature = LeanDecoder.nature(mark)
    entry.requestID = requestID
    if let entryText { entry.requestID = try entryText.of(requestID, book) }
    entry.entryID = mark.isEmpty ? mark : UnsafeRawBufferPointer(rebasing: mark.dropFirst())
    entry.amount = try amount(field, book).money
    entry.period = day.flatMap { month(of: $0) }
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
  ) throws(BooksError) -> (money: Money?, isUnreadable: Bool) {
    guard let start = field.baseAddress else { return (nil, false) }
    if let money = PostgresNumeric.decodeSmall(start, field.count) { return (money, false) }
    return try longAmount(field, book)
  }

  @inline(never)
  private mutating func longAmount(
    _ field: UnsafeRawBufferPointer, _ book: String
  ) throws(BooksError) -> (money: Money?, isUnreadable: Bool) {
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
