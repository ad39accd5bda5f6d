import Accounting

/// How what was open before a run became what is open after it: opening + new − cleared ±
/// reclassified ± changed = closing, in count and amount, of every code, tenant and currency.
/// Amounts are shares of the variance: + over-billed, − under-billed.
package struct RollForward: Hashable, Sendable {
  /// In order; those alone in which something stands or moved.
  package var rows: [Row]

  package init(rows: [Row] = []) { self.rows = rows }

  package struct Key: Hashable, Sendable, Comparable {
    package var tenant: String
    package var currency: Currency
    package var code: BreakCode

    package init(tenant: String, currency: Currency, code: BreakCode) {
      self.tenant = tenant
      self.currency = currency
      self.code = code
    }

    package static func < (left: Key, right: Key) -> Bool {
      (left.tenant, left.currency, left.code) < (right.tenant, right.currency, right.code)
    }
  }

  package struct Sum: Hashable, Sendable {
    package var count: Int
    package var amount: Money

    package init(count: Int = 0, amount: Money = .zero) {
      self.count = count
      self.amount = amount
    }

    mutating func add(_ money: Money, times count: Int = 1) throws(MoneyError) {
      self.count += count
      try amount += count < 0 ? -money : money
    }
  }

  package struct Row: Hashable, Sendable {
    package var key: Key
    /// Open or in transit before the run.
    package var opening = Sum()
    /// Found for the first time, or again after they were cleared.
    package var new = Sum()
    package var corrected = Sum()
    package var rejected = Sum()
    package var gone = Sum()
    /// In from another code, less out to another: at cut-off, in transit becomes unbilled.
    package var reclassified = Sum()
    /// By how much breaks that stay have grown or shrunk.
    package var changed = Money.zero
    /// Open or in transit after the run.
    package var closing = Sum()
    /// `closing` by age; zero where missing.
    package var ages: [AgeBucket: Sum] = [:]

    package init(key: Key) { self.key = key }

    /// What closing has to be.
    var footing: Sum {
      get throws(MoneyError) {
        let cleared = [corrected, rejected, gone]
        var amount = try opening.amount + new.amount
        for sum in cleared { try amount -= sum.amount }
        try amount += reclassified.amount
        try amount += changed
        return Sum(
          count: opening.count + new.count - cleared.reduce(0) { $0 + $1.count }
            + reclassified.count, amount: amount)
      }
    }

    /// Closing is summed up by itself, so that this proves something.
    package var foots: Bool {
      get throws(MoneyError) {
        var aged = Sum()
        for sum in ages.values {
          aged.count += sum.count
          try aged.amount += sum.amount
        }
        return try footing == closing && aged == closing
      }
    }
  }
}

/// An error of the program: a roll-forward that does not foot is never shown.
package struct UnfootedRollForward: Error, Hashable, Sendable, CustomStringConvertible {
  package let key: RollForward.Key

  package var description: String {
    "the roll-forward of \(key.code.rawValue) of \(key.tenant) in \(key.currency) does not foot"
  }
}

/// Sums a roll-forward up, break by break.
struct RollForwardBuilder {
  private let asOf: Instant
  private var rows: [RollForward.Key: RollForward.Row] = [:]

  init(asOf: Instant) { self.asOf = asOf }

  /// - Parameters:
  ///   - before: as it stood before the run, if it did.
  ///   - after: as it is after the run.
  mutating func add(before: BreakRecord?, after: BreakRecord) throws(MoneyError) {
    let key = RollForward.Key(of: after)
    if let before, before.state.isOutstanding {
      try open(before, as: key)
      try with(key) { row throws(MoneyError) in
        try row.changed += after.amount - before.amount
      }
    } else if before == nil || after.state.isOutstanding {
      try with(key) { row throws(MoneyError) in try row.new.add(after.amount) }
    } else {
      return
    }
    try close(after, key)
  }

  private mutating func open(
    _ before: BreakRecord, as key: RollForward.Key
  ) throws(MoneyError) {
    let known = RollForward.Key(of: before)
    try with(known) { row throws(MoneyError) in try row.opening.add(before.amount) }
    guard known != key else { return }
    try with(known) { row throws(MoneyError) in
      try row.reclassified.add(before.amount, times: -1)
    }
    try with(key) { row throws(MoneyError) in try row.reclassified.add(before.amount) }
  }

  private mutating func close(
    _ after: BreakRecord, _ key: RollForward.Key
  ) throws(MoneyError) {
    let bucket = AgeBucket(days: after.age(asOf: asOf))
    try with(key) { row throws(MoneyError) in
      switch after.state {
      case .open, .inTransit:
        try row.closing.add(after.amount)
        try row.ages[bucket, default: RollForward.Sum()].add(after.amount)
      case .corrected: try row.corrected.add(after.amount)
      case .rejected: try row.rejected.add(after.amount)
      case .gone: try row.gone.add(after.amount)
      }
    }
  }

  private mutating func with(
    _ key: RollForward.Key, _ change: (inout RollForward.Row) throws(MoneyError) -> Void
  ) throws(MoneyError) {
    try change(&rows[key, default: RollForward.Row(key: key)])
  }

  /// - Throws: `UnfootedRollForward`; `MoneyError` where a sum leaves the range of `Money`.
  func finish() throws -> RollForward {
    let sorted = rows.values.sorted { $0.key < $1.key }
    for row in sorted where try !row.foots { throw UnfootedRollForward(key: row.key) }
    return RollForward(rows: sorted)
  }
}

extension RollForward.Key {
  package init(of record: BreakRecord) {
    self.init(
      tenant: record.group.tenant, currency: record.group.currency, code: record.code)
  }
}

extension RollForward.Row {
  /// Several rows of one currency taken together, under the key of the first; `nil` of none.
  package init?(total rows: [RollForward.Row]) throws(MoneyError) {
    guard let first = rows.first else { return nil }
    self.init(key: first.key)
    for row in rows {
      try opening.add(row.opening)
      try new.add(row.new)
      try corrected.add(row.corrected)
      try rejected.add(row.rejected)
      try gone.add(row.gone)
      try reclassified.add(row.reclassified)
      try changed += row.changed
      try closing.add(row.closing)
      for bucket in AgeBucket.allCases {
        guard let sum = row.ages[bucket] else { continue }
        try ages[bucket, default: RollForward.Sum()].add(sum)
      }
    }
  }
}

extension RollForward.Sum {
  fileprivate mutating func add(_ other: RollForward.Sum) throws(MoneyError) {
    count += other.count
    try amount += other.amount
  }
}
