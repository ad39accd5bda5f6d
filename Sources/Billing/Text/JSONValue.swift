import Accounting

/// A JSON document (RFC 8259) as it was written: numbers keep their text, objects the order of their
/// keys. Foundation's readers take a number through binary floating point or 38 digits; this one
/// gives it to whoever knows what it is to be, as `DecimalNumber` or as an integer.
///
/// ```swift
/// let row = try JSONValue(parsing: line)
/// let tokens = row["input_tokens"]?.number?.integer      // Int64, `nil` if it is none
/// let charge = try row["charge"]?.number?.money()        // exact, or `MoneyError`
/// ```
///
/// Stricter than most readers where leniency would lose something: a key that an object names twice is
/// an error, and so is a surrogate without its other half.
package enum JSONValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  case number(DecimalNumber)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)

  /// - Parameter text: one document in UTF-8, with or without a byte order mark.
  package init(parsing text: some Collection<UInt8>) throws(JSONError) {
    var parser = JSONParser(text)
    self = try parser.document()
  }

  package init(parsing text: String) throws(JSONError) { try self.init(parsing: text.utf8) }

  package var isNull: Bool { self == .null }

  package var boolean: Bool? {
    if case .boolean(let value) = self { value } else { nil }
  }

  package var number: DecimalNumber? {
    if case .number(let value) = self { value } else { nil }
  }

  package var string: String? {
    if case .string(let value) = self { value } else { nil }
  }

  package var array: [JSONValue]? {
    if case .array(let value) = self { value } else { nil }
  }

  package var object: JSONObject? {
    if case .object(let value) = self { value } else { nil }
  }

  /// The member of an object; `nil` for whatever is no object, or has no such key.
  package subscript(key: String) -> JSONValue? { object?[key] }

  /// What kind of value it is, in words for an error: `a string`.
  package var kind: String {
    switch self {
    case .null: "null"
    case .boolean: "true or false"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

/// The members of a JSON object, in the order in which they were written.
package struct JSONObject: Hashable, Sendable {
  package private(set) var keys: [String] = []
  private var values: [String: JSONValue] = [:]

  package init() {}

  package subscript(key: String) -> JSONValue? { values[key] }

  /// - Returns: whether the key is new; what stood there stays otherwise.
  package mutating func add(_ value: JSONValue, for key: String) -> Bool {
    guard values[key] == nil else { return false }
    keys.append(key)
    values[key] = value
    return true
  }

  package var members: [(key: String, value: JSONValue)] {
    keys.map { (key: $0, value: values[$0] ?? .null) }
  }
}

/// Why a text is no JSON, and where.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  package let reason: String
  /// Both counted from 1; a column is a byte.
  package let line: Int
  package let column: Int

  package var description: String { "line \(line), column \(column): \(reason)" }
}
