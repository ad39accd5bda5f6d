import Accounting

/// A bridge drawn as a waterfall that is read from top to bottom, like the statement beside it.
///
/// Positions are whole pixels, computed with integers from the amounts' steps.
struct BridgeFigure {
  struct Row {
    let label: String
    let amount: String
    /// `total`, `over` or `under`.
    let kind: String
    let textY: Int
    let barX: Int
    let barY: Int
    let barWidth: Int
    let barHeight: Int
    /// Where the next row takes over; none below the last.
    let links: [Link]
    /// The mark of a bar that does not begin at zero.
    let breaks: [Mark]
  }

  struct Link {
    let x: Int
    let top: Int
    let bottom: Int
  }

  struct Mark {
    let left: Int
    let right: Int
    let top: Int
    let bottom: Int
  }

  /// One level of the walk from due to posted.
  struct Step {
    let label: String
    let amount: Money
  }

  struct Size {
    let labelEnd, plotStart, plotWidth, width, rowHeight: Int

    static let large = Size(
      labelEnd: 118, plotStart: 130, plotWidth: 330, width: 580, rowHeight: 26)
    static let small = Size(
      labelEnd: 100, plotStart: 108, plotWidth: 132, width: 340, rowHeight: 20)
  }

  let id: String
  let title: String
  let description: String
  let width: Int
  let height: Int
  let labelEnd: Int
  let rows: [Row]
  /// Where zero lies, when bars do begin there.
  let zero: [Link]
  let isBroken: Bool

  init(
    id: String, title: String, due: Money, steps: [Step], posted: Money, currency: Currency,
    size: Size
  ) throws {
    var levels = [due]
    for step in steps { levels.append(try levels[levels.count - 1] + step.amount) }
    let scale = try BridgeScale(levels: levels, size: size)

    var rows = [try BridgeFigure.total("due", due, 0, currency, scale, isLast: false)]
    for (index, step) in steps.enumerated() {
      rows.append(
        try scale.row(
          index + 1, label: step.label, amount: AmountText.signed(step.amount, in: currency),
          kind: step.amount.isNegative ? "under" : "over", from: levels[index],
          to: levels[index + 1], isLast: false))
    }
    rows.append(
      try BridgeFigure.total("posted", posted, steps.count + 1, currency, scale, isLast: true))

    self.id = id
    self.title = title
    self.rows = rows
    description = rows.map { "\($0.label) \($0.amount)" }.joined(separator: "; ")
    width = size.width
    height = size.rowHeight * rows.count + 8
    labelEnd = size.labelEnd
    isBroken = scale.isBroken
    zero = isBroken ? [] : [Link(x: try scale.position(.zero), top: 2, bottom: height - 2)]
  }

  private static func total(
    _ label: String, _ amount: Money, _ index: Int, _ currency: Currency, _ scale: BridgeScale,
    isLast: Bool
  ) throws -> Row {
    try scale.row(
      index, label: label, amount: AmountText.plain(amount, in: currency), kind: "total",
      from: nil, to: amount, isLast: isLast)
  }
}

/// From amounts to pixels.
struct BridgeScale {
  let isBroken: Bool
  private let low: Money
  private let high: Money
  private let size: BridgeFigure.Size

  /// The scale begins at zero as long as the steps then fill an eighth of it; otherwise it is cut
  /// off near the steps, and the totals' bars bear a mark that says so.
  init(levels: [Money], size: BridgeFigure.Size) throws {
    let lowest = levels.min() ?? .zero
    let highest = levels.max() ?? .zero
    let span = try highest - lowest
    let fromZero = try max(highest, .zero) - min(lowest, .zero)
    isBroken = !span.isZero && span.units < fromZero.units / 8
    let margin = try Money(units: span.units / 3)
    if !isBroken {
      low = min(lowest, .zero)
      high = max(highest, .zero)
    } else if lowest.isNegative {
      low = lowest
      high = try highest + margin
    } else {
      low = try lowest - margin
      high = highest
    }
    self.size = size
  }

  /// - Parameter level: between the ends of the scale.
  func position(_ level: Money) throws -> Int {
    let whole = try high - low
    guard !whole.isZero else { return size.plotStart }
    let part = try level - low
    let wide = part.units.magnitude.multipliedFullWidth(by: UInt128(size.plotWidth))
    return size.plotStart + Int(whole.units.magnitude.dividingFullWidth(wide).quotient)
  }

  /// - Parameter start: the level the bar begins at; `nil` for a total, which begins at zero or,
  ///   on a scale that is cut off, at its edge.
  func row(
    _ index: Int, label: String, amount: String, kind: String, from start: Money?, to end: Money,
    isLast: Bool
  ) throws -> BridgeFigure.Row {
    let edge = isBroken ? (end.isNegative ? high : low) : .zero
    let from = try position(start ?? edge)
    let to = try position(end)
    let top = index * size.rowHeight + 4
    let gap = size.rowHeight / 5
    let bottom = top + size.rowHeight - gap
    let markX = end.isNegative ? max(from, to) - 14 : min(from, to) + 8
    return BridgeFigure.Row(
      label: label, amount: amount, kind: kind, textY: top + size.rowHeight / 2 + 2,
      barX: min(from, to), barY: top + gap, barWidth: max(abs(to - from), 1),
      barHeight: size.rowHeight - 2 * gap,
      links: isLast ? [] : [BridgeFigure.Link(x: to, top: top + gap, bottom: bottom + 2 * gap)],
      breaks: start == nil && isBroken
        ? [BridgeFigure.Mark(left: markX, right: markX + 6, top: top + gap - 2, bottom: bottom + 2)]
        : [])
  }
}
