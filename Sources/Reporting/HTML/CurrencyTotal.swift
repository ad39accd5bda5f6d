import Accounting
import Reconciliation

/// All groups of one currency taken together; amounts are never added across currencies.
struct CurrencyTotal {
  let currency: Currency
  var groups = 0
  var groupsWithVariance = 0
  var due = Money.zero
  var posted = Money.zero
  var variance = Money.zero
  /// The variances of over-billed groups, and of under-billed ones: they may hide each other.
  var over = Money.zero
  var under = Money.zero
  var lines: [LineTotal] = []
  /// Corrections by what became of them.
  var corrected = Money.zero
  var waiting = Money.zero

  /// The variance once the posted corrections are counted.
  var remaining = Money.zero

  private init(_ currency: Currency) { self.currency = currency }

  /// One for each currency, in order.
  static func all(
    of groups: [GroupResult], _ entries: CorrectionTotals
  ) throws -> [CurrencyTotal] {
    let byCurrency = Dictionary(grouping: groups, by: \.key.currency)
    return try Set(byCurrency.keys).union(entries.currencies).sorted().map {
      try CurrencyTotal($0, byCurrency[$0] ?? [], entries)
    }
  }

  private init(
    _ currency: Currency, _ itsGroups: [GroupResult], _ entries: CorrectionTotals
  ) throws {
    self.init(currency)
    var lines = BridgeLine.allCases.map { LineTotal(line: $0) }
    for group in itsGroups {
      groups += 1
      groupsWithVariance += group.variance.isZero ? 0 : 1
      try due += group.due
      try posted += group.posted
      try variance += group.variance
      if group.variance.isNegative {
        try under += group.variance
      } else {
        try over += group.variance
      }
      for step in group.bridge {
        guard let index = BridgeLine.allCases.firstIndex(of: step.line) else { continue }
        try lines[index].add(step.amount)
      }
    }
    self.lines = lines.filter { $0.groups > 0 }
    corrected = entries.corrected[currency] ?? .zero
    waiting = entries.waiting[currency] ?? .zero
    remaining = try variance + corrected
  }
}

/// One line of the bridge over all groups of a currency.
struct LineTotal {
  let line: BridgeLine
  var groups = 0
  var over = Money.zero
  var under = Money.zero
  var net = Money.zero

  init(line: BridgeLine) { self.line = line }

  mutating func add(_ amount: Money) throws {
    groups += 1
    try net += amount
    if amount.isNegative { try under += amount } else { try over += amount }
  }
}
