import Accounting
import Billing

/// A counter that is not what the log since its window began comes to.
package struct CounterDrift: Hashable, Sendable {
  package var counter: Counter
  package var dimension: UsageDimension
  /// The currency of the counter's unit, or of the entity's calls.
  package var currency: Currency
  /// What the log comes to since the window began, in the counter's unit.
  package var log: Money
  /// How many calls that is.
  package var requests: Int
  package var cause: Cause

  /// Counter less log.
  package var difference: Money
  /// What the counter should say, were it written anew.
  package var proposed: Money { log }

  package enum Cause: Hashable, Sendable {
    /// The counter is what the log comes to since long before its window.
    case resetMissed
    /// It is this many times the log.
    case countedTimes(Int)
    /// The log lacks rows that were counted; about so many calls of the average size.
    case droppedRows(about: Int)
    /// The counter lacks rows that were logged; about so many.
    case lostFlush(about: Int)
  }
}

/// Holds every counter against the log since its own window began.
///
/// The sums come from the source, for a window may begin long before the run's range.
package struct CounterReview {
  package private(set) var drifts: [CounterDrift] = []
  /// Why some could not be compared, in words, in order.
  package private(set) var notExamined: [String] = []

  private let terms: Terms
  private let logBegins: Instant?

  /// - Parameter counters: of one reading; the latest of each counter and entity is taken.
  package init(_ counters: [Counter], _ books: any BookSource, _ terms: Terms) throws {
    self.terms = terms
    logBegins = try books.usageBegins()
    var unknown: Set<String> = []
    var byDimension: [UsageDimension: [Counter]] = [:]
    for counter in CounterReview.latest(of: counters) where isAdmitted(counter) {
      guard let dimension = UsageDimension(ofTotal: counter.name),
        ["token", "request"].contains(counter.unit) || Currency(counter.unit) != nil
      else {
        unknown.insert(counter.name)
        continue
      }
      byDimension[dimension, default: []].append(counter)
    }
    notExamined = unknown.sorted().map { "the log does not tell what \($0) counts" }
    for dimension in UsageDimension.allCases {
      guard let counters = byDimension[dimension] else { continue }
      try review(counters, by: dimension, books)
    }
  }

  private static func latest(of counters: [Counter]) -> [Counter] {
    var latest: [[String]: Counter] = [:]
    for counter in counters {
      let key = [counter.name, counter.entity, counter.unit]
      if let other = latest[key], other.asOf >= counter.asOf { continue }
      latest[key] = counter
    }
    return latest.values.sorted {
      ($0.name, $0.entity, $0.unit) < ($1.name, $1.entity, $1.unit)
    }
  }

  /// A counter of a tenant that the run is not about is left alone; it is of no deployment.
  private func isAdmitted(_ counter: Counter) -> Bool {
    guard !terms.places.tenants.isEmpty else { return true }
    let tenant =
      counter.tenant
      ?? (UsageDimension(ofTotal: counter.name) == .tenant ? counter.entity : nil)
    return tenant.map(terms.places.tenants.contains) ?? false
  }

  private mutating func review(
    _ counters: [Counter], by dimension: UsageDimension, _ books: any BookSource
  ) throws {
    var windows: [UsageWindow] = []
    for counter in counters {
      let end = min(counter.windowEnd ?? terms.asOf, terms.asOf)
      windows.append(UsageWindow(entity: counter.entity, start: counter.windowStart, end: end))
      windows.append(UsageWindow(entity: counter.entity, end: end))
    }
    let settledBefore = min(counters.map(\.asOf).min() ?? terms.asOf, terms.asOf)
      .adding(seconds: -terms.grace)
    let sums = try books.usageSums(by: dimension, windows, settledBefore: settledBefore)
    var beyondLog: [String: Int] = [:]
    for (index, counter) in counters.enumerated() {
      let verdict = try CounterReview.judge(
        counter, dimension, since: sums[2 * index], ever: sums[2 * index + 1],
        reachesBack: reachesBack(to: counter.windowStart))
      switch verdict {
      case .tied: break
      case .drift(let drift): drifts.append(drift)
      case .beyondLog: beyondLog[counter.name, default: 0] += 1
      }
    }
    for (name, count) in beyondLog.sorted(by: { $0.key < $1.key }) {
      let begin = logBegins.map { "begins at \($0)" } ?? "is empty"
      notExamined.append(
        "\(count) of \(name) say more than the log, which \(begin), after their windows")
    }
  }

  /// Whether the log can hold all that was counted since; a counter without a beginning is as old as
  /// the log.
  private func reachesBack(to start: Instant?) -> Bool {
    guard let start else { return true }
    return logBegins.map { $0 <= start } ?? false
  }

  enum Verdict {
    case tied
    case drift(CounterDrift)
    /// More than the log, which may have been trimmed since.
    case beyondLog
  }
}

extension CounterReview {
  /// - Parameters:
  ///   - since: by currency, of the counter's window.
  ///   - ever: the same, of all that the log holds.
  ///   - reachesBack: whether the log begins before the window.
  static func judge(
    _ counter: Counter, _ dimension: UsageDimension, since: [Currency: UsageSum],
    ever: [Currency: UsageSum], reachesBack: Bool
  ) throws(MoneyError) -> Verdict {
    let window = try total(since, in: counter.unit)
    let all = try window.all()
    let noise = FloatNoise.bound(
      terms: all.requests, reaching: max(counter.value.magnitude, all.amount.magnitude))
    let bounds = try [window.settled, all].map { totals throws(MoneyError) in
      try totals.value(in: counter.unit) ?? .zero
    }
    let (low, high) = (bounds.min() ?? .zero, bounds.max() ?? .zero)
    if counter.value >= (try low - noise), counter.value <= (try high + noise) { return .tied }
    let whole = try total(ever, in: counter.unit).all().value(in: counter.unit) ?? .zero
    // What is recent may be in the total already: the nearer bound is the fair one.
    let log = counter.value > high ? high : low
    let difference = try counter.value - log
    let drift = CounterDrift(
      counter: counter, dimension: dimension,
      currency: Currency(counter.unit) ?? onlyCurrency(of: since) ?? onlyCurrency(of: ever)
        ?? .none,
      log: log, requests: all.requests,
      cause: try cause(counter.value, log, whole, difference, all.requests, noise),
      difference: difference)
    if difference > .zero, !reachesBack, drift.cause != .resetMissed { return .beyondLog }
    return .drift(drift)
  }

  private static func cause(
    _ value: Money, _ log: Money, _ whole: Money, _ difference: Money, _ requests: Int,
    _ noise: Money
  ) throws(MoneyError) -> CounterDrift.Cause {
    if whole > log, try (value - whole).magnitude <= noise { return .resetMissed }
    if !log.isZero {
      for times in 2...9 where try (value - log.times(Int128(times))).magnitude <= noise {
        return .countedTimes(times)
      }
    }
    let average = requests > 0 ? log.units / Int128(requests) : 0
    let about = average > 0 ? Int(clamping: (difference.units.magnitude / average.magnitude)) : 0
    return difference > .zero
      ? .droppedRows(about: max(about, 1)) : .lostFlush(about: max(about, 1))
  }

  /// Tokens and requests of all currencies count together; money of the unit's own alone.
  private static func total(
    _ sums: [Currency: UsageSum], in unit: String
  ) throws(MoneyError) -> UsageSum {
    if let currency = Currency(unit) { return sums[currency] ?? UsageSum() }
    var total = UsageSum()
    for (_, sum) in sums.sorted(by: { $0.key < $1.key }) {
      var settled = sum.settled
      var recent = sum.recent
      // Amounts of several currencies are never added.
      settled.amount = .zero
      recent.amount = .zero
      total.settled = try total.settled + settled
      total.recent = try total.recent + recent
    }
    return total
  }

  private static func onlyCurrency(of sums: [Currency: UsageSum]) -> Currency? {
    sums.count == 1 ? sums.keys.first : nil
  }
}

extension BookSource {
  /// Streams the log. A source that can have its server sum does so instead.
  package func usageSums(
    by dimension: UsageDimension, _ windows: [UsageWindow], settledBefore: Instant
  ) throws -> [[Currency: UsageSum]] {
    var sums = [[Currency: UsageSum]](repeating: [:], count: windows.count)
    var positions: [String: [Int]] = [:]
    for (position, window) in windows.enumerated() {
      positions[window.entity, default: []].append(position)
    }
    try usage(.occurred(UsageWindow.always, .everything)) { pulled in
      guard case .row(let event) = pulled, let entity = dimension.entity(of: event) else { return }
      for position in positions[entity] ?? [] where windows[position].contains(event.occurredAt) {
        if event.recordedAt < settledBefore {
          try sums[position][event.currency, default: UsageSum()].settled.add(event)
        } else {
          try sums[position][event.currency, default: UsageSum()].recent.add(event)
        }
      }
    }
    return sums
  }

  package func usageBegins() throws -> Instant? {
    var begin: Instant?
    try usage(.occurred(UsageWindow.always, .everything)) { pulled in
      guard case .row(let event) = pulled else { return }
      begin = min(begin ?? event.occurredAt, event.occurredAt)
    }
    return begin
  }
}

extension UsageWindow {
  /// The years 1 to 9999.
  static let always: Range<Instant> = {
    guard let first = Instant("0001-01-01T00:00:00Z"), let last = Instant("9999-12-31T00:00:00Z")
    else { preconditionFailure("both are days of the calendar") }
    return first..<last
  }()
}
