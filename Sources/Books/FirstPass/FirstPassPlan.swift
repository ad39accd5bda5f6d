import Accounting
import Reconciliation

/// How one relation is read in a first pass: by ranges of its blocks where it is a plain table of
/// which most is wanted, else by conditions that an index serves, and by slices of time where one can
/// be made of such a condition.
struct FirstPassPlan {
  /// Blocks whose rows are gathered into one: so few that what comes of them fits into a socket.
  private static let blocksTogether = 16
  /// Blocks that one statement reads: enough to make the statement's own cost small.
  private static let blocksPerStatement = 1024
  /// Blocks that one compiled statement reads, at most; seconds go by until then.
  private static let blocksPerCompiled = 1 << 18
  /// A smaller part of a table is read by index.
  private static let smallPart = 4

  private enum Way {
    /// So many blocks.
    case byBlocks(Int)
    case bySlices(TimeSlices)
    case byRows
  }

  private let way: Way
  private let parts: [Part]
  /// The SELECT that the conditions are meant for.
  private let select: String
  /// Where the rows lie that the control total is of; `nil` = all are of it.
  private let window: Range<Instant>?
  /// Rows, as the planner estimates them; `nil` where it does not.
  let estimate: Int?
  private let rowsToCompile: Int

  /// - Parameters:
  ///   - window: where the rows lie that the control total is of; `nil` = all are of it.
  ///   - rowsToCompile: as many make up for what it takes to compile a statement.
  init(
    heap: Heap?, select: String, parts: [Part], window: Range<Instant>? = nil,
    rowsToCompile: Int, on connection: Connection
  ) throws(BooksError) {
    self.parts = parts
    self.window = window
    self.rowsToCompile = rowsToCompile
    let outlook = try Outlook(of: parts, in: heap?.select ?? select, connection)
    estimate = outlook.rows
    guard let heap else {
      self.select = select
      way = .byRows
      return
    }
    guard try outlook.isSmall(of: heap, connection) else {
      self.select = heap.select
      way = .byBlocks(try heap.blocks(on: connection))
      return
    }
    self.select = select
    let slices = try TimeSlices(
      parts[0], rows: outlook.rows, cuts: window.map { [$0.lowerBound, $0.upperBound] } ?? [],
      of: select, on: connection)
    if let slices, try slices.areServed(by: heap, on: connection) {
      way = .bySlices(slices)
    } else {
      way = .byRows
    }
  }

  var isByBlocks: Bool {
    if case .byBlocks = way { true } else { false }
  }

  /// Whether rows come gathered, those without a finite time perhaps left to the end.
  var isGathered: Bool {
    if case .byRows = way { false } else { true }
  }

  /// Whether the server is asked to compile the statements, where it can.
  var isCompiled: Bool { isByBlocks && estimate ?? 0 >= rowsToCompile }

  /// The piece that a gathered row tells by its number.
  func piece(_ number: Int) -> Piece? {
    switch way {
    case .byBlocks(let blocks):
      let end = number + Self.blocksTogether
      return .blocks(BlockRange(start: number, end: end < blocks ? end : nil))
    case .bySlices(let slices):
      return slices.slices.indices.contains(number - 1) ? .slice(slices.slices[number - 1]) : nil
    case .byRows: return nil
    }
  }

  /// Whether a piece's rows can be told from what was gathered.
  func isWhole(_ rows: Int) -> Bool {
    if case .bySlices = way { rows <= TimeSlices.mostRows } else { true }
  }

  /// Whether none of a piece's rows is of the control total.
  func isUncounted(_ piece: Piece) -> Bool {
    if case .slice(let slice) = piece, let window { slice.isOutside(of: window) } else { false }
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
  func rows(_ columns: [LeanColumn]) -> [String] { parts.map { rows(columns, of: $0) } }

  /// COPYs, row by row, of what is wanted and not gathered.
  func ungathered(_ columns: [LeanColumn]) -> [String] {
    switch way {
    case .byBlocks: []
    case .bySlices(let slices):
      ([slices.part.beyondTime] + parts.dropFirst()).map { rows(columns, of: $0) }
    case .byRows: rows(columns)
    }
  }

  /// A COPY, row by row, of what was to be gathered.
  func rows(_ columns: [LeanColumn], of piece: Piece) -> String {
    let condition =
      if case .bySlices(let slices) = way { slices.part.condition } else { Part.either(parts) }
    return rows(columns, of: Part(condition: "\(piece.condition) and (\(condition))"))
  }

  /// A COPY, row by row, of what fulfils another condition too.
  func rows(_ columns: [LeanColumn], where other: String) -> String {
    rows(columns, of: Part(condition: "\(other) and (\(Part.either(parts)))"))
  }

  private func rows(_ columns: [LeanColumn], of part: Part) -> String {
    """
    copy (\(part.prefix) select \(columns.map(\.expression).joined(separator: ", "))
    from (\(select)
    ) r where \(part.condition)) to stdout (format binary)
    """
  }

  /// COPYs of what is gathered, a row for each piece: its number, how many rows it has, the sum of
  /// their amounts, and the columns.
  func gathered(_ columns: [LeanColumn], amount: String) -> [String] {
    let aggregates = ["count(*)", "sum(\(amount))"] + columns.flatMap(\.gathered)
    switch way {
    case .byBlocks(let blocks):
      return stride(from: 0, to: max(blocks, 1), by: blocksPerStatement(blocks)).map { start in
        let last = min(start + blocksPerStatement(blocks), max(blocks, 1)) - 1
        return "copy (\(gathered(aggregates, from: start, through: last, of: blocks))) \(Self.out)"
      }
    case .bySlices(let slices):
      return ["copy (\(slices.gathered(aggregates))) \(Self.out)"]
    case .byRows: return []
    }
  }

  private static let out = "to stdout (format binary)"

  private func gathered(
    _ aggregates: [String], from start: Int, through last: Int, of blocks: Int
  ) -> String {
    """
    select s.first, r.* from (
      select first, format('(%s,0)', first)::tid as low,
        case when first + \(Self.blocksTogether) < \(blocks)
          then format('(%s,0)', first + \(Self.blocksTogether)) else '\(BlockRange.end)'
          end::tid as high
      from generate_series(\(start)::bigint, \(last), \(Self.blocksTogether)) as first
    ) s, lateral (
      select \(aggregates.joined(separator: ",\n"))
      from (\(select)
      ) r where \(Heap.place) >= s.low and \(Heap.place) < s.high and (\(Part.either(parts)))
    ) r
    """
  }

  /// Of statements of about the same size.
  private func blocksPerStatement(_ blocks: Int) -> Int {
    guard isCompiled else { return Self.blocksPerStatement }
    let statements = (blocks - 1) / Self.blocksPerCompiled + 1
    let each = (blocks - 1) / statements + 1
    return (each - 1) / Self.blocksTogether * Self.blocksTogether + Self.blocksTogether
  }
}
