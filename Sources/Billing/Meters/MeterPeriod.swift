import Accounting

/// How long an allowance lasts: months, days and microseconds, as PostgreSQL keeps an `interval`.
public struct MeterPeriod: Hashable, Sendable {
  public let months: Int
  public let days: Int
  public let microseconds: Int64

  public static let day = MeterPeriod(validMonths: 0, days: 1)
  public static let month = MeterPeriod(validMonths: 1, days: 0)

  private init(validMonths months: Int, days: Int) {
    self.months = months
    self.days = days
    microseconds = 0
  }

  /// - Returns: `nil` where a part is negative, all are zero, or one is longer than 1,000 years.
  public init?(months: Int = 0, days: Int = 0, microseconds: Int64 = 0) {
    guard (0...12_000).contains(months), (0...365_250).contains(days),
      (0...31_557_600_000_000_000).contains(microseconds),
      months > 0 || days > 0 || microseconds > 0
    else { return nil }
    self.months = months
    self.days = days
    self.microseconds = microseconds
  }

  /// The start of the period that an instant falls in, counted from `anchor` in UTC, both ways. Each
  /// start is a whole number of periods after the anchor, so that no month's end is lost on the way.
  ///
  /// Example: months from 31 January begin on 28 February, 31 March, 30 April…
  public func start(of instant: Instant, from anchor: Instant) -> Instant {
    let moment = Int128(instant.microseconds)
    let distance = moment - Int128(anchor.microseconds)
    let estimates = [distance / length(ofMonth: 28), distance / length(ofMonth: 31)]
    var low = (estimates.min() ?? 0) - 2
    var high = (estimates.max() ?? 0) + 2
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if beginning(of: middle, from: anchor) <= moment { low = middle } else { high = middle }
    }
    let start = Int64(exactly: beginning(of: low, from: anchor))
    return start.map { Instant(microseconds: $0) } ?? anchor
  }

  private func length(ofMonth monthDays: Int) -> Int128 {
    Int128(months * monthDays + days) * Self.dayLength + Int128(microseconds)
  }

  /// Of the period so many after the anchor's, in microseconds since 1970.
  private func beginning(of count: Int128, from anchor: Instant) -> Int128 {
    let day = BillingZone.utc.day(of: anchor)
    let timeOfDay = Int128(anchor.microseconds) - Int128(day.daysSinceEpoch) * Self.dayLength
    let shifted = day.adding(months: Int(clamping: count * Int128(months)))
    let days = Int128(shifted.daysSinceEpoch) + count * Int128(days)
    return days * Self.dayLength + timeOfDay + count * Int128(microseconds)
  }

  private static let dayLength: Int128 = 86_400_000_000
}
