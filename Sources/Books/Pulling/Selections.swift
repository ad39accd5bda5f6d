import Accounting
import Reconciliation

/// A part of a selection that one statement reads: a row is of one part only.
struct Part {
  /// Put before SELECT; a `with` clause, or nothing.
  var prefix = ""
  /// A condition on the columns of the relation.
  var condition: String
  /// The column whose range of time this is, where nothing else leaves out many of its rows.
  var time: String?

  /// The rows of a part by time that lie in no slice of it.
  var beyondTime: Part {
    Part(condition: "(\(condition)) and \(time.map { "\($0) = 'infinity'" } ?? "false")")
  }

  /// The condition on the rows of all parts; for parts without a prefix.
  static func either(_ parts: [Part]) -> String {
    parts.map { "(\($0.condition))" }.joined(separator: " or ")
  }
}

extension Book {
  /// Ids for one statement: a statement's text stays under a few hundred kilobytes.
  private static let batch = 5000

  func parts(_ selection: UsageSelection) throws(BooksError) -> [Part] {
    switch selection {
    case .occurred(let range, let places):
      return try occurred(range, try within(places))
    case .arrived(let since, let end, let places):
      // A time that is not finite is no arrival: it would arrive anew every night.
      let condition = """
        recorded_at >= \(try literal(since)) and recorded_at < 'infinity' \
        and occurred_at > '-infinity' and occurred_at < \(try literal(end))
        """
      return [Part(condition: condition + (try within(places)))]
    case .requests(let ids):
      return try any(of: ids, in: "request_id")
    case .providerRequests(let ids):
      return try any(of: ids, in: "provider_request_id")
    case .nameless(let selection):
      return try parts(selection).map { part in
        Part(condition: "(\(isNameless)) and (\(part.condition))")
      }
    }
  }

  /// - Parameter select: the adapter's SELECT, to find the entries that others reverse.
  func parts(_ selection: EntrySelection, from select: String) throws(BooksError) -> [Part] {
    switch selection {
    case .booked(let periods, let postedFrom, let places):
      return booked(periods, from: try literal(postedFrom), try within(places))
    case .requests(let ids):
      var parts: [Part] = []
      for list in try lists(of: ids, in: "request_id", .entry, size: Book.batch) {
        let named = "request_id = any(\(list))"
        parts.append(Part(condition: usage + named))
        parts.append(
          Part(
            prefix: reversals(of: named, in: select),
            condition: "\(usage)request_id is null and entry_id in (select entry_id from named)"))
      }
      return parts
    case .entryIDs(let ids):
      // One part, whatever its length: an entry may be in the list and reverse another one of it.
      var conditions: [String] = []
      for column in ["entry_id", "reverses_entry_id"] {
        for list in try lists(of: ids, in: column, .entry) {
          conditions.append("\(column) = any(\(list))")
        }
      }
      guard !conditions.isEmpty else { return [] }
      return [Part(condition: "\(usage)(\(conditions.joined(separator: " or ")))")]
    }
  }

  /// A row without a finite time lies in no range, and must not be lost for it. Of most of a month one
  /// condition says all; for a few days each is a part of its own, so that one index finds its rows.
  private func occurred(
    _ range: Range<Instant>, _ places: String
  ) throws(BooksError) -> [Part] {
    let inRange = """
      (occurred_at >= \(try literal(range.lowerBound)) \
      and occurred_at < \(try literal(range.upperBound)))
      """
    let untold = ["occurred_at is null", "occurred_at in ('infinity', '-infinity')"]
    guard range.upperBound.seconds(since: range.lowerBound) < Book.fewDays else {
      return [Part(condition: "(\(([inRange] + untold).joined(separator: " or ")))\(places)")]
    }
    return [Part(condition: inRange + places, time: places.isEmpty ? "occurred_at" : nil)]
      + untold.map { Part(condition: $0 + places) }
  }

  /// Seconds; a range that is shorter is a small part of the book.
  private static let fewDays: Int64 = 15 * 86_400

  /// Of whole months, most of the ledger is wanted, and one condition says what. For a few days each
  /// condition is a part of its own, so that the server finds its rows by one index.
  private func booked(
    _ periods: [AccountingPeriod], from: String, _ places: String
  ) -> [Part] {
    let untold = "period is null or period in ('infinity', '-infinity')"
    let since = "posted_at >= \(from)"
    guard periods.isEmpty else {
      let all = """
        \(months(periods, "period")) or \(months(periods, "service_period")) \
        or \(since) or posted_at is null or posted_at = '-infinity' or \(untold)
        """
      return [Part(condition: "\(usage)(\(all))\(places)")]
    }
    let others = [
      "posted_at is null", "posted_at = '-infinity'",
      "(\(untold)) and posted_at < \(from) and posted_at > '-infinity'",
    ]
    let first = Part(
      condition: "\(usage)(\(since))\(places)", time: places.isEmpty ? "posted_at" : nil)
    return [first] + others.map { Part(condition: "\(usage)(\($0))\(places)") }
  }

  private var usage: String { "account = 'llm_usage' and " }

  /// The entries that match, the reversals without a request of their own that name one of them,
  /// and those that name one of these.
  private func reversals(of condition: String, in select: String) -> String {
    """
    with recursive named as (
      select entry_id from (\(select)
      ) e where \(usage)\(condition)
      union
      select e.entry_id from (\(select)
      ) e join named on e.\(reverses("named.entry_id")) where \(usage)request_id is null)
    """
  }

  private func any(of ids: [String], in column: String) throws(BooksError) -> [Part] {
    try lists(of: ids, in: column, .usageEvent, size: Book.batch).map { list in
      Part(condition: "\(column) = any(\(list))")
    }
  }

  private var isNameless: String {
    uuids(.usageEvent).contains("request_id")
      ? "request_id is null" : "request_id is null or request_id = ''"
  }

  /// Events that occurred in a range, at some places.
  func inRange(_ range: Range<Instant>, _ places: PlaceFilter) throws(BooksError) -> String {
    """
    occurred_at >= \(try literal(range.lowerBound)) \
    and occurred_at < \(try literal(range.upperBound))\(try within(places))
    """
  }

  private func within(_ places: PlaceFilter) throws(BooksError) -> String {
    var condition = ""
    if !places.tenants.isEmpty {
      condition += " and tenant_id = any(\(try connection.literal(places.tenants)))"
    }
    if !places.deployments.isEmpty {
      condition += " and deployment_id = any(\(try connection.literal(places.deployments)))"
    }
    return condition
  }

  func literal(_ instant: Instant) throws(BooksError) -> String {
    try connection.literal(instant.description) + "::timestamptz"
  }

  /// Any day of the months, so that a wrong day of the right month is found and named.
  func months(_ periods: [AccountingPeriod], _ column: String) -> String {
    let ranges = periods.map { period in
      "(\(column) >= '\(period.firstDay)' and \(column) <= '\(period.lastDay)')"
    }
    return ranges.isEmpty ? "false" : "(\(ranges.joined(separator: " or ")))"
  }
}
