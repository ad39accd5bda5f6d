import Accounting
import Foundation

/// Time zones by name, as tables of their changes.
///
/// Source: the system's IANA time zone database, by way of Foundation.
package enum Zones {
  /// - Parameter name: an IANA name, spelt exactly, such as `Europe/Berlin`.
  /// - Throws: `SettingsError` with the nearest name.
  package static func billingZone(named name: String) throws(SettingsError) -> BillingZone {
    if name == "UTC" { return .utc }
    guard name.contains("/"), let zone = TimeZone(identifier: name), zone.identifier == name else {
      let names = TimeZone.knownTimeZoneIdentifiers.filter { $0.contains("/") } + ["UTC"]
      let hint = Nearest.match(name, in: names)
      throw SettingsError(
        "unknown time zone '\(name)'",
        hint: hint.map { "did you mean '\($0)'?" }
          ?? "an IANA name such as UTC, Europe/Berlin or America/New_York")
    }
    return BillingZone(
      name: name, firstOffset: offset(of: zone, at: firstSecond), changes: changes(of: zone))
  }

  private static let firstSecond: Int64 = 0  // 1970-01-01
  private static let lastSecond: Int64 = 4_102_444_800  // 2100-01-01
  /// No zone has changed twice within a day.
  private static let day: Int64 = 86_400

  private static func changes(of zone: TimeZone) -> [BillingZone.Change] {
    var changes: [BillingZone.Change] = []
    var before = offset(of: zone, at: firstSecond)
    for second in Swift.stride(from: firstSecond, to: lastSecond, by: Int(day)) {
      let after = offset(of: zone, at: second + day)
      guard after != before else { continue }
      let start = firstSecondAfterChange(of: zone, from: before, after: second)
      changes.append(
        BillingZone.Change(start: Instant(microseconds: start * 1_000_000), offset: after))
      before = after
    }
    return changes
  }

  /// The exact second of the change that happens within a day after `second`.
  private static func firstSecondAfterChange(
    of zone: TimeZone, from offset: Int, after second: Int64
  ) -> Int64 {
    var low = second
    var high = second + day
    while high - low > 1 {
      let middle = (low + high) / 2
      if self.offset(of: zone, at: middle) == offset { low = middle } else { high = middle }
    }
    return high
  }

  private static func offset(of zone: TimeZone, at second: Int64) -> Int {
    zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(second)))
  }
}
