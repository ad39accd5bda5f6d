/// A billing month.
public struct AccountingPeriod: Hashable, Sendable {
  private let monthsSinceYearZero: Int

  init(monthsSinceYearZero: Int) { self.monthsSinceYearZero = monthsSinceYearZero }

  public init?(year: Int, month: Int) {
    guard (1...9999).contains(year), (1...12).contains(month) else { return nil }
    self.init(monthsSinceYearZero: year * 12 + month - 1)
  }

  /// Reads `2026-10`.
  public init?(_ text: some StringProtocol) {
    guard let firstDay = CivilDate("\(text)-01") else { return nil }
    self = firstDay.period
  }

  /// Months since January of the year 0: one number for each period, in order.
  public var ordinal: Int { monthsSinceYearZero }
  public var year: Int { monthsSinceYearZero.flooredQuotient(12) }
  public var month: Int { monthsSinceYearZero - year * 12 + 1 }
  public var next: AccountingPeriod {
    AccountingPeriod(monthsSinceYearZero: monthsSinceYearZero + 1)
  }
  public var previous: AccountingPeriod {
    AccountingPeriod(monthsSinceYearZero: monthsSinceYearZero - 1)
  }
  /// Of a month just outside the years 1 to 9999 too: the last of them has one after it.
  public var firstDay: CivilDate { CivilDate(unchecked: year, month, 1) }
  public var lastDay: CivilDate { next.firstDay.adding(days: -1) }
}

extension AccountingPeriod: Comparable, CustomStringConvertible {
  public static func < (left: AccountingPeriod, right: AccountingPeriod) -> Bool {
    left.monthsSinceYearZero < right.monthsSinceYearZero
  }

  public var description: String { "\(padded(year, to: 4))-\(padded(month, to: 2))" }
}
