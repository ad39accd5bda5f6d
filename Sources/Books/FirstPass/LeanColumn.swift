/// A column of a first pass, as it is asked for: in rows, or gathered.
///
/// Gathered, all values of a column come as one: a row of COPY, and each of its fields, costs the
/// server several times what it takes to put one more value behind another.
package struct LeanColumn {
  package enum Form {
    /// Each value ends where the next begins.
    case text
    case uuid
    /// Eight bytes.
    case integer
    /// Eight bytes; NULL is `-infinity`, which tells no more.
    case time
    /// As PostgreSQL sends a numeric, which tells its own length.
    case amount
    /// Four bytes; NULL is `-infinity`, which tells no more.
    case date
    /// One byte; NULL is false.
    case flag
  }

  /// Stands between the texts of a column. No text is likely to hold it; where one does, there are
  /// more texts than rows.
  static let separator = UInt8(ascii: "\n")
  /// Stands for a text that is NULL. Where a text holds it, there are more of them than NULLs.
  static let noText: UInt8 = 1
  /// Stands for the first word of an amount, the number of its digits, where there is none.
  static let noAmount = UInt16.max

  let expression: String
  let form: Form
  /// Whether there may be NULLs, and it matters.
  let mayBeNull: Bool

  package init(_ expression: String, _ form: Form, mayBeNull: Bool = false) {
    self.expression = expression
    self.form = form
    self.mayBeNull = mayBeNull
  }

  /// Whether what stands for NULL may be a value too, so that the NULLs have to be counted.
  var isCounted: Bool {
    switch form {
    case .text, .uuid, .integer: mayBeNull
    case .time, .amount, .date, .flag: false
    }
  }

  /// The expressions of an aggregate: all values one after the other, what stands for NULL among
  /// them; then, where these are counted, how many are not NULL.
  var gathered: [String] {
    let value =
      switch form {
      case .text: mayBeNull ? "coalesce(\(expression), E'\\x01')" : expression
      case .uuid: mayBeNull ? orElse("uuid_send", bytes: 16) : "uuid_send(\(expression))"
      case .integer: mayBeNull ? orElse("int8send", "80", bytes: 8) : "int8send(\(expression))"
      case .time: orElse("timestamptz_send", "80", bytes: 8)
      case .amount: orElse("numeric_send", "ffff", bytes: 2)
      case .date: orElse("date_send", "80", bytes: 4)
      case .flag: orElse("boolsend", bytes: 1)
      }
    // Nothing costs less between values than an empty one.
    let all = "string_agg(\(value), \(form == .text ? "E'\\n'" : "null"))"
    return isCounted ? [all, "count(\(expression))"] : [all]
  }

  private func orElse(_ send: String, _ first: String = "", bytes: Int) -> String {
    let standIn = first + String(repeating: "0", count: 2 * bytes - first.utf8.count)
    return "coalesce(\(send)(\(expression)), decode('\(standIn)', 'hex'))"
  }
}
