import Reconciliation

/// The rows of one book on their way into a first pass: gathered where the book is read by blocks,
/// else row by row.
final class LeanReading {
  let plan: FirstPassPlan
  private let columns: [LeanColumn]
  private let connection: Connection
  private var stream: CopyStream
  private var fields: GatheredFields
  private var isGathered: Bool
  /// Blocks whose rows cannot be told from what was gathered.
  private var untold: [BlockRange] = []
  /// Of the rows that were gathered.
  private(set) var total = GatheredTotal()

  /// - Parameter amount: the column to be summed.
  init(
    _ plan: FirstPassPlan, _ columns: [LeanColumn], amount: String, on connection: Connection
  ) {
    self.plan = plan
    self.columns = columns
    self.connection = connection
    isGathered = plan.isByBlocks
    fields = GatheredFields(columns, of: connection.book)
    stream =
      plan.isByBlocks
      ? CopyStream(plan.gathered(columns, amount: amount), batch: 1, on: connection)
      : CopyStream(plan.rows(columns), on: connection)
  }

  var isDone: Bool { stream.isDone }

  func cancel() { stream.cancel() }

  /// Hands over rows that have arrived.
  ///
  /// - Parameters:
  ///   - begin: called before the first row of some blocks.
  ///   - rows: takes rows of COPY.
  ///   - gathered: takes that many rows by their fields, and tells how many of them count for the
  ///     control total.
  /// - Returns: whether any have arrived.
  func take(
    begin: (BlockRange) -> Void, rows: (CopyStream.Rows) throws -> Void,
    gathered: (Int, inout GatheredFields) throws -> Int
  ) throws -> Bool {
    guard isGathered else {
      return try stream.take(LeanPull.turn) {
        if !untold.isEmpty { begin(untold[stream.current]) }
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
    _ bytes: UnsafeRawBufferPointer, _ begin: (BlockRange) -> Void,
    _ gathered: (Int, inout GatheredFields) throws -> Int
  ) throws {
    let width = 3 + columns.reduce(0) { $0 + ($1.isCounted ? 2 : 1) }
    var row = try RowFields(bytes, count: width, of: connection.book)
    guard let first = try row.integer(), let count = try row.integer().map({ Int($0) }) else {
      throw CopyFormat.malformed(connection.book)
    }
    let sum = try row.amount()
    let blocks = plan.blocksTogether(from: Int(first))
    guard try fields.begin(count, &row) else {
      untold.append(blocks)
      return total.leaveOut(blocks)
    }
    begin(blocks)
    let counted = try gathered(count, &fields)
    try fields.end()
    if counted == count { total.add(rows: count, sum: sum) } else { total.leaveOut(blocks) }
  }

  /// Reads what could not be told from what was gathered row by row.
  /// - Returns: whether there is any.
  func beginAgain() -> Bool {
    guard isGathered, !untold.isEmpty else { return false }
    isGathered = false
    stream = CopyStream(untold.map { plan.rows(columns, where: $0.condition) }, on: connection)
    return true
  }
}
