import Accounting
import Reconciliation

/// Reads the rows of a first pass where they lie in libpq's buffer.
package struct LeanDecoder {
  /// Walks over the fields of one row.
  private struct Fields {
    private var bytes: UnsafeRawBufferPointer
    private let book: String

    init(
      _ row: UnsafeRawBufferPointer, count: Int, of book: String
    ) throws(BooksError) {
      self.book = book
      guard row.count >= 2, Int(Int16(bigEndian: row.loadUnaligned(as: Int16.self))) == count else {
        throw CopyFormat.malformed(book)
      }
      bytes = UnsafeRawBufferPointer(rebasing: row[2...])
    }

    @inline(__always)
    mutating func next() throws(BooksError) -> UnsafeRawBufferPointer? {
      guard bytes.count >= 4 else { throw CopyFormat.malformed(book) }
      let length = Int(Int32(bigEndian: bytes.loadUnaligned(as: Int32.self)))
      let start = bytes.baseAddress! + 4
      guard length >= 0 else {
        bytes = UnsafeRawBufferPointer(start: start, count: bytes.count - 4)
        return nil
      }
      guard bytes.count - 4 >= length else { throw CopyFormat.malformed(book) }
      bytes = UnsafeRawBufferPointer(start: start + length, count: bytes.count - 4 - length)
      return UnsafeRawBufferPointer(start: start, count: length)
    }

    mutating func integer() throws(BooksError) -> Int64? {
      guard let field = try next() else { return nil }
      guard field.count == 8 else { throw CopyFormat.malformed(book) }
      return Int64(bigEndian: field.loadUnaligned(as: Int64.self))
    }

    mutating func date() throws(BooksError) -> Int32? {
      guard let field = try next() else { return nil }
      guard field.count == 4 else { throw CopyFormat.malformed(book) }
      return Int32(bigEndian: field.loadUnaligned(as: Int32.self))
    }

    /// An amount, and whether there is one that cannot be read.
    mutating func amount() throws(BooksError) -> (Money?, isUnreadable: Bool) {
      guard let field = try next() else { return (nil, false) }
      do throws(MoneyError) {
        return (try PostgresNumeric.decode(field), false)
      } catch {
        if case .notADecimal = error { throw CopyFormat.malformed(book) }
        return (nil, true)
      }
    }
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

  package mutating func event(_ row: UnsafeRawBufferPointer) throws(BooksError) -> LeanEvent {
    var fields = try Fields(row, count: withChargeMinor ? 9 : 8, of: "gateway")
    var requestID = try fields.next()
    if let usageText { requestID = try usageText.of(requestID, "gateway") }
    let call = try fields.next()
    let tenant = try fields.next()
    let deployment = try fields.next()
    let occurredAt = try fields.integer().flatMap(PostgresTime.instant)
    var tokens = try fields.integer()
    let (charge, isUnreadable) = try fields.amount()
    let currency = try fields.next()
    let chargeMinor = withChargeMinor ? try fields.integer() : nil
    if isUnreadable { unreadableAmounts += 1 }
    let nature = isUnreadable ? .peculiar : LeanDecoder.nature(&tokens)
    return LeanEvent(
      nature: nature, requestID: requestID, providerRequestID: call, tenant: tenant,
      deployment: deployment, currency: currency, occurredAt: occurredAt, tokens: tokens ?? 0,
      charge: charge, chargeMinor: chargeMinor)
  }

  /// Reads what may stand in the place of the tokens; source: `LeanColumns`.
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

  package mutating func entry(_ row: UnsafeRawBufferPointer) throws(BooksError) -> LeanEntry {
    var fields = try Fields(row, count: withNews ? 8 : 7, of: "ledger")
    let mark = try fields.next()
    var requestID = try fields.next()
    if let entryText { requestID = try entryText.of(requestID, "ledger") }
    let tenant = try fields.next()
    let deployment = try fields.next()
    let (amount, isUnreadable) = try fields.amount()
    let currency = try fields.next()
    let period = try fields.date().flatMap { month(of: $0) }
    let isNew = withNews ? try fields.next()?.first == 1 : false
    if isUnreadable { unreadableAmounts += 1 }
    // No mark: plain. An empty one: of a request. Any other is the entry's id.
    let nature = mark.map { $0.isEmpty ? LeanEntry.Nature.ofRequest : .loose } ?? .plain
    return LeanEntry(
      nature: nature, requestID: requestID, entryID: mark, tenant: tenant, deployment: deployment,
      currency: currency, amount: amount, period: period, isNew: isNew)
  }

  /// `nil` for a day that is not the first of its month.
  private mutating func month(of day: Int32) -> AccountingPeriod? {
    if period.day != day { period = (day, PostgresTime.period(day)) }
    return period.period
  }
}
