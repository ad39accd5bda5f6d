import Accounting
import Testing

@Suite("Instants and time zones")
struct TimeTests {
  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2026-10-01 00:00:00Z", 1_790_812_800_000_000),
      ("2026-10-01T02:00:00+02:00", 1_790_812_800_000_000),
      ("2026-10-01T02:00:00+0200", 1_790_812_800_000_000),
      ("2026-09-30T19:30:00-04:30", 1_790_812_800_000_000),
      ("2026-10-01T02:00:00+02", 1_790_812_800_000_000), ("1969-12-31T23:59:59.999999Z", -1),
      ("1970-01-01T00:00:00.5Z", 500_000), ("1970-01-01T00:00:00.000001Z", 1),
    ] as [(String, Int64)])
  func areRead(text: String, microseconds: Int64) throws {
    let instant = try #require(Instant(text))
    #expect(instant.microseconds == microseconds)
    #expect(Instant(instant.description) == instant)
  }

  @Test(arguments: [
    "", "2026-10-01", "2026-10-01T00:00:00", "2026-10-01T24:00:00Z", "2026-10-01T00:60:00Z",
    "2026-10-01T00:00:60Z", "2026-02-30T00:00:00Z", "2026-10-01T00:00:00.Z",
    "2026-10-01T00:00:00.1234567Z", "2026-10-01T00:00:00+2", "2026-10-01X00:00:00Z",
    "2026-10-01T00:00:00z", "2026-10-01T+1:00:00Z", "2026-10-01T00:00:00+99:99",
  ])
  func areRefused(text: String) {
    #expect(Instant(text) == nil, "\(text) was read as \(Instant(text)?.description ?? "")")
  }

  static func zone(_ name: String, _ first: Int, _ changes: [(String, Int)]) throws -> BillingZone {
    BillingZone(
      name: name, firstOffset: first,
      changes: try changes.map {
        BillingZone.Change(start: try #require(Instant($0.0)), offset: $0.1)
      })
  }

  func berlin() throws -> BillingZone {
    try TimeTests.zone(
      "Europe/Berlin", 3600,
      [("2026-03-29T01:00:00Z", 7200), ("2026-10-25T01:00:00Z", 3600)])
  }

  func start(_ day: String, _ zone: BillingZone) throws -> String {
    zone.start(of: try #require(CivilDate(day))).description
  }

  @Test func daysHave23And25Hours() throws {
    let zone = try berlin()
    #expect(try start("2026-03-29", zone) == "2026-03-28T23:00:00Z")
    #expect(try start("2026-03-30", zone) == "2026-03-29T22:00:00Z")
    #expect(try start("2026-10-25", zone) == "2026-10-24T22:00:00Z")
    #expect(try start("2026-10-26", zone) == "2026-10-25T23:00:00Z")
    #expect(zone.offset(at: try #require(Instant("2026-03-29T00:59:59.999999Z"))) == 3600)
    #expect(zone.offset(at: try #require(Instant("2026-03-29T01:00:00Z"))) == 7200)
  }

  @Test func aMonthTurnsAtLocalMidnight() throws {
    let zone = try berlin()
    let last = try #require(Instant("2026-09-30T21:59:59.999999Z"))
    #expect(zone.period(of: last).description == "2026-09")
    #expect(zone.period(of: last.adding(seconds: 1)).description == "2026-10")
    let east = BillingZone(name: "Pacific/Kiritimati", firstOffset: 14 * 3600)
    #expect(east.period(of: try #require(Instant("2026-09-30T10:00:00Z"))).description == "2026-10")
    #expect(try start("2026-10-01", east) == "2026-09-30T10:00:00Z")
    let west = BillingZone(name: "Etc/GMT+12", firstOffset: -12 * 3600)
    #expect(try start("2026-10-01", west) == "2026-10-01T12:00:00Z")
  }

  /// Clocks in São Paulo went from 00:00 to 01:00 on 4 November 2018: the day has no midnight.
  @Test func aDayWithoutMidnightStartsAtTheChange() throws {
    let zone = try TimeTests.zone(
      "America/Sao_Paulo", -3 * 3600,
      [("2018-11-04T03:00:00Z", -2 * 3600), ("2019-02-17T02:00:00Z", -3 * 3600)])
    #expect(try start("2018-11-04", zone) == "2018-11-04T03:00:00Z")
    #expect(try start("2018-11-03", zone) == "2018-11-03T03:00:00Z")
    #expect(try start("2018-11-05", zone) == "2018-11-05T02:00:00Z")
    // And at the end of summer 23:00 to 24:00 comes twice: 17 February starts once.
    #expect(try start("2019-02-16", zone) == "2019-02-16T02:00:00Z")
    #expect(try start("2019-02-17", zone) == "2019-02-17T03:00:00Z")
  }

  /// Where midnight itself comes twice, as in Havana, the day starts at the first.
  @Test func aDayWithTwoMidnightsStartsAtTheFirst() throws {
    let zone = try TimeTests.zone(
      "America/Havana", -4 * 3600, [("2026-11-01T05:00:00Z", -5 * 3600)])
    #expect(try start("2026-11-01", zone) == "2026-11-01T04:00:00Z")
    #expect(zone.period(of: try #require(Instant("2026-11-01T04:30:00Z"))).description == "2026-11")
  }

  /// Samoa went without 30 December 2011 altogether.
  @Test func aDayThatNeverWasIsEmpty() throws {
    let zone = try TimeTests.zone("Pacific/Apia", -10 * 3600, [("2011-12-30T10:00:00Z", 14 * 3600)])
    #expect(try start("2011-12-30", zone) == "2011-12-30T10:00:00Z")
    #expect(try start("2011-12-31", zone) == "2011-12-30T10:00:00Z")
  }

  /// Days follow each other without gap or overlap, whatever the clocks do.
  @Test func daysTileTheYear() throws {
    for zone in [try berlin(), .utc, BillingZone(name: "x", firstOffset: 5 * 3600 + 2700)] {
      var day = try #require(CivilDate("2026-01-01"))
      while day.components.year == 2026 {
        let start = zone.start(of: day)
        let end = zone.start(of: day.adding(days: 1))
        #expect(zone.day(of: start) == day && zone.day(of: end.adding(seconds: -1)) == day)
        #expect([82_800, 86_400, 90_000].contains(end.seconds(since: start)))
        day = day.adding(days: 1)
      }
    }
  }
}
