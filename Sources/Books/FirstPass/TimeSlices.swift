import Accounting
import Reconciliation

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
  let slices: [TimeSlice]
  private let column: String
  /// The SELECT that the part is of.
  private let select: String

  /// - Parameters:
  ///   - rows: as the planner estimates them.
  ///   - cuts: where a slice has to end.
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
    self.select = select
    let count = Int64(max(Self.fewest, rows / Self.rowsEach))
    let width = max((last - first) / count, 1)
    let even = stride(from: first + width, through: last, by: Int(width))
      .map { Instant(microseconds: $0) }
    let bounds = Set(even).union(cuts).sorted()
    slices = zip([nil] + bounds, bounds + [nil]).map {
      TimeSlice(column: column, start: $0, end: $1)
    }
  }

  /// Whether an index that has its rows by time finds those of a slice, whatever columns are asked for.
  func areServed(by heap: Heap, on connection: Connection) throws(BooksError) -> Bool {
    let plan = try connection.query("explain \(gathered(["count(r)"]))")
    let lines = (0..<plan.rowCount).compactMap { plan.text($0, 0) }
    let keys = try heap.firstKeys(on: connection)
    return lines.contains { line in
      line.contains("Index Cond: (") && keys.contains { line.contains("(\($0) >= s.low)") }
    } && !lines.contains { $0.contains("Seq Scan") }
  }

  /// A SELECT of each slice's number, from one on, and of its rows' aggregates.
  func gathered(_ aggregates: [String]) -> String {
    """
    select s.number, r.* from \(relation), lateral (
      select \(aggregates.joined(separator: ",\n")) from (
        select * from (\(select)
        ) r where \(column) >= s.low and \(column) < s.high and (\(part.condition))
        limit \(Self.mostRows + 1)
      ) r
    ) r
    """
  }

  /// The slices as a relation `s` of number and bounds.
  private var relation: String {
    let bounds = [slices.map(\.low), slices.map(\.high)].map { bounds in
      "'{\(bounds.map { "\"\($0)\"" }.joined(separator: ","))}'::timestamptz[]"
    }
    return "unnest(\(bounds.joined(separator: ",\n"))) with ordinality as s(low, high, number)"
  }
}
