import Accounting
import Reconciliation

extension ScenarioParser {
  /// `expect nothing`, or `expect CODE SUBJECT [variance [PLACE] AMOUNT]… [KIND [PLACE] AMOUNT]…
  /// [held]`: every break of the case with every entry proposed for it. The subject is a request, a
  /// row, the place of a group, or `-` for what has no place.
  mutating func readExpectation(_ words: inout ScenarioWords) throws {
    let word = try words.word("a break code")
    if word == "nothing" {
      current?.tiesOut = true
      return
    }
    guard let code = BreakCode(rawValue: word) else {
      throw words.error("'\(word)' is no break code")
    }
    var expectation = Scenario.Expectation(
      code: code, subject: try words.word("a subject"), line: words.line)
    try words.options { name, words in
      switch name {
      case "variance":
        if let place = try ScenarioParser.place(before: &words) {
          expectation.shares.append((place, try words.money()))
        } else {
          expectation.amount = try words.money()
        }
      case "held": expectation.isHeld = true
      case "measure":
        expectation.measure = Measure(try words.money(), try words.word("a unit"))
      case "stop", "error", "warning", "info": expectation.severity = Severity(rawValue: name)
      default:
        let kind = EntryKind(name)
        if case .other = kind { return false }
        let place = try ScenarioParser.place(before: &words)
        expectation.corrections.append(
          Scenario.ExpectedCorrection(kind: kind, place: place, amount: try words.money()))
      }
      return true
    }
    current?.expectations.append(expectation)
  }

  /// `group PLACE [recorded X] [due X] [posted X] [variance X] [LINE X]…`: of the lines that are not
  /// zero either none is named or all are.
  mutating func readGroup(_ words: inout ScenarioWords) throws {
    var group = Scenario.ExpectedGroup(place: try words.placeName(), line: words.line)
    try words.options { name, words in
      if ["recorded", "due", "posted", "variance"].contains(name) {
        group.figures.append((name, try words.money()))
        return true
      }
      let spoken = name.replacing("-", with: " ")
      guard
        let line = BridgeLine.allCases.first(where: {
          $0.rawValue.replacing("-", with: " ") == spoken
        })
      else { return false }
      group.lines[line] = try words.money()
      return true
    }
    current?.groups.append(group)
  }

  /// A place, if the next word is not already the amount.
  private static func place(before words: inout ScenarioWords) throws -> Scenario.PlaceName? {
    guard let word = words.next, (try? Money(word)) == nil else { return nil }
    return try words.placeName()
  }
}
