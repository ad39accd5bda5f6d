import Reconciliation

/// How one relation is read in a first pass: range by range of its blocks where it is a plain table
/// of which most is wanted, else by conditions that an index serves.
struct FirstPassPlan {
  /// Blocks that one statement reads: enough to make the statement's own cost small.
  private static let blocksPerStatement = 512
  /// A smaller part of a table is read by index.
  private static let smallPart = 4

  enum Slice {
    /// Blocks from `start` to before `end`; the last slice has no end.
    case blocks(start: Int, end: Int?)
    case part(Part)
  }

  let slices: [Slice]
  /// The SELECT that the slices' conditions are meant for.
  let select: String
  let condition: String

  /// Rows, as the planner estimates them; `nil` where it does not.
  let estimate: Int?
  /// How many blocks the table has; `nil` where it is not read by them.
  let blocks: Int?

  init(
    heap: Heap?, select: String, parts: [Part], on connection: Connection
  ) throws(BooksError) {
    condition = Part.either(parts)
    let outlook = try Outlook(of: parts, in: heap?.select ?? select, connection)
    estimate = outlook.rows
    guard let heap, try !outlook.isSmall(of: heap, connection) else {
      self.select = select
      slices = parts.map { .part($0) }
      blocks = nil
      return
    }
    self.select = heap.select
    let blocks = try heap.blocks(on: connection)
    self.blocks = blocks
    let size = FirstPassPlan.blocksPerStatement
    slices = stride(from: 0, to: max(blocks, 1), by: size).map { start in
      .blocks(start: start, end: start + size < blocks ? start + size : nil)
    }
  }

  /// The blocks of each slice.
  var ranges: [Range<Int>] {
    slices.compactMap { slice in
      guard case .blocks(let start, let end) = slice, let blocks else { return nil }
      return start..<(end ?? blocks)
    }
  }

  /// Whether the slices are ranges of blocks.
  var isByBlocks: Bool { blocks != nil }

  /// What the server's planner makes of the parts.
  private struct Outlook {
    private(set) var rows: Int? = 0
    private var goesThroughAll = false

    init(
      of parts: [Part], in select: String, _ connection: Connection
    ) throws(BooksError) {
      for part in parts {
        let plan = try connection.query(
          "explain \(part.prefix) select 1 from (\(select)\n) r where \(part.condition)")
        let more = plan.scalar.flatMap { FirstPassPlan.number(after: "rows=", in: $0) }
        rows = rows.flatMap { rows in more.map { rows + $0 } }
        for row in 0..<plan.rowCount where plan.text(row, 0)?.contains("Seq Scan") ?? false {
          goesThroughAll = true
        }
      }
    }

    /// Whether the server would read a small part of the table, and without going through all of it.
    func isSmall(of heap: Heap, _ connection: Connection) throws(BooksError) -> Bool {
      guard !goesThroughAll, let rows else { return false }
      let all = try connection.query(
        "select reltuples::bigint from pg_class where oid = $1::regclass", [heap.table])
      return rows * FirstPassPlan.smallPart < Int(all.scalar ?? "") ?? 0
    }
  }

  private static func number(after mark: String, in text: String) -> Int? {
    var rest = text[...]
    while !rest.isEmpty, !rest.hasPrefix(mark) { rest = rest.dropFirst() }
    return Int(rest.dropFirst(mark.count).prefix { $0.isNumber })
  }

  /// One COPY for each slice.
  func statements(_ columns: String) -> [String] {
    slices.map { slice in
      switch slice {
      case .blocks(let start, let end):
        copy(columns, "", "\(Heap.condition(from: start, to: end)) and (\(condition))")
      case .part(let part): copy(columns, part.prefix, part.condition)
      }
    }
  }

  func copy(_ columns: String, _ prefix: String, _ condition: String) -> String {
    """
    copy (\(prefix) select \(columns) from (\(select)
    ) r where \(condition)) to stdout (format binary)
    """
  }
}
