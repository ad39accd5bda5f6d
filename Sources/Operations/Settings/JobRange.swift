import Accounting

/// The days a job looks at when the command line gives none.
package enum JobRange: Hashable, Sendable {
  case yesterday
  /// From the first of the month up to and including the day of the run.
  case monthToDate
  case previousMonth
  case fixed(DayRange)

  /// The words of a job file, in the order in which they are offered.
  package static let words: [(word: String, range: JobRange)] = [
    ("yesterday", .yesterday), ("month-to-date", .monthToDate),
    ("previous-month", .previousMonth),
  ]

  /// - Parameter today: the local day of the run.
  package func days(today: CivilDate) -> DayRange {
    switch self {
    case .yesterday: Self.days(today.adding(days: -1), today.adding(days: -1))
    case .monthToDate: Self.days(today.period.firstDay, today)
    case .previousMonth: DayRange(today.period.previous)
    case .fixed(let range): range
    }
  }

  private static func days(_ first: CivilDate, _ last: CivilDate) -> DayRange {
    guard let range = DayRange(from: first, to: last) else {
      preconditionFailure("a range that ends before it starts")
    }
    return range
  }
}

extension JobRange: CustomStringConvertible {
  package var description: String {
    if case .fixed(let range) = self { return "\(range.first) to \(range.last)" }
    return Self.words.first { $0.range == self }?.word ?? ""
  }
}
