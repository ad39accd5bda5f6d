import Accounting

/// What is gathered into one row: some blocks of a table, or a slice of time.
enum Piece: Hashable {
  case blocks(BlockRange)
  case slice(TimeSlice)

  /// Of its rows.
  var condition: String {
    switch self {
    case .blocks(let blocks): blocks.condition
    case .slice(let slice): slice.condition
    }
  }

  /// Takes in the next piece, where that begins where this one ends.
  /// - Returns: whether it did.
  mutating func extend(by next: Piece) -> Bool {
    switch (self, next) {
    case (.blocks(let blocks), .blocks(let more)) where blocks.end == more.start:
      self = .blocks(BlockRange(start: blocks.start, end: more.end))
    case (.slice(let slice), .slice(let more)) where slice.end != nil && slice.end == more.start:
      self = .slice(TimeSlice(column: slice.column, start: slice.start, end: more.end))
    default: return false
    }
    return true
  }
}

/// Rows of a finite time from `start` to before `end`; without them, from the first and to the last.
struct TimeSlice: Hashable {
  let column: String
  var start: Instant?
  var end: Instant?

  var condition: String {
    "\(column) >= '\(low)'::timestamptz and \(column) < '\(high)'::timestamptz"
  }
  var low: String { start?.description ?? "-infinity" }
  var high: String { end?.description ?? "infinity" }

  /// Whether it lies on one side of a window.
  func isOutside(of window: Range<Instant>) -> Bool {
    end.map { $0 <= window.lowerBound } ?? false || start.map { $0 >= window.upperBound } ?? false
  }
}
