import Accounting
import Reconciliation

extension Summary {
  /// What was open before the run and what is open after it, currency by currency; nothing of what
  /// did not move.
  static func rollForward(_ rollForward: RollForward?) -> [String] {
    var table = TextTable([.left, .left, .right, .decimal])
    for (currency, rows) in sorted(rollForward?.rows ?? [], by: \.key.currency) {
      guard let row = try? RollForward.Row(total: rows) else { continue }
      let moves = [
        ("opening", row.opening), ("new", row.new), ("corrected", row.corrected),
        ("rejected", row.rejected), ("gone", row.gone),
      ].filter { $0.1 != RollForward.Sum() }
      for (index, (name, sum)) in moves.enumerated() {
        table.append(
          index == 0 ? currency.code : "", name, number(sum.count), text(sum.amount, currency))
      }
      if !row.changed.isZero { table.append("", "changed", "", text(row.changed, currency)) }
      table.append("", "closing", number(row.closing.count), text(row.closing.amount, currency))
    }
    return table.lines()
  }
}
