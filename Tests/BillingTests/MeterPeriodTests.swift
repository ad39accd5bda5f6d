import Accounting
import Billing
import Testing

@Suite("Periods of meters")
struct MeterPeriodTests {
  func start(_ period: MeterPeriod?, _ instant: String, from anchor: String) throws -> String {
    let instant = try #require(Instant(instant))
    return try #require(period).start(of: instant, from: try #require(Instant(anchor))).description
  }

  @Test func monthsKeepTheirDay() throws {
    let anchor = "2026-01-31T09:30:00Z"
    for (instant, expected) in [
      ("2026-01-31T09:30:00Z", "2026-01-31T09:30:00Z"),
      ("2026-02-28T09:29:59Z", "2026-01-31T09:30:00Z"),
      ("2026-02-28T09:30:00Z", "2026-02-28T09:30:00Z"),
      ("2026-03-31T09:29:59Z", "2026-02-28T09:30:00Z"),
      ("2026-04-30T12:00:00Z", "2026-04-30T09:30:00Z"),
      ("2028-02-29T09:30:00Z", "2028-02-29T09:30:00Z"),
      ("2025-12-31T09:29:59Z", "2025-11-30T09:30:00Z"),
    ] {
      #expect(try start(.month, instant, from: anchor) == expected)
    }
  }

  @Test func daysAndTimesAndMixtures() throws {
    let anchor = "2026-01-01T00:00:00Z"
    #expect(try start(.day, "2026-05-05T23:59:59Z", from: anchor) == "2026-05-05T00:00:00Z")
    #expect(try start(.day, "2025-05-05T23:59:59Z", from: anchor) == "2025-05-05T00:00:00Z")
    let hours = MeterPeriod(microseconds: 5 * 3_600_000_000)
    #expect(try start(hours, "2026-01-01T14:00:00Z", from: anchor) == "2026-01-01T10:00:00Z")
    let mixed = MeterPeriod(months: 1, days: 10)
    #expect(try start(mixed, "2026-02-10T00:00:00Z", from: anchor) == "2026-01-01T00:00:00Z")
    #expect(try start(mixed, "2026-02-11T00:00:00Z", from: anchor) == "2026-02-11T00:00:00Z")
    #expect(try start(mixed, "2026-03-21T00:00:00Z", from: anchor) == "2026-03-21T00:00:00Z")
  }

  @Test func oddOnesAreNone() {
    #expect(MeterPeriod() == nil)
    #expect(MeterPeriod(months: -1, days: 40) == nil)
    #expect(MeterPeriod(months: 12_001) == nil)
  }

  /// No time, however odd, may make a call fail.
  @Test func anyTimeHasAnAnswer() {
    let times = [Int64.min, -1, 0, 1, 1_759_276_800_000_000, Int64.max].map {
      Instant(microseconds: $0)
    }
    for period in [MeterPeriod.month, .day, MeterPeriod(microseconds: 1)].compactMap(\.self) {
      for now in times {
        for anchor in times {
          var balance = MeterBalance()
          balance.settle(
            at: now, limit: .upTo(.zero), period: period, from: anchor, rolloverCap: nil)
          #expect(balance.used == .zero)
        }
      }
    }
  }
}
