import Accounting

/// The command line's way to say which days: as text, so that an error can name the flag.
package struct RangeFlags: Hashable, Sendable {
  package var from: String?
  package var to: String?
  package var period: String?

  package init(from: String? = nil, to: String? = nil, period: String? = nil) {
    self.from = from
    self.to = to
    self.period = period
  }

  /// - Returns: `nil` where the flags say nothing.
  /// - Throws: `UsageError`.
  package func days() throws(UsageError) -> DayRange? {
    if let period {
      guard from == nil, to == nil else {
        throw UsageError(
          "--period and --from/--to exclude each other", hint: "give one or the other")
      }
      return DayRange(try Self.month(period, flag: "--period: "))
    }
    switch (from, to) {
    case (nil, nil): return nil
    case (let from?, let to?):
      let first = try Self.day(from, flag: "--from")
      let last = try Self.day(to, flag: "--to")
      guard let range = DayRange(from: first, to: last) else {
        throw UsageError("--from \(first) is after --to \(last)", hint: "swap the two")
      }
      return range
    case (_?, nil):
      throw UsageError("--from without --to", hint: "add --to DAY, the last day of the range")
    case (nil, _?):
      throw UsageError("--to without --from", hint: "add --from DAY, the first day of the range")
    }
  }

  /// - Parameters:
  ///   - text: RFC 3339.
  ///   - setting: where it stands.
  package static func moment(
    _ text: String, of setting: String = "--as-of"
  ) throws(UsageError) -> Instant {
    guard let moment = Instant(text) else {
      throw UsageError(
        "\(setting): no such moment '\(text.harmless)'",
        hint: "write date, time and offset, such as 2026-11-01T02:00:00Z")
    }
    return moment
  }

  /// - Parameter texts: each one format or several with commas between.
  package static func formats(_ texts: [String]) throws(UsageError) -> [String]? {
    let words = texts.flatMap { text in
      text.split(separator: ",", omittingEmptySubsequences: false).map { word in
        word.filter { $0 != " " }
      }
    }
    for word in words where !Job.knownFormats.contains(word) {
      throw UsageError(
        "--format: unknown format '\(word)'", hint: Nearest.hint(word, in: Job.knownFormats))
    }
    return words.isEmpty ? nil : Job.knownFormats.filter(words.contains)
  }

  /// - Throws: `UsageError` where a flag was given an empty text, as an unset variable of a script is.
  package static func refuseEmpty(_ texts: [String?], flag: String) throws(UsageError) {
    guard texts.contains("") else { return }
    throw UsageError("\(flag) is empty", hint: "leave it out, or say which")
  }

  private static func day(_ text: String, flag: String) throws(UsageError) -> CivilDate {
    guard let day = CivilDate(text) else {
      throw UsageError("\(flag): no such day '\(text)'", hint: "write it as 2026-10-31")
    }
    return day
  }

  /// - Parameter flag: what it was given to, for the message.
  package static func month(
    _ text: String, flag: String = ""
  ) throws(UsageError) -> AccountingPeriod {
    guard let period = AccountingPeriod(text) else {
      throw UsageError("\(flag)no such month '\(text)'", hint: "write it as 2026-10")
    }
    return period
  }
}
