/// What `tieout check` says about one thing a run needs.
package struct Finding: Hashable, Sendable {
  package enum Verdict: String, Hashable, Sendable {
    case ok
    /// A run works, but not as well or as safely as it could.
    case advice
    /// A run fails.
    case fault
  }

  package var verdict: Verdict
  package var what: String
  /// What to do about it; `nil` = nothing.
  package var hint: String?

  package init(_ verdict: Verdict, _ what: String, hint: String? = nil) {
    self.verdict = verdict
    self.what = what.onOneLine
    self.hint = hint?.onOneLine
  }

  package var ok: Bool { verdict != .fault }
}

extension Finding {
  init(_ error: BooksError) { self.init(.fault, error.what, hint: error.hint) }
}

/// The name among `names` that is most like `name`, where one is like it at all.
func nearest(_ name: String, among names: [String]) -> String? {
  let ranked = names.map { ($0, distance(Array(name.utf8), Array($0.utf8))) }
    .min { ($0.1, $0.0) < ($1.1, $1.0) }
  guard let (found, edits) = ranked, edits <= max(2, name.utf8.count / 3) else { return nil }
  return found
}

/// The number of bytes to insert, delete or change.
private func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var row = Array(0...right.count)
  for (line, byte) in left.enumerated() {
    var diagonal = row[0]
    row[0] = line + 1
    for column in right.indices {
      let cost = diagonal + (byte == right[column] ? 0 : 1)
      diagonal = row[column + 1]
      row[column + 1] = min(cost, row[column] + 1, row[column + 1] + 1)
    }
  }
  return row[right.count]
}
