import Accounting
import Reconciliation

/// A judgement's breaks and corrections, counted and summed: all that is told of them beside the
/// reports themselves. Goes over both once for each half a million corrections, so that the memory it
/// takes does not grow with them.
package struct Tally: Hashable, Sendable {
  struct Sum: Hashable, Sendable {
    private(set) var count = 0
    /// `nil` = larger than `Money` holds.
    private(set) var amount: Money? = .zero

    mutating func add(_ money: Money) {
      count += 1
      amount = amount.flatMap { try? $0 + money }
    }
  }

  /// Breaks that are told in one line.
  struct BreakKey: Hashable, Sendable {
    let code: BreakCode
    let severity: Severity
    let currency: Currency
    let outcome: Outcome
  }

  struct CorrectionKey: Hashable, Sendable {
    let status: Correction.Status
    let currency: Currency
  }

  private(set) var breaks: [BreakKey: Sum] = [:]
  private(set) var corrections: [CorrectionKey: Sum] = [:]
  /// How many corrections are held for each reason.
  private(set) var reasons: [String: Int] = [:]
  /// What was posted to groups of this run, memos left out.
  private(set) var corrected: [Currency: Sum] = [:]
  /// What was, or would be, posted to groups that are not this run's: another month's, say.
  private(set) var elsewhere: [Currency: Sum] = [:]
  /// Whether a break is left that is worth an exit status.
  private(set) var isMaterial = false

  /// - Parameters:
  ///   - materiality: what a break must come to, in major units, to be worth an exit status.
  ///   - most: corrections to look at in one go.
  package init(_ judgement: Judgement, materiality: Money = .zero, most: Int = 1 << 19) {
    let shown = Set(judgement.groups.map(\.key))
    let parts = judgement.corrections.count / most + 1
    for part in 0..<parts {
      var answers = Answers(part, of: parts)
      for correction in judgement.corrections {
        if part == 0 { add(correction, to: shown) }
        answers.add(correction)
      }
      answers.sort()
      for found in judgement.breaks {
        guard let statuses = answers.statuses(of: found) else { continue }
        add(found, Outcome(of: found, answered: statuses), materiality)
      }
    }
  }

  private mutating func add(_ correction: Correction, to shown: Set<GroupKey>) {
    let key = CorrectionKey(status: correction.status, currency: correction.currency)
    corrections[key, default: Sum()].add(correction.amount)
    if let reason = correction.heldBecause { reasons[reason, default: 0] += 1 }
    guard correction.status != .held, correction.movesVariance else { return }
    if !shown.contains(correction.group) {
      elsewhere[correction.currency, default: Sum()].add(correction.amount)
    } else if correction.status == .posted {
      corrected[correction.currency, default: Sum()].add(correction.amount)
    }
  }

  private mutating func add(_ found: Break, _ outcome: Outcome, _ materiality: Money) {
    let key = BreakKey(
      code: found.code, severity: found.severity, currency: found.group.currency, outcome: outcome)
    breaks[key, default: Sum()].add(found.stake)
    if outcome != .posted, found.isMaterial(materiality) { isMaterial = true }
  }

  func count(of status: Correction.Status) -> Int {
    corrections.reduce(0) { $0 + ($1.key.status == status ? $1.value.count : 0) }
  }

  func count(where isCounted: (BreakKey) -> Bool) -> Int {
    breaks.reduce(0) { $0 + (isCounted($1.key) ? $1.value.count : 0) }
  }
}

extension Break {
  /// Whether it is worth an exit status. A break that does not come to money of its own, such as a
  /// policy gap or tokens, cannot be weighed and always is.
  fileprivate func isMaterial(_ materiality: Money) -> Bool {
    severity != .info && disposition != .rejected
      && (stake.isZero || stake.magnitude >= materiality)
  }
}

/// Which breaks have corrections of which status, for a part of all breaks: by the number that a
/// break's id is.
private struct Answers {
  private let part: UInt64
  private let parts: UInt64
  private var ids: [Correction.Status: [UInt64]] = [:]

  init(_ part: Int, of parts: Int) {
    self.part = UInt64(part)
    self.parts = UInt64(parts)
  }

  mutating func add(_ correction: Correction) {
    let number = Self.number(correction.breakID)
    if number % parts == part { ids[correction.status, default: []].append(number) }
  }

  mutating func sort() { for status in ids.keys { ids[status]?.sort() } }

  /// - Returns: `nil` for a break of another part.
  func statuses(of found: Break) -> Set<Correction.Status>? {
    let number = Self.number(found.id)
    guard number % parts == part else { return nil }
    return Set(ids.filter { Self.contains($0.value, number) }.keys)
  }

  /// Ids are 16 hexadecimal digits. Any other text, as no judgement gives it, is hashed.
  private static func number(_ id: String) -> UInt64 {
    if id.utf8.count == 16, let number = UInt64(id, radix: 16) { return number }
    return UInt64(bitPattern: Int64(id.hashValue))
  }

  private static func contains(_ sorted: [UInt64], _ number: UInt64) -> Bool {
    let place = sorted.division { $0 < number }
    return place < sorted.count && sorted[place] == number
  }
}
