import Accounting
import Billing
import Reconciliation

/// How a request comes to its difference, in each currency of its rows: what may be charged, what
/// was posted, and which line of the bridge each part of the difference belongs to.
enum Arithmetic {
  /// As many as a person adds up.
  private static let entriesShown = 50

  static func lines(of match: RequestMatch) throws -> [String] {
    var currencies = Set(match.home.map { [$0.currency] } ?? [])
    for entry in match.entries { currencies.insert(entry.currency) }
    return try currencies.sorted().flatMap { try lines(of: match, in: $0) }
  }

  private static func lines(of match: RequestMatch, in currency: Currency) throws -> [String] {
    var steps = charges(match, in: currency)
    let posted = try addEntries(of: match, in: currency, to: &steps)
    steps.append(("posted in all", posted))
    let stands = match.home?.currency == currency ? match.accepted : .zero
    steps.append(("posted less what may stand", try posted - stands))
    steps += match.shares.filter { $0.group.currency == currency }.map {
      ("  of it \($0.line.rawValue) in \($0.group)", $0.amount)
    }
    var table = TextTable([.left, .decimal, .left])
    for (words, amount) in steps {
      table.append(
        String(words.harmless.prefix(100)), amount.text(in: currency).grouped,
        currency.code)
    }
    return table.lines()
  }

  /// Each entry a step, the many of a giant one together.
  /// - Returns: what they come to.
  private static func addEntries(
    of match: RequestMatch, in currency: Currency, to steps: inout [(String, Money)]
  ) throws -> Money {
    var (posted, told, count) = (Money.zero, Money.zero, 0)
    for entry in match.entries where entry.currency == currency {
      try posted += entry.amount
      count += 1
      guard count <= entriesShown else { continue }
      steps.append(("entry \(entry.entryID), \(entry.kind.text)", entry.amount))
      told = posted
    }
    if count > entriesShown {
      steps.append(("\(count - entriesShown) entries more", try posted - told))
    }
    return posted
  }

  private static func charges(
    _ match: RequestMatch, in currency: Currency
  ) -> [(String, Money)] {
    guard let event = match.charged, match.home?.currency == currency else {
      return [(reasonForNothing(match), .zero)]
    }
    let charge = event.charge ?? .zero
    var steps = [("charge of event \(event.eventID), exact", charge)]
    if match.expected != charge { steps.append(("rounded, as one entry", match.expected)) }
    if match.accepted != match.expected {
      steps.append(("what was posted is within rounding of it", match.accepted))
    }
    return steps
  }

  private static func reasonForNothing(_ match: RequestMatch) -> String {
    if match.charged != nil { return "nothing is charged in this currency" }
    if let first = match.copyOf { return "nothing to charge: a copy of event \(first.eventID)" }
    guard let event = match.events.first else { return "nothing to charge: there is no event" }
    return "nothing to charge for event \(event.eventID)"
      + (event.reasonNotChargeable.map { ": \($0)" } ?? "")
  }
}
