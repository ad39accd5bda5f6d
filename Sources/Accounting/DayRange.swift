/// A range as people give it: whole local days, the last one included.
public struct DayRange: Hashable, Sendable {
  public let first: CivilDate
  public let last: CivilDate

  /// - Returns: `nil` when `last` lies before `first`.
  public init?(from first: CivilDate, to last: CivilDate) {
    guard first <= last else { return nil }
    self.first = first
    self.last = last
  }

  /// All days of a billing month.
  public init(_ period: AccountingPeriod) {
    first = period.firstDay
    last = period.lastDay
  }

  /// The same range in time: from the start of the first day up to, not including, the start of
  /// the day after the last.
  public func instants(in zone: BillingZone) -> Range<Instant> {
    zone.start(of: first)..<zone.start(of: last.adding(days: 1))
  }

  /// The billing months that the range touches, in order.
  public var periods: [AccountingPeriod] {
    var periods = [first.period]
    while let latest = periods.last, latest < last.period { periods.append(latest.next) }
    return periods
  }

  /// Whether every day of `period` lies in the range.
  public func covers(_ period: AccountingPeriod) -> Bool {
    first <= period.firstDay && period.lastDay <= last
  }

  public func touches(_ period: AccountingPeriod) -> Bool {
    first <= period.lastDay && period.firstDay <= last
  }
}
