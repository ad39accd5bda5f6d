import Accounting

/// When people work: draws a moment of a month.
struct DemoCalendar {
  private let days: [CivilDate]
  private let weights: [Int]
  private let zone: BillingZone

  init(_ days: [CivilDate], zone: BillingZone) {
    self.days = days
    self.zone = zone
    // 1970-01-01 was a Thursday.
    weights = days.map { [10, 11, 3, 2, 10, 11, 11][$0.daysSinceEpoch % 7] }
  }

  func moment(_ random: inout DemoRandom) -> Instant {
    let day = days[random.index(weights: weights)]
    let hour = random.index(weights: Self.hours)
    return zone.start(of: day).adding(seconds: Int64(hour) * 3600 + random.seconds(0, 3599))
  }

  /// How busy the hours of a local day are.
  private static let hours = [
    2, 1, 1, 1, 1, 2, 4, 8, 14, 18, 19, 18, 14, 16, 18, 18, 16, 13, 10, 8, 7, 6, 5, 3,
  ]
}

extension DemoPlan {
  /// A few days before the range and after it, so that a run has neighbours to tell apart.
  private var daysBefore: [CivilDate] {
    (1...3).map { priorPeriod.firstDay.adding(days: -$0) }
  }

  private var daysAfter: [CivilDate] { [period.next.firstDay] }

  /// The months with their days and their shares of the traffic, in thousandths.
  var traffic: [(calendar: DemoCalendar, share: Int)] {
    [
      (DemoCalendar(daysBefore, zone: zone), 5),
      (DemoCalendar(days(of: priorPeriod), zone: zone), 90),
      (DemoCalendar(days(of: period), zone: zone), 900),
      (DemoCalendar(daysAfter, zone: zone), 5),
    ]
  }

  /// Local midnights at which a month ends.
  var boundaries: [Instant] {
    [priorPeriod, period, period.next].map { zone.start(of: $0.firstDay) }
  }

  private func days(of period: AccountingPeriod) -> [CivilDate] {
    let count = period.lastDay.daysSinceEpoch - period.firstDay.daysSinceEpoch
    return (0...count).map { period.firstDay.adding(days: $0) }
  }
}
