import Accounting
import Reconciliation

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

/// A small part of a table, sliced by the time that an index has its rows by: so fine that what comes
/// of a slice fits into a socket, where the rows are spread about evenly.
struct TimeSlices {
  /// Rows of a slice, as far as can be told before.
  private static let rowsEach = 512
  /// A slice of more is not gathered: no row that comes is to take much memory.
  static let mostRows = 4096
  private static let fewest = 16
  /// Fewer rows are not worth the looks it takes, and more would take a statement of megabytes.
  private static let rowsToSlice = 128...1 << 22

  let part: Part
  let column: String
  let slices: [TimeSlice]

  /// - Parameters:
  ///   - rows: as the planner estimates them.
  ///   - cuts: where a slice has to end.
  ///   - select: the SELECT that the part is of.
  /// - Returns: `nil` where the part is not one to be sliced.
  init?(
    _ part: Part, rows: Int?, cuts: [Instant], of select: String, on connection: Connection
  ) throws(BooksError) {
    guard let column = part.time, let rows, Self.rowsToSlice.contains(rows) else { return nil }
    let ends = ["min", "max"].map { "(extract(epoch from \($0)(\(column))) * 1000000)::bigint" }
    let result = try connection.query(
      """
      select \(ends.joined(separator: ", ")) from (\(select)
      ) r where \(part.condition) and \(column) < '\(Plainness.lastYear)-01-01+00'::timestamptz
      """)
    guard let first = result.text(0, 0).flatMap({ Int64($0) }),
      let last = result.text(0, 1).flatMap({ Int64($0) })
    else { return nil }
    self.part = part
    self.column = column
    let count = Int64(max(Self.fewest, rows / Self.rowsEach))
    let width = max((last - first) / count, 1)
    let even = stride(from: first + width, through: last, by: Int64.Stride(width))
      .map { Instant(microseconds: $0) }
    let bounds = Set(even).union(cuts).sorted()
    slices = zip([nil] + bounds, bounds + [nil]).map {
      TimeSlice(column: column, start: $0, end: $1)
    }
  }

  /// The slices as a relation `s` of number, from one on, and bounds.
  var relation: String {
    let bounds = [slices.map(\.low), slices.map(\.high)].map { bounds in
      "'{\(bounds.map { "\"\($0)\"" }.joined(separator: ","))}'::timestamptz[]"
    }
    return "unnest(\(bounds.joined(separator: ",\n"))) with ordinality as s(low, high, number)"
  }
}
