import Accounting
import Billing

/// What some rows of the log come to.
package struct LogTotals: Hashable, Sendable {
  package var requests: Int
  /// Tokens of the prompt, those read from and written to a cache included.
  package var inputTokens: Int128
  package var outputTokens: Int128
  /// What the calls cost, or are charged where no cost is recorded; of one currency.
  package var amount: Money

  package init(
    requests: Int = 0, inputTokens: Int128 = 0, outputTokens: Int128 = 0, amount: Money = .zero
  ) {
    self.requests = requests
    self.inputTokens = inputTokens
    self.outputTokens = outputTokens
    self.amount = amount
  }

  package var tokens: Int128 { inputTokens + outputTokens }

  package mutating func add(_ event: UsageEvent) throws(MoneyError) {
    requests += 1
    inputTokens += event.tokens.total - Int128(event.tokens.output)
    outputTokens += Int128(event.tokens.output)
    if let amount = event.details.cost ?? event.charge { try self.amount += amount }
  }

  package static func + (
    left: LogTotals, right: LogTotals
  ) throws(MoneyError) -> LogTotals {
    LogTotals(
      requests: left.requests + right.requests,
      inputTokens: left.inputTokens + right.inputTokens,
      outputTokens: left.outputTokens + right.outputTokens,
      amount: try left.amount + right.amount)
  }

  /// In the unit of a counter; `nil` for a unit that the log does not count.
  package func value(in unit: String) throws(MoneyError) -> Money? {
    switch unit {
    case "token": try Money(count: tokens)
    case "request": try Money(count: Int128(requests))
    default: Currency(unit) == nil ? nil : amount
    }
  }
}

extension Money {
  /// A whole number of something.
  init(count: Int128) throws(MoneyError) {
    guard let one = try? Money(units: Money.unitsPerMajor) else {
      preconditionFailure("one is an amount")
    }
    self = try one.times(count)
  }
}

/// The log's rows of one entity in one currency since a counter's window began: those that a total
/// must have by now, and those that may still be on their way into it.
package struct UsageSum: Hashable, Sendable {
  package var settled: LogTotals
  package var recent: LogTotals

  package init(settled: LogTotals = LogTotals(), recent: LogTotals = LogTotals()) {
    self.settled = settled
    self.recent = recent
  }

  package func all() throws(MoneyError) -> LogTotals { try settled + recent }
}

/// Whose rows of the log to sum, and from when to when; `nil` = without end on that side.
package struct UsageWindow: Hashable, Sendable {
  package var entity: String
  package var start: Instant?
  package var end: Instant?

  package init(entity: String, start: Instant? = nil, end: Instant? = nil) {
    self.entity = entity
    self.start = start
    self.end = end
  }

  package func contains(_ instant: Instant) -> Bool {
    start.map { $0 <= instant } ?? true && end.map { instant < $0 } ?? true
  }
}

/// How far a sum that was added up in binary64 may lie from the exact one.
///
/// Each addition is off by at most 2⁻⁵³ of what the sum has come to: n of them by n × 2⁻⁵³ of the
/// largest sum on the way, and so does each of the terms. 10,000 calls of 100,000.00 in all drift
/// by 0.00000002 at most: what lies within is the arithmetic's and nobody's error.
package enum FloatNoise {
  package static func bound(terms: Int, reaching largest: Money) -> Money {
    let product = largest.units.magnitude.multipliedFullWidth(by: UInt128(2 * terms + 2))
    let steps = product.high << 75 | product.low >> 53
    guard product.high >> 53 == 0, let whole = Int128(exactly: steps),
      let bound = try? Money(units: whole + 1)
    else { return largest.magnitude }
    return bound
  }
}
