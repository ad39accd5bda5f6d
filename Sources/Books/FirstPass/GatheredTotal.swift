import Accounting
import Reconciliation

/// What the server counted and summed of the rows that it gathered.
struct GatheredTotal {
  /// Whether it is of slices of time, which leave the rows without a finite time to others.
  let isByTime: Bool
  /// `nil` once there was a sum that is no number, or more than `Money` holds: it is to be made
  /// again, with a look at each amount.
  private(set) var total: ControlTotal? = ControlTotal()
  /// Pieces that are to be counted yet, in order.
  private(set) var leftOut: [Piece] = []

  init(isByTime: Bool) { self.isByTime = isByTime }

  /// - Parameter sum: a numeric as the server sends it; of no memory for none.
  mutating func add(rows: Int, sum: UnsafeRawBufferPointer) {
    guard let total,
      let amount = sum.isNull ? .zero : try? PostgresNumeric.decode(sum),
      let sum = try? total.amount + amount
    else {
      self.total = nil
      return
    }
    self.total = ControlTotal(rows: total.rows + rows, amount: sum)
  }

  mutating func leaveOut(_ piece: Piece) {
    guard let last = leftOut.indices.last, leftOut[last].extend(by: piece) else {
      return leftOut.append(piece)
    }
  }
}
