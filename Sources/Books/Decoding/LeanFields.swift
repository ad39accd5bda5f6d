import Reconciliation

/// The fields of a first pass's rows, one after the other. A field of no memory is NULL.
protocol LeanFields: ~Copyable {
  /// `gateway` or `ledger`, for messages.
  var book: String { get }

  /// A text, or the 16 bytes of a uuid.
  mutating func id() throws(BooksError) -> UnsafeRawBufferPointer
  /// Tenant, deployment and currency, as `PlaceName` has them.
  mutating func place() throws(BooksError) -> UnsafeRawBufferPointer
  mutating func integer() throws(BooksError) -> Int64?
  /// Microseconds as PostgreSQL counts them.
  mutating func time() throws(BooksError) -> Int64?
  /// A numeric as PostgreSQL sends it.
  mutating func amount() throws(BooksError) -> UnsafeRawBufferPointer
  /// Days as PostgreSQL counts them.
  mutating func date() throws(BooksError) -> Int32?
  mutating func flag() throws(BooksError) -> Bool
}

/// Walks over the fields of one row of COPY, where it lies in libpq's buffer.
package struct RowFields: LeanFields {
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
  mutating func id() throws(BooksError) -> UnsafeRawBufferPointer { try field() }

  /// Where the three lie, with their lengths.
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
  mutating func time() throws(BooksError) -> Int64? { try integer() }

  @inline(__always)
  mutating func amount() throws(BooksError) -> UnsafeRawBufferPointer { try field() }

  @inline(__always)
  mutating func date() throws(BooksError) -> Int32? {
    let field = try field()
    guard let start = field.baseAddress else { return nil }
    guard field.count == 4 else { throw malformed() }
    return Int32(bigEndian: start.loadUnaligned(as: Int32.self))
  }

  @inline(__always)
  mutating func flag() throws(BooksError) -> Bool { try field().first == 1 }

  @inline(never)
  private func malformed() -> BooksError { CopyFormat.malformed(book) }
}
