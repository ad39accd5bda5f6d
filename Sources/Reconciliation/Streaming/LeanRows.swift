import Accounting
import Billing

/// What the first pass sees of an event: the few fields by which almost all of them are settled.
/// The memory of its texts is lent for the length of a call; a text of no memory is NULL.
package struct LeanEvent {
  package enum Nature: UInt8, Sendable, Comparable {
    /// A charge candidate that can be judged by these fields.
    case plain
    /// Good in itself, and nothing to charge.
    case notChargeable
    /// It would be plain, had it not arrived late: to be read in full, whatever it comes to.
    case late
    /// To be read in full: it cannot be judged, or not by these fields.
    case peculiar

    @inline(__always)
    package static func < (left: Nature, right: Nature) -> Bool {
      left.rawValue < right.rawValue
    }
  }

  package var nature: Nature
  package var requestID: UnsafeRawBufferPointer
  package var providerRequestID: UnsafeRawBufferPointer
  package var place: PlaceName
  /// `nil` where it has none that can be read.
  package var occurredAt: Instant?
  /// All tokens, each counted once.
  package var tokens: Int64
  /// `nil` where there is none, or none that can be read.
  package var charge: Money?
  /// Asked for only where the ledger rounds lines.
  package var chargeMinor: Int64?

  /// One that tells nothing.
  package static var blank: LeanEvent {
    LeanEvent(
      nature: .peculiar, requestID: .null, providerRequestID: .null, place: .none,
      occurredAt: nil, tokens: 0, charge: nil, chargeMinor: nil)
  }
}

/// What the first pass sees of an entry.
package struct LeanEntry {
  package enum Nature: UInt8, Sendable {
    /// A usage entry for a request, served in the month it is booked in.
    case plain
    /// It nets with a request whose rows have to be read in full.
    case ofRequest
    /// It names no request, or belongs to a group as a whole: to be read in full by its id.
    case loose
  }

  package var nature: Nature
  package var requestID: UnsafeRawBufferPointer
  /// Of loose entries alone.
  package var entryID: UnsafeRawBufferPointer
  package var place: PlaceName
  /// `nil` where it cannot be read.
  package var amount: Money?
  package var period: AccountingPeriod?
  /// Whether it was posted since the watermark; asked for only where there is one.
  package var isNew: Bool

  /// One that tells nothing.
  package static var blank: LeanEntry {
    LeanEntry(
      nature: .loose, requestID: .null, entryID: .null, place: .none, amount: nil, period: nil)
  }

  init(
    nature: Nature, requestID: UnsafeRawBufferPointer, entryID: UnsafeRawBufferPointer,
    place: PlaceName, amount: Money?, period: AccountingPeriod?, isNew: Bool = false
  ) {
    self.nature = nature
    self.requestID = requestID
    self.entryID = entryID
    self.place = place
    self.amount = amount
    self.period = period
    self.isNew = isNew
  }
}

extension UnsafeRawBufferPointer {
  /// A text that is NULL.
  @inline(__always)
  package static var null: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: nil, count: 0)
  }

  @inline(__always)
  package var isNull: Bool { baseAddress == nil }
}

extension String? {
  /// Lends a text as a row tells it.
  func withBytes<Value>(_ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
    guard let self else { return try body(.null) }
    return try self.withBytes(body)
  }
}

extension String {
  func withBytes<Value>(_ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
    var text = self
    return try text.withUTF8 { try body(UnsafeRawBufferPointer($0)) }
  }
}

/// What makes a row plain, in so far as the lean fields do not show it. A source that decides this
/// elsewhere (in SQL, say) must decide the same.
package enum Plainness {
  /// Each bucket of tokens is below 2⁵⁶, so that their sum cannot overflow.
  package static let tokenBits = 56
  /// Times of arrival and posting in the years 1000 to 8999.
  package static let firstYear = 1000
  package static let lastYear = 8999
  private static let times =
    Instant(microseconds: -30_610_224_000_000_000)..<Instant(microseconds: 221_845_392_000_000_000)

  package static func nature(
    of event: UsageEvent, _ lateness: Lateness? = nil
  ) -> LeanEvent.Nature {
    let tokens = event.tokens
    let bits =
      tokens.input | tokens.cacheRead | tokens.cacheWrite5m | tokens.cacheWrite1h | tokens.output
      | tokens.reasoning
    guard bits >> Int64(tokenBits) == 0, tokens.reasoning <= tokens.output,
      times.contains(event.recordedAt)
    else { return .peculiar }
    if lateness?.isLate(event) == true { return event.isChargeCandidate ? .late : .peculiar }
    return event.isChargeCandidate ? .plain : .notChargeable
  }

  package static func nature(of entry: LedgerEntry) -> LeanEntry.Nature {
    guard entry.kind.netsPerRequest, entry.requestID != nil else { return .loose }
    let isPlain =
      entry.kind == .usage && entry.serviceMonth == entry.period && times.contains(entry.postedAt)
    return isPlain ? .plain : .ofRequest
  }
}
