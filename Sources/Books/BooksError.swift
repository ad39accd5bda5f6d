/// Why a book could not be read or written, in words for the person who can put it right. It never
/// holds a password or a connection string.
package struct BooksError: Error, Hashable, Sendable {
  package enum Category: String, Hashable, Sendable {
    /// No connection, or it was lost: try again later.
    case unavailable
    /// Someone else was in the way: worth a retry.
    case conflict
    /// A name, a right or a setting is wrong.
    case configuration
    /// The server answers, but what it holds cannot be judged or posted.
    case data
  }

  package var category: Category
  /// What happened, and where; one line.
  package var what: String
  /// What to do about it; one line.
  package var hint: String
  /// The server's error code, where the server spoke.
  package var sqlState: String?
  /// Whether the connection went while a transaction was being committed, so that nobody knows
  /// whether it was.
  package var leavesOutcomeOpen = false

  package init(_ category: Category, _ what: String, hint: String, sqlState: String? = nil) {
    self.category = category
    self.what = what.onOneLine
    self.hint = hint.onOneLine
    self.sqlState = sqlState
  }
}

extension BooksError: CustomStringConvertible {
  package var description: String { "\(what) (hint: \(hint))" }
}

extension String {
  /// Server messages and names may hold anything: control characters and line ends become blanks.
  var onOneLine: String {
    var line = ""
    for scalar in unicodeScalars {
      let isControl = scalar.properties.generalCategory == .control
      if isControl || scalar == "\u{2028}" || scalar == "\u{2029}" {
        if line.unicodeScalars.last != " " { line.append(" ") }
      } else {
        line.unicodeScalars.append(scalar)
      }
    }
    while line.unicodeScalars.last == " " { line.unicodeScalars.removeLast() }
    return line
  }
}
