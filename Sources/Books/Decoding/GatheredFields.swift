import Reconciliation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Walks over rows whose columns were gathered, each into one value; see `LeanColumn`.
///
/// The memory of a field is lent until the rows are gone; that of a place, until the next batch.
package struct GatheredFields: LeanFields, ~Copyable {
  /// The values of a column that are still to come.
  private struct Column {
    let form: LeanColumn.Form
    var next: UnsafeRawPointer
    var end: UnsafeRawPointer
    /// Whether NULLs are among them.
    var hasNulls = false

    var left: Int { end - next }
  }

  let book: String
  private let forms: [LeanColumn]
  private let columns: UnsafeMutablePointer<Column>
  private var current = 0
  /// Where places are put together.
  private var places: UnsafeMutableRawBufferPointer
  private var placesEnd = 0

  /// - Parameter columns: of the rows to come; three texts in a row are a place.
  package init(_ columns: [LeanColumn], of book: String) {
    self.book = book
    forms = columns
    self.columns = .allocate(capacity: columns.count)
    let nowhere = UnsafeRawPointer(self.columns)
    for (index, column) in columns.enumerated() {
      (self.columns + index).initialize(
        to: Column(form: column.form, next: nowhere, end: nowhere))
    }
    places = .allocate(byteCount: 1 << 10, alignment: 8)
  }

  deinit {
    columns.deallocate()
    places.deallocate()
  }

  /// Turns to other rows.
  ///
  /// - Parameters:
  ///   - rows: how many there are.
  ///   - gathered: stands at the first column.
  /// - Returns: whether the rows can be told from what was gathered. Where a text holds what stands
  ///   between texts, or a value is what stands for NULL, they cannot.
  package mutating func begin(_ rows: Int, _ gathered: inout RowFields) throws(BooksError) -> Bool {
    current = 0
    var areTold = true
    var textBytes = 0
    for (index, column) in forms.enumerated() {
      let bytes = try gathered.field()
      let values = column.isCounted ? Int(try gathered.integer() ?? -1) : rows
      guard values >= 0, values <= rows, bytes.isNull == (rows == 0),
        column.form.width.map({ bytes.count == $0 * rows }) ?? true
      else { throw malformed() }
      let start = bytes.baseAddress ?? UnsafeRawPointer(columns)
      columns[index].next = start
      columns[index].end = start + bytes.count
      columns[index].hasNulls = values < rows
      if column.form == .text { textBytes += bytes.count }
      if rows > 0, !column.tells(rows, values, in: bytes) { areTold = false }
    }
    // More than the places of a batch take.
    let room = textBytes + FirstPass.batch * 3 * MemoryLayout<Int32>.size
    if places.count < room {
      places.deallocate()
      places = .allocate(byteCount: 2 * room, alignment: 8)
    }
    return areTold
  }

  /// The places of the last batch are no longer needed.
  package mutating func beginBatch() { placesEnd = 0 }

  /// - Throws: where not all that was gathered has been read.
  package func end() throws(BooksError) {
    guard current == 0 else { throw malformed() }
    for index in forms.indices where columns[index].left != 0 { throw malformed() }
  }

  @inline(__always)
  private mutating func turn() -> UnsafeMutablePointer<Column> {
    let column = columns + current
    current = current + 1 == forms.count ? 0 : current + 1
    return column
  }

  @inline(__always)
  private mutating func fixed(_ width: Int) throws(BooksError) -> UnsafeRawPointer {
    let column = turn()
    let value = column.pointee.next
    guard column.pointee.left >= width else { throw malformed() }
    column.pointee.next = value + width
    return value
  }

  /// What is left is one text, or has another after it: `begin` has counted them.
  @inline(__always)
  private mutating func text() -> UnsafeRawBufferPointer {
    let column = turn()
    let start = column.pointee.next
    let end = column.pointee.end
    var text: UnsafeRawBufferPointer
    if let stop = memchr(start, Int32(LeanColumn.separator), end - start) {
      text = UnsafeRawBufferPointer(start: start, count: UnsafeRawPointer(stop) - start)
      column.pointee.next = UnsafeRawPointer(stop) + 1
    } else {
      text = UnsafeRawBufferPointer(start: start, count: end - start)
      column.pointee.next = end
    }
    if column.pointee.hasNulls, text.count == 1, text.first == LeanColumn.noText { text = .null }
    return text
  }

  @inline(__always)
  mutating func id() throws(BooksError) -> UnsafeRawBufferPointer {
    guard columns[current].form == .uuid else { return text() }
    let hasNulls = columns[current].hasNulls
    let uuid = UnsafeRawBufferPointer(start: try fixed(16), count: 16)
    return hasNulls && uuid.allSatisfy { $0 == 0 } ? .null : uuid
  }

  @inline(__always)
  mutating func place() throws(BooksError) -> UnsafeRawBufferPointer {
    let start = placesEnd
    for _ in 0..<3 { add(text()) }
    return UnsafeRawBufferPointer(rebasing: places[start..<placesEnd])
  }

  @inline(__always)
  private mutating func add(_ text: UnsafeRawBufferPointer) {
    let length = text.isNull ? -1 : Int32(truncatingIfNeeded: text.count)
    let place = places.baseAddress! + placesEnd
    place.storeBytes(of: length.bigEndian, as: Int32.self)
    if let start = text.baseAddress {
      (place + 4).copyMemory(from: start, byteCount: text.count)
    }
    placesEnd += 4 + text.count
  }

  @inline(__always)
  mutating func integer() throws(BooksError) -> Int64? {
    let hasNulls = columns[current].hasNulls
    let value = Int64(bigEndian: try fixed(8).loadUnaligned(as: Int64.self))
    return hasNulls && value == .min ? nil : value
  }

  @inline(__always)
  mutating func time() throws(BooksError) -> Int64? { try integer() }

  @inline(__always)
  mutating func amount() throws(BooksError) -> UnsafeRawBufferPointer {
    let column = columns + current
    let start = try fixed(2)
    let digits = UInt16(bigEndian: start.loadUnaligned(as: UInt16.self))
    guard digits != LeanColumn.noAmount else { return .null }
    let rest = 6 + 2 * Int(digits)
    guard column.pointee.left >= rest else { throw malformed() }
    column.pointee.next += rest
    return UnsafeRawBufferPointer(start: start, count: 2 + rest)
  }

  @inline(__always)
  mutating func date() throws(BooksError) -> Int32? {
    Int32(bigEndian: try fixed(4).loadUnaligned(as: Int32.self))
  }

  @inline(__always)
  mutating func flag() throws(BooksError) -> Bool {
    try fixed(1).load(as: UInt8.self) == 1
  }

  @inline(never)
  private func malformed() -> BooksError { CopyFormat.malformed(book) }
}

extension LeanColumn.Form {
  /// The bytes of each value; `nil` where they differ.
  fileprivate var width: Int? {
    switch self {
    case .text, .amount: nil
    case .uuid: 16
    case .integer, .time: 8
    case .date: 4
    case .flag: 1
    }
  }
}

extension LeanColumn {
  /// Whether each of the rows' values can be told in `bytes`, and which of them are NULL.
  fileprivate func tells(_ rows: Int, _ values: Int, in bytes: UnsafeRawBufferPointer) -> Bool {
    guard form != .text || bytes.count(of: LeanColumn.separator) == rows - 1 else { return false }
    guard isCounted else { return true }
    let standIns =
      switch form {
      case .text: bytes.count(of: LeanColumn.noText)
      case .uuid: bytes.count { $0 == (0, 0) }
      case .integer: bytes.count { $0 == Int64.min.bigEndian }
      case .time, .amount, .date, .flag: 0
      }
    return standIns == rows - values
  }
}

extension UnsafeRawBufferPointer {
  /// How often a byte is here; eight are looked at together.
  fileprivate func count(of byte: UInt8) -> Int {
    let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
    let wanted = UInt64(byte) &* 0x0101_0101_0101_0101
    let whole = count & ~7
    var total = 0
    for offset in stride(from: 0, to: whole, by: 8) {
      let differences = loadUnaligned(fromByteOffset: offset, as: UInt64.self) ^ wanted
      // The highest bit of each byte that does not differ; then their sum, in the highest byte.
      let found = ~(((differences & low) &+ low) | differences | low)
      total &+= Int(((found >> 7) &* 0x0101_0101_0101_0101) >> 56)
    }
    for index in whole..<count where self[index] == byte { total += 1 }
    return total
  }

  /// How many of the values that lie here side by side are as wanted.
  fileprivate func count<Value: BitwiseCopyable>(where isWanted: (Value) -> Bool) -> Int {
    stride(from: 0, to: count, by: MemoryLayout<Value>.size).count {
      isWanted(loadUnaligned(fromByteOffset: $0, as: Value.self))
    }
  }
}
