import Reconciliation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Rows whose columns were gathered, each into one value; see `LeanColumn`. Told apart once, so that
/// each field is then found by its column and row.
///
/// The memory of a field is lent until other rows are read.
package struct GatheredRows: ~Copyable {
  private struct Column {
    let form: LeanColumn.Form
    /// The values, side by side.
    var values: UnsafeRawPointer
    /// Where each of them begins, and where one more would: of those that differ in their length.
    var starts: UnsafeMutablePointer<UInt32>
    /// Whether NULLs are among them.
    var hasNulls = false
  }

  private let book: String
  private let forms: [LeanColumn]
  private let columns: UnsafeMutablePointer<Column>
  /// Rows that there is room for.
  private var room = 0
  package private(set) var count = 0

  package init(_ columns: [LeanColumn], of book: String) {
    self.book = book
    forms = columns
    self.columns = .allocate(capacity: columns.count)
    for (index, column) in columns.enumerated() {
      (self.columns + index).initialize(
        to: Column(
          form: column.form, values: UnsafeRawPointer(self.columns),
          starts: .allocate(capacity: 1)))
    }
  }

  deinit {
    for index in forms.indices { columns[index].starts.deallocate() }
    columns.deallocate()
  }

  /// Turns to other rows.
  ///
  /// - Parameters:
  ///   - rows: how many there are.
  ///   - gathered: stands at the first column.
  /// - Returns: whether the rows can be told from what was gathered. Where a text holds what stands
  ///   between texts, or a value is what stands for NULL, they cannot.
  package mutating func read(_ rows: Int, _ gathered: inout RowFields) throws(BooksError) -> Bool {
    makeRoom(for: rows)
    count = rows
    var areTold = true
    for (index, column) in forms.enumerated() {
      let bytes = try gathered.field()
      let values = column.isCounted ? Int(try gathered.integer() ?? -1) : rows
      guard values >= 0, values <= rows, bytes.isNull == (rows == 0),
        column.form.width.map({ bytes.count == $0 * rows }) ?? true
      else { throw malformed() }
      guard let start = bytes.baseAddress else { continue }
      columns[index].values = start
      columns[index].hasNulls = values < rows
      switch column.form {
      case .text: if !tellTexts(of: index, in: bytes) { areTold = false }
      case .amount: try tellAmounts(of: index, in: bytes)
      case .uuid, .integer, .time, .date, .flag: break
      }
      if areTold, values < rows, countNulls(of: index) != rows - values { areTold = false }
    }
    return areTold
  }

  private mutating func makeRoom(for rows: Int) {
    guard rows > room else { return }
    room = 2 * rows
    for index in forms.indices {
      columns[index].starts.deallocate()
      columns[index].starts = .allocate(capacity: room + 1)
    }
  }

  /// - Returns: whether there are as many texts as rows.
  private func tellTexts(of index: Int, in bytes: UnsafeRawBufferPointer) -> Bool {
    let starts = columns[index].starts
    let first = columns[index].values
    let end = first + bytes.count
    var next = first
    starts[0] = 0
    for row in 1..<count {
      guard let stop = memchr(next, Int32(LeanColumn.separator), end - next) else { return false }
      next = UnsafeRawPointer(stop) + 1
      starts[row] = UInt32(truncatingIfNeeded: next - first)
    }
    starts[count] = UInt32(truncatingIfNeeded: bytes.count + 1)
    return memchr(next, Int32(LeanColumn.separator), end - next) == nil
  }

  private func tellAmounts(
    of index: Int, in bytes: UnsafeRawBufferPointer
  ) throws(BooksError) {
    let starts = columns[index].starts
    let values = columns[index].values
    var offset = 0
    for row in 0..<count {
      starts[row] = UInt32(truncatingIfNeeded: offset)
      guard offset + 2 <= bytes.count else { throw malformed() }
      let digits = UInt16(
        bigEndian: values.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
      offset += digits == LeanColumn.noAmount ? 2 : 8 + 2 * Int(digits)
    }
    guard offset == bytes.count else { throw malformed() }
    starts[count] = UInt32(truncatingIfNeeded: offset)
  }

  /// How many of a column's values are what stands for NULL.
  private func countNulls(of column: Int) -> Int {
    (0..<count).count { row in
      switch columns[column].form {
      case .text, .uuid: id(column, row).isNull
      case .integer: integer(column, row) == nil
      case .time, .amount, .date, .flag: false
      }
    }
  }

  @inline(never)
  private func malformed() -> BooksError { CopyFormat.malformed(book) }
}

// MARK: Fields

extension GatheredRows {
  /// A text, or the 16 bytes of a uuid.
  @inline(__always)
  func id(_ column: Int, _ row: Int) -> UnsafeRawBufferPointer {
    guard columns[column].form == .uuid else { return text(column, row) }
    let uuid = UnsafeRawBufferPointer(start: columns[column].values + 16 &* row, count: 16)
    return columns[column].hasNulls && uuid.allSatisfy { $0 == 0 } ? .null : uuid
  }

  @inline(__always)
  private func text(_ column: Int, _ row: Int) -> UnsafeRawBufferPointer {
    let (start, next) = bounds(column, row)
    // What stands between two texts belongs to neither.
    let text = UnsafeRawBufferPointer(
      start: columns[column].values + start, count: next &- start &- 1)
    let isNull = columns[column].hasNulls && text.count == 1 && text[0] == LeanColumn.noText
    return isNull ? .null : text
  }

  @inline(__always)
  private func bounds(_ column: Int, _ row: Int) -> (Int, Int) {
    let starts = columns[column].starts
    return (Int(starts[row]), Int(starts[row &+ 1]))
  }

  /// Tenant, deployment and currency, in three columns from `column` on.
  @inline(__always)
  func read(_ column: Int, _ row: Int, into place: inout PlaceName) {
    place.tenant = text(column, row)
    place.deployment = text(column &+ 1, row)
    place.currency = text(column &+ 2, row)
  }

  @inline(__always)
  func integer(_ column: Int, _ row: Int) -> Int64? {
    let value = time(column, row)
    return columns[column].hasNulls && value == .min ? nil : value
  }

  /// Microseconds as PostgreSQL counts them.
  @inline(__always)
  func time(_ column: Int, _ row: Int) -> Int64 { fixed(column, row) }

  /// A numeric as PostgreSQL sends it.
  @inline(__always)
  func amount(_ column: Int, _ row: Int) -> UnsafeRawBufferPointer {
    let (start, end) = bounds(column, row)
    guard end &- start > 2 else { return .null }
    return UnsafeRawBufferPointer(start: columns[column].values + start, count: end &- start)
  }

  /// Days as PostgreSQL counts them.
  @inline(__always)
  func date(_ column: Int, _ row: Int) -> Int32 { fixed(column, row) }

  @inline(__always)
  private func fixed<Value: FixedWidthInteger & BitwiseCopyable>(
    _ column: Int, _ row: Int
  ) -> Value {
    Value(
      bigEndian: columns[column].values.loadUnaligned(
        fromByteOffset: MemoryLayout<Value>.size &* row, as: Value.self))
  }

  @inline(__always)
  func flag(_ column: Int, _ row: Int) -> Bool {
    columns[column].values.load(fromByteOffset: row, as: UInt8.self) == 1
  }
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
