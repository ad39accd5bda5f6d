import Reconciliation

/// Walks over the fields of one row of COPY, where it lies in libpq's buffer. A field of no memory is
/// NULL.
package struct RowFields {
  /// `gateway` or `ledger`, for messages.
  let book: String
  private var next: UnsafeRawPointer
  private let end: UnsafeRawPointer

  /// - Parameter count: of fields.
  @inline(__always)
  package init(_ row: UnsafeRawBufferPointer, count: Int, of book: String) throws(BooksError) {
    self.book = book
    guard row.count >= 2, let start = row.baseAddress,
      Int(Int16(bigEndian: start.loadUnaligned(as: Int16.self))) == count
    else { throw CopyFormat.malformed(book) }
    next = start + 2
    end = start + row.count
  }

  /// A text, the 16 bytes of a uuid, or a numeric as PostgreSQL sends it.
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

  @inline(__always)
  mutating func read(into place: inout PlaceName) throws(BooksError) {
    place.tenant = try field()
    place.deployment = try field()
    place.currency = try field()
  }

  /// An integer, or a time in microseconds as PostgreSQL counts them.
  @inline(__always)
  mutating func integer() throws(BooksError) -> Int64? { try fixed() }

  /// Days as PostgreSQL counts them.
  @inline(__always)
  mutating func date() throws(BooksError) -> Int32? { try fixed() }

  @inline(__always)
  private mutating func fixed<Value: FixedWidthInteger & BitwiseCopyable>()
    throws(BooksError) -> Value?
  {
    let field = try field()
    guard let start = field.baseAddress else { return nil }
    guard field.count == MemoryLayout<Value>.size else { throw malformed() }
    return Value(bigEndian: start.loadUnaligned(as: Value.self))
  }

  @inline(__always)
  mutating func flag() throws(BooksError) -> Bool { try field().first == 1 }

  @inline(never)
  private func malformed() -> BooksError { CopyFormat.malformed(book) }
}
