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

  init(_ breaks: BreakTotals) {
    let currencies = breaks.amounts.keys.sorted()
    let present = breaks.codes
    let columns = currencies.map { currency in
      AmountText.aligned(
        present.map { CodeSection.text(breaks.byCode[$0]?.amounts[currency], currency) }
          + [CodeSection.text(breaks.amounts[currency], currency)])
    }
    codeRows = present.enumerated().map { index, code in
      Row(code, breaks.byCode[code] ?? .init(), amounts: columns.map { $0[index] })
    }
    codeCount = AmountText.count(breaks.count)
    codeTotals = columns.map { $0[present.count] }
    hasBreaks = !breaks.isEmpty
    self.currencies = currencies.map(\.code)
  }

  /// Empty where there is no break of the currency: that is not the same as breaks that come to
  /// nothing.
  private static func text(_ sum: Money?, _ currency: Currency) -> String {
    sum.map { AmountText.signed($0, in: currency) } ?? ""
  }
}

extension CodeSection.Row {
  fileprivate init(_ code: BreakCode, _ total: BreakTotals.OfCode, amounts: [String]) {
    self.code = code.rawValue
    severity = total.worst.rawValue
    severityMark = total.worst.mark
    count = AmountText.count(total.count)
    self.amounts = amounts
    let counts = Disposition.allCases.reversed().compactMap { disposition -> String? in
      guard let count = total.dispositions[disposition] else { return nil }
      if count == total.count { return disposition.rawValue }
      return "\(disposition.rawValue) \(AmountText.count(count))"
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
