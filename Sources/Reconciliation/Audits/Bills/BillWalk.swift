import Accounting
import Billing

/// Walks through the days of one line in order, so that calls around midnight, which a provider may
/// count a day later than the log, are not taken for errors.
struct BillWalk {
  let days: BillDays
  let line: BillLine
  private var movedTokens = QuantityGap()
  private var movedAmount = Money.zero
  private(set) var found: [Difference] = []

  /// What is left of a day's difference; bill less log.
  struct Difference {
    var day: CivilDate
    var quantity: QuantityGap
    /// `nil` where the bill tells no amount.
    var amount: Money?
  }

  init(_ days: BillDays, _ line: BillLine) throws(MoneyError) {
    self.days = days
    self.line = line
    if line.isBatch {
      found = try BatchWalk(days, line).found
    } else {
      for day in days.days { try look(at: day) }
    }
  }

  private mutating func look(at day: CivilDate) throws(MoneyError) {
    let tellsQuantity = days.tellsQuantity(of: line, on: day)
    let tellsAmount = days.tellsAmount(of: line, on: day)
    var quantity = QuantityGap()
    if tellsQuantity {
      quantity = gap(on: day) + movedTokens
      movedTokens = QuantityGap()
      if day == days.quantityDays?.lowerBound, cameIn(quantity, on: day) {
        quantity = QuantityGap()
      }
      if movesOn(quantity, from: day) {
        movedTokens = quantity
        quantity = QuantityGap()
      }
    }
    var amount: Money?
    if tellsAmount {
      var gap = try amountGap(on: day) + movedAmount
      movedAmount = .zero
      let before = figures(days.edges, day.adding(days: -1)).amount ?? .zero
      if day == days.amountDays?.lowerBound, gap > .zero, gap <= before { gap = .zero }
      let edge = figures(days.edges, day).amount ?? .zero
      let isMoving = tellsQuantity ? !movedTokens.isZero : try movesOn(gap, from: day)
      if isMoving, gap <= .zero, -gap <= edge {
        movedAmount = gap
        gap = .zero
      }
      amount = gap.magnitude <= noise(on: day) ? .zero : gap
    }
    if !quantity.isZero || !(amount ?? .zero).isZero {
      found.append(Difference(day: day, quantity: quantity, amount: amount))
    }
  }

  private func gap(on day: CivilDate) -> QuantityGap {
    QuantityGap(bill: figures(days.bill, day), log: figures(days.log, day))
  }

  private func amountGap(on day: CivilDate) throws(MoneyError) -> Money {
    try (figures(days.bill, day).amount ?? .zero) - (figures(days.log, day).amount ?? .zero)
  }

  private func figures(_ table: [BillDays.Cell: BillFigures], _ day: CivilDate) -> BillFigures {
    table[BillDays.Cell(day: day, line: line)] ?? BillFigures()
  }

  /// What the bill has too much on its first day may be the log's of the last minutes before.
  private func cameIn(_ gap: QuantityGap, on day: CivilDate) -> Bool {
    let edge = figures(days.edges, day.adding(days: -1))
    return !gap.isZero && gap.reversed.isWithin(edge: edge)
  }

  /// What the log has too much may be the next day's to the provider, if the next day has it too many
  /// there, or is not told yet.
  private func movesOn(_ gap: QuantityGap, from day: CivilDate) -> Bool {
    guard !gap.isZero, gap.isWithin(edge: figures(days.edges, day)) else { return false }
    let next = day.adding(days: 1)
    guard days.tellsQuantity(of: line, on: next) else { return true }
    let after = self.gap(on: next)
    let edge = figures(days.edges, next)
    let takes = TokenComponent.allCases.allSatisfy { component in
      (after.tokens[component] ?? 0) + (edge.tokens[component] ?? 0)
        >= -(gap.tokens[component] ?? 0)
    }
    return takes && after.total + edge.totalTokens >= -gap.total
  }

  private func movesOn(_ gap: Money, from day: CivilDate) throws(MoneyError) -> Bool {
    let next = day.adding(days: 1)
    guard days.tellsAmount(of: line, on: next) else { return true }
    return try amountGap(on: next) + (figures(days.edges, next).amount ?? .zero) >= -gap
  }

  /// Recorded costs and bills alike may have been added up in binary64.
  private func noise(on day: CivilDate) -> Money {
    let bill = figures(days.bill, day)
    let log = figures(days.log, day)
    return FloatNoise.bound(
      terms: bill.terms + log.terms,
      reaching: max((bill.amount ?? .zero).magnitude, (log.amount ?? .zero).magnitude))
  }
}
