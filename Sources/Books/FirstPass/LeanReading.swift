import Reconciliation

/// The rows of one book on their way into a first pass: gathered where its plan has a way to, else row
/// by row.
final class LeanReading {
  let plan: FirstPassPlan
  private let columns: [LeanColumn]
  private let connection: Connection
  private var stream: CopyStream
  private var gatheredRows: GatheredRows
  private var isGathered: Bool
  /// Pieces whose rows cannot be told from what was gathered.
  private var untold: [Piece] = []
  /// Of the rows that were gathered.
  private(set) var total: GatheredTotal

  /// - Parameter amount: the column to be summed.
  init(
    _ plan: FirstPassPlan, _ columns: [LeanColumn], amount: String, on connection: Connection
  ) {
    self.plan = plan
    self.columns = columns
    self.connection = connection
    isGathered = plan.isGathered
    gatheredRows = GatheredRows(columns, of: connection.book)
    total = GatheredTotal(isByTime: !plan.isByBlocks)
    stream =
      plan.isGathered
      ? CopyStream(plan.gathered(columns, amount: amount), batch: 1, on: connection)
      : CopyStream(plan.rows(columns), on: connection)
  }

  var isDone: Bool { stream.isDone }

  func cancel() { stream.cancel() }

  /// Hands over rows that have arrived.
  ///
  /// - Parameters:
  ///   - begin: called before the first row of a piece.
  ///   - rows: takes rows of COPY.
  ///   - gathered: takes rows that were gathered, and tells how many of them count for the control
  ///     total.
  /// - Returns: whether any have arrived.
  func take(
    begin: (Piece) -> Void, rows: (CopyStream.Rows) throws -> Void,
    gathered: (borrowing GatheredRows) throws -> Int
  ) throws -> Bool {
    guard isGathered else {
      return try stream.take(LeanPull.turn) {
        if stream.current < untold.count { begin(untold[stream.current]) }
      } receive: {
        try rows($0)
      } > 0
    }
    return try stream.take(1) {
    } receive: { rows in
      for row in rows { try take(row, begin, gathered) }
    } > 0
  }

  private func take(
    _ bytes: UnsafeRawBufferPointer, _ begin: (Piece) -> Void,
    _ gathered: (borrowing GatheredRows) throws -> Int
  ) throws {
    let width = 3 + columns.reduce(0) { $0 + ($1.isCounted ? 2 : 1) }
    var row = try RowFields(bytes, count: width, of: connection.book)
    guard let number = try row.integer(), let piece = plan.piece(Int(number)),
      let count = try row.integer().map({ Int($0) })
    else { throw CopyFormat.malformed(connection.book) }
    let sum = try row.field()
    guard plan.isWhole(count), try gatheredRows.read(count, &row) else {
      untold.append(piece)
      return total.leaveOut(piece)
    }
    begin(piece)
    let counted = try gathered(gatheredRows)
    if counted == count {
      total.add(rows: count, sum: sum)
    } else if counted > 0 || !plan.isUncounted(piece) {
      total.leaveOut(piece)
    }
  }

  /// Reads row by row what was not gathered, and what could not be told from what was.
  /// - Returns: whether there is any.
  func beginAgain() -> Bool {
    guard isGathered else { return false }
    let statements = untold.map { plan.rows(columns, of: $0) } + plan.ungathered(columns)
    guard !statements.isEmpty else { return false }
    isGathered = false
    stream = CopyStream(statements, on: connection)
    return true
  }
}
