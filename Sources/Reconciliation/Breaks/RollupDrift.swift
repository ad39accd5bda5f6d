import Accounting

extension BreakRule {
  static let rollupDrift = BreakRule(
    code: .rollupDrift, severity: .warning,
    meaning: "A day of a rollup is not what the log of that day comes to.",
    remedy: "none: build the rollup anew from the log, or find what the log lost",
    disposition: .report,
    judge: .fact { (drift: RollupDrift, _) in
      let entity = drift.entity.map { " of \($0)" } ?? ""
      return Finding(
        subject: "\(drift.name) \(drift.entity ?? "-") \(drift.day) \(drift.cause.identity)",
        place: GroupKey(
          tenant: drift.tenant, deployment: nil, currency: drift.currency,
          period: drift.day.period),
        measure: drift.measure,
        explanation: """
          \(drift.name)\(entity) on \(drift.day) and the log differ in \(drift.rows) rows: \
          \(drift.figures). \(drift.cause.text)
          """,
        occurredAt: BillingZone.utc.start(of: drift.day))
    })
}

extension RollupDrift {
  /// Money where money differs, else tokens, else calls.
  fileprivate var measure: Measure? {
    if !difference.amount.isZero {
      return Measure(difference.amount, currency)
    }
    let tokens = difference.inputTokens + difference.outputTokens
    if tokens != 0 { return (try? Money(count: tokens)).map { Measure($0, "token") } }
    return (try? Money(count: difference.requests)).map { Measure($0, "request") }
  }

  /// `20 calls fewer, 400000 tokens fewer, 0.20 USD less`.
  fileprivate var figures: String {
    var parts: [String] = []
    if difference.requests != 0 {
      let calls = counted(difference.requests.magnitude, "call")
      parts.append("\(calls) \(more(difference.requests, "fewer"))")
    }
    let tokens = difference.inputTokens + difference.outputTokens
    if tokens != 0 {
      parts.append("\(counted(tokens.magnitude, "token")) \(more(tokens, "fewer"))")
    }
    if !difference.amount.isZero {
      let sign = Int128(difference.amount.sign)
      parts.append("\(difference.amount.magnitude.text(currency)) \(more(sign, "less"))")
    }
    return parts.isEmpty ? "other figures, the same sums" : parts.joined(separator: ", ")
  }

  private func more(_ sign: Int128, _ less: String) -> String { sign > 0 ? "more" : less }
}

extension RollupDrift.Cause {
  /// A part of the break's id: a word here is never changed.
  fileprivate var identity: String {
    switch self {
    case .firstHundredOnly: "firstHundredOnly"
    case .missingRows: "missingRows"
    case .lostFlush: "lostFlush"
    case .droppedRows: "droppedRows"
    case .countedTwice: "countedTwice"
    case .mixed: "mixed"
    }
  }

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
      """
      The rows count what the log does not hold, or holds in rows that cannot be read: the log \
      dropped it, or it was counted again.
      """
    case .countedTwice: "The rows are twice the log: a flush was repeated."
    case .mixed: "Some figures are above the log and others below: the rows were cut otherwise."
    }
  }
}
