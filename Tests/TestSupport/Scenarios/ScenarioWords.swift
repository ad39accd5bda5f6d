import Accounting
import Billing
import Reconciliation

/// The words of one line of a working paper, taken off from the front.
struct ScenarioWords {
  let place: String
  let line: Int
  private var rest: [String]

  /// - Returns: `nil` for a line that is blank or a comment.
  init?(_ text: Substring, file: String, line: Int) {
    let spoken = text.prefix { $0 != "#" }
    rest = spoken.split(whereSeparator: \.isWhitespace).map(String.init)
    place = "\(file):\(line)"
    self.line = line
    if rest.isEmpty { return nil }
  }

  var isEmpty: Bool { rest.isEmpty }
  var next: String? { rest.first }
  var remaining: String { rest.joined(separator: " ") }

  func error(_ problem: String) -> ScenarioError { ScenarioError(place: place, problem: problem) }

  mutating func word(_ what: String) throws -> String {
    guard !rest.isEmpty else { throw error("\(what) is missing at the end of the line") }
    return rest.removeFirst()
  }

  mutating func take<Value>(_ what: String, as read: (String) -> Value?) throws -> Value {
    let word = try word(what)
    guard let value = read(word) else { throw error("'\(word)' is not \(what)") }
    return value
  }

  mutating func money() throws -> Money { try take("an amount") { try? Money($0) } }

  mutating func number() throws -> Int64 { try take("a whole number") { Int64($0) } }

  mutating func period() throws -> AccountingPeriod {
    try take("a month such as 2026-09") { AccountingPeriod($0) }
  }

  mutating func currency() throws -> Currency { try take("a currency") { Currency($0) } }

  /// A day (noon of it) or a time such as `2026-09-03T10:00:00Z`, always in UTC.
  mutating func instant() throws -> Instant {
    try take("a day or a time such as 2026-09-03T10:00:00Z") {
      Instant($0) ?? Instant("\($0)T12:00:00Z")
    }
  }

  /// A duration such as `6h`, `5s` or `2d`, in seconds.
  mutating func seconds() throws -> Int64 {
    try take("a duration such as 6h") { text in
      guard let unit = text.last, let count = Int64(text.dropLast()) else { return nil }
      return switch unit {
      case "s": count
      case "m": count * 60
      case "h": count * 3600
      case "d": count * 86_400
      default: nil
      }
    }
  }

  mutating func placeName() throws -> Scenario.PlaceName {
    try take("a place such as acme/prod or acme/prod@2026-09") { text in
      let parts = text.split(separator: "@", omittingEmptySubsequences: false)
      let names = parts[0].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard names.count <= 2, names.allSatisfy({ !$0.isEmpty }) else { return nil }
      var place = Scenario.PlaceName(
        tenant: names[0], deployment: names.count == 2 ? names[1] : nil)
      for part in parts.dropFirst() {
        if let period = AccountingPeriod(part) {
          place.period = period
        } else if let currency = Currency(part) {
          place.currency = currency
        } else {
          return nil
        }
      }
      return place
    }
  }

  mutating func range() throws -> DayRange {
    try take("a range such as 2026-09-01..2026-09-30 or a month") { text in
      if let period = AccountingPeriod(text) { return DayRange(period) }
      let ends = text.split(separator: ".", omittingEmptySubsequences: true)
      guard ends.count == 2, let first = CivilDate(ends[0]), let last = CivilDate(ends[1]) else {
        return nil
      }
      return DayRange(from: first, to: last)
    }
  }

  /// Goes through the options that follow, word by word.
  mutating func options(_ read: (String, inout ScenarioWords) throws -> Bool) throws {
    while !rest.isEmpty {
      let name = rest.removeFirst()
      if try !read(name, &self) { throw error("the option '\(name)' is not known here") }
    }
  }
}
