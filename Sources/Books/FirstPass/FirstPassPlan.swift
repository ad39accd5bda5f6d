import Reconciliation

/// How one relation is read in a first pass: by ranges of its blocks where it is a plain table of
/// which most is wanted, else by conditions that an index serves.
struct FirstPassPlan {
  /// Blocks whose rows are gathered into one: so few that what comes of them fits into a socket.
  private static let blocksTogether = 16
  /// Blocks that one statement reads: enough to make the statement's own cost small.
  private static let blocksPerStatement = 1024
  /// As many rows make up for what it takes to compile a statement.
  private static let rowsToCompile = 2_000_000
  /// Blocks that one compiled statement reads, at most; seconds go by until then.
  private static let blocksPerCompiled = 1 << 18
  /// A smaller part of a table is read by index.
  private static let smallPart = 4

  private let parts: [Part]
  /// The SELECT that the conditions are meant for.
  private let select: String
  /// Of all that is wanted.
  let condition: String
  /// Rows, as the planner estimates them; `nil` where it does not.
  let estimate: Int?
  /// How many blocks the table has; `nil` where it is not read by them.
  let blocks: Int?

  init(
    heap: Heap?, select: String, parts: [Part], on connection: Connection
  ) throws(BooksError) {
    self.parts = parts
    condition = Part.either(parts)
    let outlook = try Outlook(of: parts, in: heap?.select ?? select, connection)
    estimate = outlook.rows
    guard let heap, try !outlook.isSmall(of: heap, connection) else {
      self.select = select
      blocks = nil
      return
    }
    self.select = heap.select
    blocks = try heap.blocks(on: connection)
  }

  var isByBlocks: Bool { blocks != nil }

  /// Whether the server is asked to compile the statements, where it can.
  var isCompiled: Bool { isByBlocks && estimate ?? 0 >= Self.rowsToCompile }

  /// The blocks from `first` on whose rows come together.
  func blocksTogether(from first: Int) -> BlockRange {
    let end = first + Self.blocksTogether
    return BlockRange(start: first, end: end < blocks ?? 0 ? end : nil)
  }

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
}

// MARK: Statements

extension FirstPassPlan {
  /// COPYs of all that is wanted, row by row: one for each part.
  func rows(_ columns: [LeanColumn]) -> [String] {
    parts.map { copy(columns, $0.prefix, $0.condition) }
  }

  /// A COPY, row by row, of what fulfils another condition too.
  func rows(_ columns: [LeanColumn], where other: String) -> String {
    copy(columns, "", "\(other) and (\(condition))")
  }

  private func copy(_ columns: [LeanColumn], _ prefix: String, _ condition: String) -> String {
    """
    copy (\(prefix) select \(columns.map(\.expression).joined(separator: ", "))
    from (\(select)
    ) r where \(condition)) to stdout (format binary)
    """
  }

  /// COPYs of all that is wanted, gathered: of blocks that come together the first, how many rows it has,
  /// the sum of their amounts, and the columns.
  func gathered(_ columns: [LeanColumn], amount: String) -> [String] {
    let blocks = max(blocks ?? 0, 1)
    let aggregates = ["count(*)", "sum(\(amount))"] + columns.flatMap(\.gathered)
    return stride(from: 0, to: blocks, by: blocksPerStatement).map { start in
      let last = min(start + blocksPerStatement, blocks) - 1
      return """
        copy (select s.first, r.* from (
          select first, format('(%s,0)', first)::tid as low,
            case when first + \(Self.blocksTogether) < \(blocks)
              then format('(%s,0)', first + \(Self.blocksTogether)) else '\(BlockRange.end)'
              end::tid as high
          from generate_series(\(start)::bigint, \(last), \(Self.blocksTogether)) as first
        ) s, lateral (
          select \(aggregates.joined(separator: ",\n"))
          from (\(select)
          ) r where \(Heap.place) >= s.low and \(Heap.place) < s.high and (\(condition))
        ) r) to stdout (format binary)
        """
    }
  }

  /// Statements of about the same size.
  private var blocksPerStatement: Int {
    guard isCompiled, let blocks else { return Self.blocksPerStatement }
    let statements = (blocks - 1) / Self.blocksPerCompiled + 1
    let each = (blocks - 1) / statements + 1
    return (each - 1) / Self.blocksTogether * Self.blocksTogether + Self.blocksTogether
  }
}
