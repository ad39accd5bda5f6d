import Accounting
import Operations
import Testing

@Suite("Time zones and ranges")
struct SettingsZoneTests {
  private func start(_ day: String, _ zone: String) throws -> String {
    let date = try #require(CivilDate(day))
    return try Zones.billingZone(named: zone).start(of: date).description
  }

  @Test(
    "where a local day starts, in UTC",
    arguments: [
      ("UTC", "2026-03-29", "2026-03-29T00:00:00Z"),
      ("America/New_York", "2026-03-08", "2026-03-08T05:00:00Z"),  // 23 hours
      ("America/New_York", "2026-03-09", "2026-03-09T04:00:00Z"),
      ("America/New_York", "2026-11-01", "2026-11-01T04:00:00Z"),  // 25 hours
      ("America/New_York", "2026-11-02", "2026-11-02T05:00:00Z"),
      ("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z"),
      ("Europe/Berlin", "2026-03-30", "2026-03-29T22:00:00Z"),
      ("Europe/Berlin", "2026-10-26", "2026-10-25T23:00:00Z"),
      ("Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00:00Z"),  // half an hour back
      ("Australia/Lord_Howe", "2026-04-06", "2026-04-05T13:30:00Z"),
      ("America/Sao_Paulo", "2018-11-03", "2018-11-03T03:00:00Z"),
      ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"),  // no midnight
      ("America/Sao_Paulo", "2018-11-05", "2018-11-05T02:00:00Z"),
      ("Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z"),
      ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"),  // the 30th was skipped
      ("Asia/Kathmandu", "2026-01-01", "2025-12-31T18:15:00Z"),
    ])
  func starts(_ zone: String, _ day: String, _ instant: String) throws {
    #expect(try start(day, zone) == instant)
  }

  @Test("a change of the clock is known to the second")
  func exactChange() throws {
    let zone = try Zones.billingZone(named: "Europe/Berlin")
    let change = try #require(Instant("2026-03-29T01:00:00Z"))
    #expect(zone.offset(at: change.adding(seconds: -1)) == 3600)
    #expect(zone.offset(at: change) == 7200)
  }

  @Test(
    "names are spelt exactly",
    arguments: ["europe/berlin", "GMT+3", "Z", "+02:00", "", "CET", "Europe/Berlin "])
  func unknownNames(_ name: String) {
    #expect(throws: SettingsError.self) { try Zones.billingZone(named: name) }
  }

  private func days(_ range: JobRange, _ zone: String, _ asOf: String) throws -> String {
    var job = Job()
    job.range = range
    job.timezone = zone
    let range = try job.resolveRange(asOf: try #require(Instant(asOf)))
    return "\(range.first) \(range.last)"
  }

  @Test("a job's range is counted in its own days")
  func ranges() throws {
    #expect(try days(.yesterday, "UTC", "2026-10-01T00:00:00Z") == "2026-09-30 2026-09-30")
    #expect(
      try days(.yesterday, "America/New_York", "2026-11-02T04:59:59Z") == "2026-10-31 2026-10-31")
    #expect(
      try days(.yesterday, "America/New_York", "2026-11-02T05:00:00Z") == "2026-11-01 2026-11-01")
    #expect(
      try days(.yesterday, "Europe/Berlin", "2026-03-29T22:00:00Z") == "2026-03-29 2026-03-29")
    #expect(try days(.yesterday, "UTC", "2028-03-01T12:00:00Z") == "2028-02-29 2028-02-29")
    #expect(try days(.monthToDate, "UTC", "2026-10-01T02:00:00Z") == "2026-10-01 2026-10-01")
    #expect(try days(.monthToDate, "UTC", "2026-10-17T02:00:00Z") == "2026-10-01 2026-10-17")
    #expect(try days(.previousMonth, "UTC", "2027-01-03T04:00:00Z") == "2026-12-01 2026-12-31")
    #expect(
      try days(.previousMonth, "Asia/Tokyo", "2026-12-31T15:00:00Z") == "2026-12-01 2026-12-31")
  }

  @Test("a job without a range needs one from the command line")
  func noRange() throws {
    let asOf = try #require(Instant("2026-10-01T00:00:00Z"))
    let error = try #require(throws: UsageError.self) { try Job().resolveRange(asOf: asOf) }
    #expect(error.exitStatus == .usage)
  }

  @Test(
    "flags that do not make a range",
    arguments: [
      (RangeFlags(from: "2026-10-01"), "--from without --to"),
      (RangeFlags(to: "2026-10-01"), "--to without --from"),
      (
        RangeFlags(from: "2026-10-02", to: "2026-10-01"),
        "--from 2026-10-02 is after --to 2026-10-01"
      ),
      (RangeFlags(from: "2026-1-02", to: "2026-10-01"), "--from: no such day '2026-1-02'"),
      (RangeFlags(from: "2026-10-01", to: "2026-10-32"), "--to: no such day '2026-10-32'"),
      (RangeFlags(period: "October"), "--period: no such month 'October'"),
      (
        RangeFlags(from: "2026-10-01", period: "2026-10"),
        "--period and --from/--to exclude each other"
      ),
    ])
  func wrongFlags(_ flags: RangeFlags, _ message: String) throws {
    let error = try #require(throws: UsageError.self) { try flags.days() }
    #expect(error.message == message)
    #expect(error.hint != nil)
  }
}
