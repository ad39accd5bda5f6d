import Accounting
import Reconciliation

/// Reads the fields of a row one after another, in the order of the columns asked for.
///
/// A value that cannot be judged does not stop the row: the reader notes the first such problem
/// and goes on with a stand-in, so that the row can be set aside with all that it does tell. Bytes
/// that cannot be of the column's type are thrown: then it is not the row that is wrong.
struct FieldReader {
  private let relation: Relation
  private let names: [String]
  private let isUUID: [Bool]
  private var fields = UnsafeBufferPointer<UnsafeRawBufferPointer?>(start: nil, count: 0)
  private var position = 0
  private var strings = StringCache()
  private var currencies = Memo<Currency?>()
  /// What is wrong with the row, in words; `nil` = nothing so far.
  private(set) var problem: String?

  /// - Parameters:
  ///   - columns: `nil` = all that the relation is read for.
  ///   - uuids: the id columns of type uuid.
  init(_ relation: Relation, columns: [ContractColumn]? = nil, uuids: Set<String> = []) {
    self.relation = relation
    names = (columns ?? relation.columnsRead).map(\.name)
    isUUID = names.map(uuids.contains)
  }

  mutating func start(_ row: borrowing CopyRow) throws(BooksError) {
    guard row.fields.count == names.count else {
      throw BooksError(
        .data, "\(relation.rawValue): \(row.fields.count) columns arrived, not \(names.count)",
        hint: "run `tieout check`")
    }
    fields = row.fields
    position = 0
    problem = nil
  }

  mutating func note(_ words: String) { if problem == nil { problem = words.onOneLine } }

  /// Takes back what was noted since the problem was this one.
  mutating func note(only problem: String?) { self.problem = problem }

  var name: String { names[position - 1] }

  mutating func next() -> UnsafeRawBufferPointer? {
    position += 1
    return fields[position - 1]
  }

  /// The next field of a column that may not be NULL.
  mutating func required() -> UnsafeRawBufferPointer? {
    let field = next()
    if field == nil { note("\(name) is NULL") }
    return field
  }

  func wrongLength(_ field: UnsafeRawBufferPointer, _ type: String) -> BooksError {
    BooksError(
      .data, "\(relation.rawValue).\(name): \(field.count) bytes arrived, which is no \(type)",
      hint: "run `tieout check`: it names each column of the wrong type")
  }
}

extension FieldReader {
  mutating func text() -> String { required().map { string($0) } ?? "" }

  mutating func optionalText() -> String? { next().map { string($0) } }

  /// A text as it stands, or the one text of a uuid.
  mutating func id() throws(BooksError) -> String {
    guard let field = required() else { return "" }
    return try id(field)
  }

  mutating func optionalID() throws(BooksError) -> String? {
    guard let field = next() else { return nil }
    return try id(field)
  }

  private mutating func id(_ field: UnsafeRawBufferPointer) throws(BooksError) -> String {
    guard isUUID[position - 1] else { return string(field) }
    guard field.count == UUIDText.width, let uuid = field.baseAddress else {
      throw wrongLength(field, "uuid")
    }
    return UUIDText.text(uuid)
  }

  private mutating func string(_ field: UnsafeRawBufferPointer) -> String {
    if let string = strings.string(field) { return string }
    note("\(name) is not valid UTF-8")
    return String(decoding: field, as: UTF8.self)
  }

  /// `nil` with a problem noted when it is no currency.
  mutating func currency() -> Currency? {
    guard let field = required() else { return nil }
    var code = field
    while code.last == UInt8(ascii: " ") {  // char(3) is padded
      code = UnsafeRawBufferPointer(rebasing: code.dropLast())
    }
    let currency = currencies.value(for: code) { Currency(String(decoding: $0, as: UTF8.self)) }
    if currency == nil {
      let text = String(decoding: code.prefix(40), as: UTF8.self)
      note("\(name) '\(text)' is not a currency of ISO 4217")
    }
    return currency
  }

  mutating func integer() throws(BooksError) -> Int64 {
    guard let field = required() else { return 0 }
    return try integer(field)
  }

  mutating func optionalInteger() throws(BooksError) -> Int64? {
    guard let field = next() else { return nil }
    return try integer(field)
  }

  private func integer(_ field: UnsafeRawBufferPointer) throws(BooksError) -> Int64 {
    switch field.count {
    case 2: return Int64(Int16(bigEndian: field.loadUnaligned(as: Int16.self)))
    case 4: return Int64(Int32(bigEndian: field.loadUnaligned(as: Int32.self)))
    case 8: return Int64(bigEndian: field.loadUnaligned(as: Int64.self))
    default: throw wrongLength(field, "integer")
    }
  }

  mutating func boolean() throws(BooksError) -> Bool {
    guard let field = required() else { return false }
    guard field.count == 1 else { throw wrongLength(field, "boolean") }
    return field[0] != 0
  }
}

extension FieldReader {
  mutating func amount() throws(BooksError) -> Money? {
    guard let field = required() else { return nil }
    return try amount(field)
  }

  mutating func optionalAmount() throws(BooksError) -> Money? {
    guard let field = next() else { return nil }
    return try amount(field)
  }

  private mutating func amount(_ field: UnsafeRawBufferPointer) throws(BooksError) -> Money? {
    do throws(MoneyError) {
      return try PostgresNumeric.decode(field)
    } catch {
      switch error {
      case .notADecimal: throw wrongLength(field, "numeric")
      case .notFinite(let value): note("\(name) is \(value)")
      case .overflow(let value): note("\(name) \(value) is 10^20 or more")
      case .lostDigits(let value):
        note("\(name) \(value) needs more than \(Money.scale) decimals")
      }
      return nil
    }
  }
}
