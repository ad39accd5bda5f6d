import Accounting
import Billing

/// Holds what providers bill against what the log recorded, per day in UTC and model: quantities
/// first, then rates.
package struct BillReview: Sendable {
  private var bills: [String: BillDays] = [:]
  private var range: ClosedRange<CivilDate>?
  private var commonNames: [String: String]
  package private(set) var notExamined: [String] = []

  /// - Parameter aliases: names that the log or a bill has for a model, with the model's own.
  package init(
    _ rows: [ProviderBillRow], _ terms: Terms, aliases: [String: String] = [:]
  ) throws(MoneyError) {
    commonNames = [:]
    for (alias, model) in aliases { commonNames[alias] = ModelName.common(model) }
    range = RollupReview.wholeDays(of: Scope(terms).window)
    let names = commonNames
    for (provider, rows) in Dictionary(grouping: rows, by: { $0.provider.lowercased() })
      .sorted(by: { $0.key < $1.key })
    {
      guard let rows = comparable(rows, of: provider), let currency = rows.first?.currency else {
        continue
      }
      let days = try BillDays(provider: provider, currency: currency, rows: rows) {
        names[$0] ?? ModelName.common($0)
      }
      if days.unclear > 0 {
        notExamined.append(
          "\(days.unclear) rows of \(provider) tell no model, beside others that do")
      }
      if !days.blurred.isEmpty {
        notExamined.append(
          "\(provider)'s amounts are not told apart for batches, and its tokens are")
      }
      bills[provider] = days
    }
  }

  /// The rows of whole days of the range. A day that its report tells in part, as of today, is none.
  private mutating func comparable(
    _ rows: [ProviderBillRow], of provider: String
  ) -> [ProviderBillRow]? {
    guard Set(rows.map(\.currency)).count == 1 else {
      notExamined.append("\(provider) bills in several currencies")
      return nil
    }
    let utc = BillingZone.utc
    let long = rows.filter { utc.day(of: $0.start) != utc.day(of: $0.lastMoment) }
    if !long.isEmpty {
      notExamined.append("\(long.count) rows of \(provider) span several days in UTC")
    }
    let short = rows.filter { utc.day(of: $0.start) == utc.day(of: $0.lastMoment) }
    let byDay = Dictionary(grouping: short) { utc.day(of: $0.start) }
    var kept: [ProviderBillRow] = []
    for (day, rows) in byDay.sorted(by: { $0.key < $1.key }) where range?.contains(day) ?? false {
      let isWhole =
        rows.map(\.start).min() == utc.start(of: day)
        && rows.map(\.end).max() == utc.start(of: day.adding(days: 1))
      if isWhole {
        kept += rows
      } else {
        notExamined.append("\(provider)'s report of \(day) does not cover the day")
      }
    }
    return kept.isEmpty ? nil : kept
  }

  /// The last minutes before the first day of a bill, whose calls it may tell of.
  package var eve: Range<Instant>? {
    guard let first = bills.values.compactMap(\.days.first).min() else { return nil }
    let midnight = BillingZone.utc.start(of: first)
    return midnight.adding(seconds: -BillDays.edge)..<midnight
  }

  package var isEmpty: Bool { bills.isEmpty }

  package mutating func take(_ event: UsageEvent) throws(MoneyError) {
    guard let provider = event.details.provider?.lowercased(), event.isProviderCall,
      let currency = bills[provider]?.currency, event.currency == currency
    else { return }
    let name: String
    if let known = commonNames[event.model] {
      name = known
    } else {
      name = ModelName.common(event.model)
      commonNames[event.model] = name
    }
    try bills[provider]?.take(event) { _ in name }
  }

  /// In order: by provider, line and day.
  package func gaps() throws(MoneyError) -> [ProviderGap] {
    var gaps: [ProviderGap] = []
    for (_, days) in bills.sorted(by: { $0.key < $1.key }) {
      for line in days.lines {
        let walk = try BillWalk(days, line)
        for difference in walk.found { gaps.append(try BillReview.gap(walk, difference)) }
      }
      gaps += try BillReview.besideGaps(of: days)
    }
    return gaps
  }
}

extension ProviderBillRow {
  fileprivate var lastMoment: Instant {
    Instant(microseconds: max(end.microseconds - 1, start.microseconds))
  }
}

extension BillReview {
  private static func gap(
    _ walk: BillWalk, _ difference: BillWalk.Difference
  ) throws(MoneyError) -> ProviderGap {
    let days = walk.days
    let cell = BillDays.Cell(day: difference.day, line: walk.line)
    let bill = days.bill[cell] ?? BillFigures()
    let log = days.log[cell] ?? BillFigures()
    let kind: ProviderGap.Kind = difference.quantity.isZero ? .rate : .quantity
    let tellsAmount = difference.amount != nil
    let explained =
      tellsAmount && kind == .quantity ? atBilledRates(difference.quantity, bill) : nil
    return ProviderGap(
      provider: days.provider, accounts: days.accounts, line: walk.line,
      currency: days.currency, day: difference.day, kind: kind,
      cause: cause(kind, difference.quantity, bill: bill, log: log),
      quantity: difference.quantity, amount: difference.amount,
      billed: tellsAmount ? bill.amount ?? .zero : nil,
      recorded: tellsAmount ? log.amount ?? .zero : nil,
      atBilledRates: try explained?.rounded(to: days.currency),
      tellsTokens: days.tellsQuantity(of: walk.line, on: difference.day),
      rowIDs: days.rowIDs[cell] ?? [])
  }

  /// `nil` where the bill does not tell amount and quantity of each component that differs.
  private static func atBilledRates(_ gap: QuantityGap, _ bill: BillFigures) -> Fraction? {
    guard gap.total == gap.tokens.values.reduce(0, +) else { return nil }
    var sum = Fraction.zero
    for (component, tokens) in gap.tokens {
      guard let amount = bill.amounts[component], let billed = bill.tokens[component], billed > 0
      else { return nil }
      sum = sum + Fraction(amount) * Fraction(tokens, over: billed)
    }
    return sum
  }

  private static func cause(
    _ kind: ProviderGap.Kind, _ gap: QuantityGap, bill: BillFigures, log: BillFigures
  ) -> ProviderGap.Cause {
    guard kind == .quantity else {
      guard let billed = bill.amount, let recorded = log.amount, !recorded.isZero else {
        return .unpriced
      }
      return .ratio(Fraction(billed.units, over: recorded.units).ratio)
    }
    let values = gap.tokens.values
    if gap.total == 0, values.count == 2,
      let from = TokenComponent.allCases.first(where: { (gap.tokens[$0] ?? 0) < 0 }),
      let to = TokenComponent.allCases.first(where: { (gap.tokens[$0] ?? 0) > 0 })
    {
      return .otherBuckets(from, to)
    }
    if gap.total > 0, values.allSatisfy({ $0 > 0 }) { return .unrecordedCalls }
    if gap.total < 0, values.allSatisfy({ $0 < 0 }) {
      let times = bill.totalTokens > 0 && log.totalTokens % bill.totalTokens == 0
      return .recordedTwice(times: times ? Int(log.totalTokens / bill.totalTokens) : nil)
    }
    return .mixed
  }

  /// What is billed beside tokens has no calls to be held against.
  private static func besideGaps(of days: BillDays) throws(MoneyError) -> [ProviderGap] {
    var gaps: [ProviderGap] = []
    for (day, rows) in days.beside.sorted(by: { $0.key < $1.key }) {
      let amount = try Money.sum(rows.compactMap(\.amount))
      guard !amount.isZero else { continue }
      gaps.append(
        ProviderGap(
          provider: days.provider, accounts: days.accounts, line: BillLine(nil),
          currency: days.currency,
          day: day, kind: .beside, cause: .beside(Set(rows.compactMap(\.component)).sorted()),
          quantity: QuantityGap(), amount: amount, billed: amount, recorded: .zero,
          atBilledRates: nil, tellsTokens: false, rowIDs: rows.map(\.rowID)))
    }
    return gaps
  }
}
