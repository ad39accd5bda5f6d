import Accounting

extension BreakRule {
  static let rollupDrift = BreakRule(
    code: .rollupDrift, severity: .warning,
    meaning: "Days of a rollup are not what the log of those days comes to.",
    remedy: "none: build the rollup anew from the log, or find what the log lost",
    disposition: .report,
    judge: .audit { item, book in
      guard case .rollupDrift(let drift) = item else { return nil }
      var days = Listing()
      for day in drift.days { days.add("\(day)") }
      let entity = drift.entity.map { " of \($0)" } ?? ""
      return Finding(
        subject: "\(drift.name) \(drift.entity ?? "-") \(drift.cause)",
        place: GroupKey(
          tenant: drift.tenant, deployment: nil, currency: drift.currency, period: drift.period),
        explanation: """
          \(drift.rows) rows of \(drift.name)\(entity) on \(days.joined(separator: ", ")) lie apart \
          from the log: \(drift.figures). \(drift.cause.text)
          """,
        measure: drift.measure)
    })
}

extension RollupDrift {
  /// Money where money differs, else tokens, else calls.
  fileprivate var measure: Measure? {
    if !difference.amount.isZero {
      return Measure(amount: difference.amount, unit: currency.code)
    }
    let tokens = difference.inputTokens + difference.outputTokens
    if tokens != 0 { return (try? Money(count: tokens)).map { Measure(amount: $0, unit: "token") } }
    return (try? Money(count: difference.requests)).map { Measure(amount: $0, unit: "request") }
  }

  /// `20 calls fewer, 400000 tokens fewer, 0.20 USD less`.
  fileprivate var figures: String {
    var parts: [String] = []
    if difference.requests != 0 {
      parts.append("\(difference.requests.magnitude) calls \(more(difference.requests, "fewer"))")
    }
    let tokens = difference.inputTokens + difference.outputTokens
    if tokens != 0 { parts.append("\(tokens.magnitude) tokens \(more(tokens, "fewer"))") }
    if !difference.amount.isZero {
      let sign = Int128(difference.amount.sign)
      parts.append("\(difference.amount.magnitude.text(currency)) \(more(sign, "less"))")
    }
    return parts.isEmpty ? "other figures, the same sums" : parts.joined(separator: ", ")
  }

  private func more(_ sign: Int128, _ less: String) -> String { sign > 0 ? "more" : less }
}

extension RollupDrift.Cause {
  fileprivate var text: String {
    switch self {
    case .firstHundredOnly:
      """
      All that is missing sorts after the first hundred rows of its day: a writer that flushes no \
      more than a hundred lost the rest.
      """
    case .missingRows: "The rows are not there at all: a flush was lost."
    case .lostFlush: "The rows are there and lack calls: a flush was lost."
    case .droppedRows:
      "The rows count what the log does not hold: the log dropped it, or it was counted again."
    case .countedTwice: "The rows are twice the log: a flush was repeated."
    case .mixed: "Some figures are above the log and others below: the rows were cut otherwise."
    }
  }
}
