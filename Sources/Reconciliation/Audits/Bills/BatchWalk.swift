import Accounting
import Billing

/// Walks through the days of batches: a provider counts a batch while it works at it, and a log knows
/// of it once somebody has asked for the result. What is billed may be logged up to three days later;
/// what is logged was billed before.
struct BatchWalk {
  private static let patience = 3

  private(set) var found: [BillWalk.Difference] = []

  /// What is compared for itself, first in, first out.
  private enum Account: Hashable, CaseIterable {
    case input, cacheRead, cacheWrite5m, cacheWrite1h, output, all, amount

    var component: TokenComponent? {
      switch self {
      case .input: .input
      case .cacheRead: .cacheRead
      case .cacheWrite5m: .cacheWrite5m
      case .cacheWrite1h: .cacheWrite1h
      case .output: .output
      case .all, .amount: nil
      }
    }
  }

  init(_ days: BillDays, _ line: BillLine) throws(MoneyError) {
    var left: [CivilDate: [Account: Int128]] = [:]
    for account in Account.allCases {
      for (day, rest) in try BatchWalk.unsettled(account, days, line) {
        left[day, default: [:]][account] = rest
      }
    }
    for (day, rests) in left.sorted(by: { $0.key < $1.key }) {
      var quantity = QuantityGap()
      for (account, rest) in rests {
        if let component = account.component { quantity.add(rest, of: component) }
        if account == .all { quantity.add(rest) }
      }
      let amount =
        days.tellsAmount(of: line, on: day) ? try Money(units: rests[.amount] ?? 0) : nil
      found.append(BillWalk.Difference(day: day, quantity: quantity, amount: amount))
    }
  }

  /// What no later day settles, by the day it arose; bill less log.
  private static func unsettled(
    _ account: Account, _ days: BillDays, _ line: BillLine
  ) throws(MoneyError) -> [CivilDate: Int128] {
    var waiting: [(day: CivilDate, rest: Int128)] = []
    var found: [CivilDate: Int128] = [:]
    for day in days.days {
      var gap = try gap(account, days, line, on: day)
      while gap < 0, let first = waiting.first {
        let settled = min(first.rest, -gap)
        gap += settled
        waiting[0].rest -= settled
        if waiting[0].rest == 0 { waiting.removeFirst() }
      }
      if gap > 0 { waiting.append((day, gap)) }
      if gap < 0 { found[day] = gap }
      while let first = waiting.first, day >= first.day.adding(days: patience) {
        found[first.day, default: 0] += first.rest
        waiting.removeFirst()
      }
    }
    return found
  }

  private static func gap(
    _ account: Account, _ days: BillDays, _ line: BillLine, on day: CivilDate
  ) throws(MoneyError) -> Int128 {
    let cell = BillDays.Cell(day: day, line: line)
    let bill = days.bill[cell] ?? BillFigures()
    let log = days.log[cell] ?? BillFigures()
    guard account == .amount else {
      guard days.tellsQuantity(of: line, on: day) else { return 0 }
      if bill.allTokens != nil { return account == .all ? bill.totalTokens - log.totalTokens : 0 }
      return account.component.map { (bill.tokens[$0] ?? 0) - (log.tokens[$0] ?? 0) } ?? 0
    }
    guard days.tellsAmount(of: line, on: day) else { return 0 }
    let billed = bill.amount ?? .zero
    let recorded = log.amount ?? .zero
    let gap = try billed - recorded
    let noise = FloatNoise.bound(
      terms: bill.terms + log.terms, reaching: max(billed.magnitude, recorded.magnitude))
    return gap.magnitude <= noise ? 0 : gap.units
  }
}
