/// A point in time, in microseconds since 1970-01-01T00:00:00Z: the resolution of PostgreSQL.
public struct Instant: Hashable, Sendable {
  public let microseconds: Int64

  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// Reads `2026-10-01T00:00:00Z`, with a fraction of up to six digits and an offset such as
  /// `+02:00` if need be; a blank may stand for the `T`.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "),
      let date = CivilDate(String(decoding: bytes[..<10], as: UTF8.self)),
      let seconds = Instant.secondsOfDay(bytes[11..<19])
    else { return nil }
    var rest = bytes[19...]
    var fraction: Int64 = 0
    if rest.first == UInt8(ascii: ".") {
      let digits = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
      guard (1...6).contains(digits.count) else { return nil }
      fraction = digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
      for _ in digits.count..<6 { fraction *= 10 }
      rest = rest.dropFirst(digits.count + 1)
    }
    guard let offset = Instant.offset(rest) else { return nil }
    let local = Int64(date.daysSinceEpoch) * 86_400 + seconds
    self.init(microseconds: (local - offset) * 1_000_000 + fraction)
  }

  public func adding(seconds: Int64) -> Instant {
    Instant(microseconds: microseconds + seconds * 1_000_000)
  }

  /// Seconds from `earlier` to this instant, rounded towards zero.
  public func seconds(since earlier: Instant) -> Int64 {
    (microseconds - earlier.microseconds) / 1_000_000
  }

  private static func secondsOfDay(_ text: ArraySlice<UInt8>) -> Int64? {
    let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      .map { $0.count == 2 ? Int(digits: String(decoding: $0, as: UTF8.self)) : nil }
    guard parts.count == 3, let hour = parts[0], let minute = parts[1], let second = parts[2],
      (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second)
    else { return nil }
    return Int64(hour * 3600 + minute * 60 + second)
  }

  private static func offset(_ text: ArraySlice<UInt8>) -> Int64? {
    if text.elementsEqual([UInt8(ascii: "Z")]) { return 0 }
    guard let sign = text.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
      return nil
    }
    let clock = Array(text.dropFirst().filter { $0 != UInt8(ascii: ":") })
    guard clock.count == 2 || clock.count == 4,
      let hours = Int(digits: String(decoding: clock[..<2], as: UTF8.self)), hours < 24,
      let minutes = Int(digits: "0" + String(decoding: clock[2...], as: UTF8.self)), minutes < 60
    else { return nil }
    return Int64((sign == UInt8(ascii: "-") ? -60 : 60) * (hours * 60 + minutes))
  }
}

extension Instant: Comparable, CustomStringConvertible {
  public static func < (left: Instant, right: Instant) -> Bool {
    left.microseconds < right.microseconds
  }

  /// RFC 3339 in UTC, with six decimals only where there is a fraction of a second.
  public var description: String {
    let seconds = Int(microseconds).flooredQuotient(1_000_000)
    let fraction = Int(microseconds) - seconds * 1_000_000
    let days = seconds.flooredQuotient(86_400)
    let rest = seconds - days * 86_400
    let clock = [rest / 3600, rest / 60 % 60, rest % 60].map { padded($0, to: 2) }
    let decimals = fraction == 0 ? "" : ".\(padded(fraction, to: 6))"
    return "\(CivilDate(daysSinceEpoch: days))T\(clock.joined(separator: ":"))\(decimals)Z"
  }
}
