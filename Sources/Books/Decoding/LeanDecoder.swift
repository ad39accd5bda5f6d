import Accounting
import Reconciliation

/// Reads the rows of a first pass where they lie in libpq's buffer.
package struct LeanDecoder {
  /// Walks over the fields of one row.
  private struct Fields {
    private var next: UnsafeRawPointer
    private let end: UnsafeRawPointer
    private let book: String

    @inline(__always)
    init(
      _ row: UnsafeRawBufferPointer, count: Int, of book: String
    ) throws(BooksError) {
      self.book = book
      guard row.count >= 2, let start = row.baseAddress,
        Int(Int16(bigEndian: start.loadUnaligned(as: Int16.self))) == count
      else { throw CopyFormat.malformed(book) }
      next = start + 2
      end = start + row.count
    }

    /// A field's bytes; of no memory for NULL.
    @inline(__always)
    mutating func field() throws(BooksError) -> UnsafeRawBufferPointer {
      guard end - next >= 4 else { throw malformed() }
      let length = Int(Int32(bigEndian: next.loadUnaligned(as: Int32.self)))
      let start = next + 4
      guard length >= 0 else {
        next = start
        return .null
      }
      guard end - start >= length else { throw malformed() }
      next = start + length
      return UnsafeRawBufferPointer(start: start, count: length)
    }

    /// Three fields with their lengths, as `PlaceName` has them.
    @inline(__always)
    mutating func place() throws(BooksError) -> UnsafeRawBufferPointer {
      let start = next
      _ = try field()
      _ = try field()
      _ = try field()
      return UnsafeRawBufferPointer(start: start, count: next - start)
    }

    @inline(__always)
    mutating func integer() throws(BooksError) -> Int64? {
      let field = try field()
      guard let start = field.baseAddress else { return nil }
      guard field.count == 8 else { throw malformed() }
      return Int64(bigEndian: start.loadUnaligned(as: Int64.self))
    }

    @inline(__always)
    mutating func date() throws(BooksError) -> Int32? {
      let field = try field()
      guard let start = field.baseAddress else { return nil }
      guard field.count == 4 else { throw malformed() }
      return Int32(bigEndian: start.loadUnaligned(as: Int32.self))
    }

    /// An amount, and whether there is one that cannot be read.
    @inline(__always)
    mutating func amount() throws(BooksError) -> (Money?, isUnreadable: Bool) {
      let field = try field()
      guard let start = field.baseAddress else { return (nil, false) }
      if let money = PostgresNumeric.decodeSmall(start, field.count) { return (money, false) }
      return try amount(field)
    }

    @inline(never)
    private func amount(
      _ field: UnsafeRawBufferPointer
    ) throws(BooksError) -> (Money?, isUnreadable: Bool) {
      do throws(MoneyError) {
        return (try PostgresNumeric.decode(field), false)
      } catch {
        if case .notADecimal = error { throw malformed() }
        return (nil, true)
      }
    }

    @inline(never)
    private func malformed() -> BooksError { CopyFormat.malformed(book) }
  }

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

  @inline(__always)
  package mutating func event(_ row: UnsafeRawBufferPointer) throws(BooksError) -> LeanEvent {
    var fields = try Fields(row, count: withChargeMinor ? 9 : 8, of: "gateway")
    var requestID = try fields.field()
    if let usageText { requestID = try usageText.of(requestID, "gateway") }
    let call = try fields.field()
    let place = try fields.place()
    let occurredAt = try fields.integer().flatMap(PostgresTime.instant)
    var tokens = try fields.integer()
    let (charge, isUnreadable) = try fields.amount()
    let chargeMinor = withChargeMinor ? try fields.integer() : nil
    if isUnreadable { unreadableAmounts += 1 }
    let nature = isUnreadable ? .peculiar : LeanDecoder.nature(&tokens)
    return LeanEvent(
      nature: nature, requestID: requestID, providerRequestID: call, place: place,
      occurredAt: occurredAt, tokens: tokens ?? 0, charge: charge, chargeMinor: chargeMinor)
  }

  /// Reads what may stand in the place of the tokens; source: `LeanColumns`.
  @inline(__always)
  private static func nature(_ tokens: inout Int64?) -> LeanEvent.Nature {
    guard let mark = tokens else { return .peculiar }
    switch mark {
    case 0...: return .plain
    case LeanColumns.Mark.notChargeable: return .notChargeable
    default:
      tokens = LeanColumns.Mark.late - mark
      return .late
    }
  }

  @inline(__always)
  package mutating func entry(_ row: UnsafeRawBufferPointer) throws(BooksError) -> LeanEntry {
    var fields = try Fields(row, count: withNews ? 8 : 7, of: "ledger")
    let mark = try fields.field()
    var requestID = try fields.field()
    if let entryText { requestID = try entryText.of(requestID, "ledger") }
    let place = try fields.place()
    let (amount, isUnreadable) = try fields.amount()
    let period = try fields.date().flatMap { month(of: $0) }
    let isNew = withNews ? try fields.field().first == 1 : false
    if isUnreadable { unreadableAmounts += 1 }
    return LeanEntry(
      nature: LeanDecoder.nature(mark), requestID: requestID, entryID: mark, place: place,
      amount: amount, period: period, isNew: isNew)
  }

  /// No mark: plain. An empty one: of a request. Any other is the entry's id.
  @inline(__always)
  private static func nature(_ mark: UnsafeRawBufferPointer) -> LeanEntry.Nature {
    mark.isNull ? .plain : mark.isEmpty ? .ofRequest : .loose
  }

  /// `nil` for a day that is not the first of its month.
  @inline(__always)
  private mutating func month(of day: Int32) -> AccountingPeriod? {
    if period.day != day { period = (day, PostgresTime.period(day)) }
    return period.period
  }
}
