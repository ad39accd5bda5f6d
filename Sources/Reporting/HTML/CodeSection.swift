import Accounting
import Reconciliation

/// Breaks by code: how many, what they come to in each currency, and what is done about them.
struct CodeSection {
  struct Row {
    let code: String
    let severity: String
    let severityMark: String
    let count: String
    let amounts: [String]
    let dispositions: String
  }

  let currencies: [String]
  let codeRows: [Row]
  let codeCount: String
  let codeTotals: [String]
  let hasBreaks: Bool

  init(_ breaks: [Break]) throws {
    let currencies = Set(breaks.map(\.group.currency)).sorted()
    let byCode = Dictionary(grouping: breaks, by: \.code)
    let present = BreakCode.allCases.filter { byCode[$0] != nil }
    var columns: [[String]] = []
    for currency in currencies {
      var column: [String] = []
      for code in present { column.append(try CodeSection.sum(byCode[code] ?? [], currency)) }
      column.append(try CodeSection.sum(breaks, currency))
      columns.append(AmountText.aligned(column))
    }
    codeRows = present.enumerated().map { index, code in
      Row(code, byCode[code] ?? [], amounts: columns.map { $0[index] })
    }
    codeCount = AmountText.count(breaks.count)
    codeTotals = columns.map { $0[present.count] }
    hasBreaks = !breaks.isEmpty
    self.currencies = currencies.map(\.code)
  }

  /// Empty where there is no break of the currency: that is not the same as breaks that come to
  /// nothing.
  private static func sum(_ breaks: [Break], _ currency: Currency) throws -> String {
    let amounts = breaks.filter { $0.group.currency == currency }.map(\.amount)
    return amounts.isEmpty ? "" : AmountText.signed(try Money.sum(amounts), in: currency)
  }
}

extension CodeSection.Row {
  fileprivate init(_ code: BreakCode, _ breaks: [Break], amounts: [String]) {
    self.code = code.rawValue
    let worst = breaks.map(\.severity).max { $0.rank < $1.rank } ?? .info
    severity = worst.rawValue
    severityMark = worst.mark
    count = AmountText.count(breaks.count)
    self.amounts = amounts
    let counts = Disposition.allCases.reversed().compactMap { disposition -> String? in
      let count = breaks.count { $0.disposition == disposition }
      if count == breaks.count { return disposition.rawValue }
      return count == 0 ? nil : "\(disposition.rawValue) \(AmountText.count(count))"
    }
    dispositions = counts.joined(separator: ", ")
  }
}

extension Severity {
  var rank: Int {
    switch self {
    case .info: 0
    case .warning: 1
    case .error: 2
    case .stop: 3
    }
  }

  /// A shape beside the word, so that the eye finds it without colour.
  var mark: String {
    switch self {
    case .info: "○"
    case .warning: "◆"
    case .error: "▲"
    case .stop: "■"
    }
  }
}
