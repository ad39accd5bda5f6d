import Accounting

private let microsecondsPerDay: Int64 = 86_400_000_000

/// The server counts time from 2000-01-01, in microseconds and in days; the core from 1970-01-01.
enum PostgresTime {
  /// Times and dates that the calendar of years 1 to 9999 holds, days of margin left for zones.
  static let days = -719_160...2_932_895
  /// Days from the core's epoch to the server's.
  static let epochDays: Int64 = 10_957

  /// The day of a time, since the core's epoch.
  static func day(_ count: Int64) -> Int { Int(count / microsecondsPerDay + epochDays) }

  /// `nil` for infinities, and what lies outside the calendar.
  static func instant(_ count: Int64) -> Instant? {
    guard count != .max, count != .min, days.contains(day(count)) else { return nil }
    return Instant(microseconds: count + epochDays * microsecondsPerDay)
  }

  /// `nil` for infinities, what lies outside the calendar, and a day that begins no month.
  static func period(_ count: Int32) -> AccountingPeriod? {
    guard count != .max, count != .min, days.contains(Int(Int64(count) + epochDays)) else {
      return nil
    }
    let date = CivilDate(daysSinceEpoch: Int(Int64(count) + epochDays))
    return date == date.period.firstDay ? date.period : nil
  }
}

extension FieldReader {
  /// `nil` with a problem noted for infinities, and what lies outside the years 1 to 9999.
  mutating func time() throws(BooksError) -> Instant? {
    guard let field = required() else { return nil }
    return try time(field)
  }

  /// When something begins to hold: PostgreSQL's `-infinity` stands for always.
  mutating func beginning() throws(BooksError) -> Instant? {
    guard let field = required() else { return nil }
    guard try count(field) != .min else {
      return Instant(microseconds: Int64(PostgresTime.days.lowerBound) * microsecondsPerDay)
    }
    return try time(field)
  }

  /// As `beginning`, where NULL stands for always too.
  mutating func optionalBeginning() throws(BooksError) -> Instant? {
    guard let field = next(), try count(field) != .min else { return nil }
    return try time(field)
  }

  /// When it no longer holds: NULL, `infinity` and what lies at the calendar's end or past it, such
  /// as the last second of 9999, stand for never.
  mutating func end() throws(BooksError) -> Instant? {
    guard let field = next() else { return nil }
    let day = PostgresTime.day(try count(field))
    return day > PostgresTime.days.upperBound ? nil : try time(field)
  }

  /// NULL stands for a time that is not told; so do `-infinity` and `infinity`.
  mutating func optionalTime() throws(BooksError) -> Instant? {
    guard let field = next() else { return nil }
    let count = try count(field)
    return count == .min || count == .max ? nil : try time(field)
  }

  /// Any day.
  mutating func day() throws(BooksError) -> CivilDate? {
    guard let field = required() else { return nil }
    guard field.count == 4 else { throw wrongLength(field, "date") }
    let count = Int32(bigEndian: field.loadUnaligned(as: Int32.self))
    if isInfinite(count == .max, count == .min) { return nil }
    let day = Int(Int64(count) + PostgresTime.epochDays)
    return isInCalendar(day) ? CivilDate(daysSinceEpoch: day) : nil
  }

  private func count(_ field: UnsafeRawBufferPointer) throws(BooksError) -> Int64 {
    guard field.count == 8 else { throw wrongLength(field, "timestamptz") }
    return Int64(bigEndian: field.loadUnaligned(as: Int64.self))
  }

  private mutating func time(_ field: UnsafeRawBufferPointer) throws(BooksError) -> Instant? {
    let count = try count(field)
    if isInfinite(count == .max, count == .min) { return nil }
    guard isInCalendar(PostgresTime.day(count)) else { return nil }
    return Instant(
      microseconds: count + PostgresTime.epochDays * microsecondsPerDay)
  }

  /// The month a date stands for: it must be the month's first day.
  mutating func period() throws(BooksError) -> AccountingPeriod? {
    guard let field = required() else { return nil }
    return try period(field)
  }

  mutating func optionalPeriod() throws(BooksError) -> AccountingPeriod? {
    guard let field = next() else { return nil }
    return try period(field)
  }

  /// The month is told even where the day is wrong: the row belongs to it, though set aside.
  private mutating func period(
    _ field: UnsafeRawBufferPointer
  ) throws(BooksError) -> AccountingPeriod? {
    guard field.count == 4 else { throw wrongLength(field, "date") }
    let count = Int32(bigEndian: field.loadUnaligned(as: Int32.self))
    if isInfinite(count == .max, count == .min) { return nil }
    let day = Int(Int64(count) + PostgresTime.epochDays)
    guard isInCalendar(day) else { return nil }
    let date = CivilDate(daysSinceEpoch: day)
    if date != date.period.firstDay { note("\(name) \(date) is not the first day of a month") }
    return date.period
  }

  private mutating func isInfinite(_ isLate: Bool, _ isEarly: Bool) -> Bool {
    if isLate || isEarly { note("\(name) is \(isLate ? "infinity" : "-infinity")") }
    return isLate || isEarly
  }

  private mutating func isInCalendar(_ day: Int) -> Bool {
    let isHeld = PostgresTime.days.contains(day)
    if !isHeld { note("\(name) lies outside the years 1 to 9999") }
    return isHeld
  }
}
