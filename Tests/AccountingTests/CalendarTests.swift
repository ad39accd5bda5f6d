import Accounting
import Testing

@Suite("Days, months and ranges")
struct CalendarTests {
  /// Counts every day from 1800 to 2200 by the rules a child learns, and compares.
  @Test func agreeWithACalendarKeptByHand() throws {
    var date = try #require(CivilDate("1800-01-01"))
    #expect(date.daysSinceEpoch == -62_091)
    for year in 1800..<2201 {
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      for (index, length) in lengths.enumerated() {
        let period = try #require(AccountingPeriod(year: year, month: index + 1))
        #expect(period.firstDay == date)
        #expect(period.lastDay == date.adding(days: length - 1))
        #expect(AccountingPeriod(period.description) == period)
        #expect(period.next.previous == period && period < period.next)
        for day in 1...length {
          guard date.components == (year, index + 1, day), date.period == period,
            CivilDate(year: year, month: index + 1, day: day) == date,
            CivilDate(date.description) == date
          else {
            Issue.record("\(year)-\(index + 1)-\(day) is read as \(date)")
            return
          }
          date = date.adding(days: 1)
        }
        #expect(CivilDate(year: year, month: index + 1, day: length + 1) == nil)
      }
    }
  }

  @Test func theLastMonthEndsToo() throws {
    let last = try #require(AccountingPeriod("9999-12"))
    #expect(last.lastDay.description == "9999-12-31")
    #expect(DayRange(last).first.description == "9999-12-01")
  }

  @Test(arguments: [
    "2026-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "26-01-01", "2026-01-32", "2026/01/01",
    "2026-01-00", "", "2026-01-01Z", "0000-01-01", "-001-01-01", "2026-+1-01",
  ])
  func refuseDaysThatAreNone(text: String) {
    #expect(CivilDate(text) == nil)
  }

  @Test(arguments: ["2026", "2026-13", "2026-00", "202-010", "2026-1", "2026-10-01", "0000-01"])
  func refuseMonthsThatAreNone(text: String) {
    #expect(AccountingPeriod(text) == nil)
  }

  @Test func knowLeapDays() throws {
    #expect(CivilDate("2024-02-29") != nil)
    #expect(CivilDate("1900-02-29") == nil)
    #expect(CivilDate("2000-02-29") != nil)
    #expect(try #require(AccountingPeriod("2024-02")).lastDay.description == "2024-02-29")
    #expect(CivilDate(daysSinceEpoch: 0).description == "1970-01-01")
  }

  @Test func rangesIncludeTheirLastDay() throws {
    let first = try #require(CivilDate("2026-09-15"))
    let last = try #require(CivilDate("2026-11-30"))
    let range = try #require(DayRange(from: first, to: last))
    #expect(range.periods.map(\.description) == ["2026-09", "2026-10", "2026-11"])
    #expect(!range.covers(range.first.period))
    #expect(range.covers(range.last.period))
    #expect(range.touches(range.first.period) && !range.touches(range.last.period.next))
    #expect(DayRange(from: range.last, to: range.first) == nil)
    let instants = range.instants(in: .utc)
    #expect(instants.lowerBound.description == "2026-09-15T00:00:00Z")
    #expect(instants.upperBound.description == "2026-12-01T00:00:00Z")
    #expect(DayRange(range.last.period).covers(range.last.period))
  }
}
