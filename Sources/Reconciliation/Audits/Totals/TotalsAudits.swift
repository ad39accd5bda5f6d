import Accounting
import Billing

extension CounterDrift: AuditItem {}
extension RollupDrift: AuditItem {}
extension ProviderGap: AuditItem {}

/// Running totals against the log since their own windows.
struct CounterAudit: Audit {
  static let codes: [BreakCode] = [.counterDrift]
  private let drifts: [CounterDrift]

  static func open(_ books: any BookSource, _ terms: Terms) throws -> AuditOpening {
    guard let pulled = try books.counters() else {
      return .notExamined(why: "relation counter is not provisioned")
    }
    let (counters, unreadable) = AuditRows.split(pulled, of: "counter")
    guard !counters.isEmpty || !unreadable.isEmpty else {
      return .notExamined(why: "relation counter holds no rows")
    }
    let review = try CounterReview(counters, books, terms)
    return .partly(
      CounterAudit(drifts: review.drifts), notExamined: unreadable + review.notExamined)
  }

  mutating func take(_ call: UsageEvent, found: (any AuditItem) throws -> Void) {}

  mutating func finish(found: (any AuditItem) throws -> Void) throws {
    for drift in drifts { try found(drift) }
  }
}

/// Daily rollups against the log's days.
struct RollupAudit: Audit {
  static let codes: [BreakCode] = [.rollupDrift]
  private var review: RollupReview

  static func open(_ books: any BookSource, _ terms: Terms) throws -> AuditOpening {
    guard let days = RollupReview.wholeDays(of: Scope(terms).window) else {
      return .notExamined(why: "the range covers no whole day in UTC")
    }
    guard terms.places == .everything else {
      return .notExamined(why: "a rollup counts all tenants, and the run is limited to some places")
    }
    guard let pulled = try books.rollupDays(days) else {
      return .notExamined(why: "relation rollup_day is not provisioned")
    }
    let (rows, unreadable) = AuditRows.split(pulled, of: "rollup_day")
    guard !rows.isEmpty || !unreadable.isEmpty else {
      return .notExamined(why: "relation rollup_day holds no rows of the range")
    }
    let review = try RollupReview(rows, terms)
    return .partly(RollupAudit(review: review), notExamined: unreadable + review.notExamined)
  }

  mutating func take(_ call: UsageEvent, found: (any AuditItem) throws -> Void) throws {
    try review.take(call)
  }

  mutating func finish(found: (any AuditItem) throws -> Void) throws {
    for drift in try review.drifts() { try found(drift) }
  }
}

/// Providers' bills against recorded cost.
struct BillAudit: Audit {
  static let codes: [BreakCode] = [.providerGap]
  private var review: BillReview

  static func open(_ books: any BookSource, _ terms: Terms) throws -> AuditOpening {
    guard let days = RollupReview.wholeDays(of: Scope(terms).window) else {
      return .notExamined(why: "the range covers no whole day in UTC")
    }
    guard terms.places == .everything else {
      return .notExamined(
        why: "a provider bills all tenants, and the run is limited to some places")
    }
    guard let pulled = try books.providerBills(days) else {
      return .notExamined(
        why: "relation provider_bill is not provisioned, and no provider's bill was imported")
    }
    let (rows, unreadable) = AuditRows.split(pulled, of: "provider_bill")
    var review = try BillReview(rows, terms)
    // What the window holds, the pass over its calls will show.
    if let eve = review.eve, eve.upperBound <= Scope(terms).window.lowerBound {
      try books.calls(.occurred(eve, .everything)) { try review.take($0) }
    }
    let gaps = unreadable + review.notExamined
    guard !review.isEmpty else {
      return .notExamined(why: gaps.first ?? "no provider's bill covers a day of the range")
    }
    return .partly(BillAudit(review: review), notExamined: gaps)
  }

  mutating func take(_ call: UsageEvent, found: (any AuditItem) throws -> Void) throws {
    try review.take(call)
  }

  mutating func finish(found: (any AuditItem) throws -> Void) throws {
    for gap in try review.gaps() { try found(gap) }
  }
}

/// Rows of a relation that an audit reads whole.
package enum AuditRows {
  /// The rows, and what is said of those that cannot be judged; empty = nothing.
  package static func split<Row>(
    _ pulled: [Pulled<Row>], of relation: String
  ) -> (rows: [Row], unreadable: [String]) {
    var rows: [Row] = []
    var problems: [String] = []
    for row in pulled {
      switch row {
      case .row(let row): rows.append(row)
      case .setAside(let row): problems.append("\(row.rowID): \(row.problem)")
      }
    }
    guard let first = problems.min() else { return (rows, []) }
    let count = problems.count == 1 ? "a row" : "\(problems.count) rows"
    return (rows, ["\(count) of \(relation) cannot be judged, such as \(first)"])
  }
}
