import Accounting
import Billing

extension BreakRule {
  static let providerGap = BreakRule(
    code: .providerGap, severity: .warning,
    meaning: "A provider's bill is not what the log recorded as cost, per day and model.",
    remedy: "none: a person claims it back, or books the difference",
    disposition: .report,
    judge: .audit { item, _ in
      guard case .providerGap(let gap) = item else { return nil }
      return Finding(
        subject: "\(gap.provider) \(gap.model ?? "-") \(gap.kind)",
        place: GroupKey(
          tenant: gap.provider, deployment: gap.model, currency: gap.currency,
          period: gap.period),
        explanation: gap.explanation, measure: gap.measure)
    })
}

extension ProviderGap {
  /// Money where the bill tells any, else tokens.
  fileprivate var measure: Measure? {
    if let amount { return Measure(amount: amount, unit: currency.code) }
    return (try? Money(count: quantity.total)).map { Measure(amount: $0, unit: "token") }
  }

  fileprivate var explanation: String {
    var days = Listing()
    for day in self.days { days.add(text(day)) }
    var sentences = [
      "\(provider) (\(accounts.joined(separator: ", "))) and the log differ for \(subjectText) on "
        + days.joined(separator: ", ") + "."
    ]
    if let billed, let recorded {
      sentences.append("Billed \(billed.text(currency)), recorded \(recorded.text(currency)).")
    }
    if let atBilledRates, let amount, kind == .quantity {
      let rest = (try? amount - atBilledRates)?.text(currency) ?? "an amount"
      sentences.append(
        "At the billed rates the tokens explain \(atBilledRates.text(currency)), rates \(rest).")
    }
    sentences.append(cause.text(gap: self))
    return sentences.joined(separator: " ")
  }

  private var subjectText: String { model ?? (kind == .beside ? "other charges" : "all models") }

  /// `2026-10-12 (+2300 input, +1.20)`.
  private func text(_ day: Day) -> String {
    var parts = TokenComponent.allCases.compactMap { component in
      day.quantity.tokens[component].map { "\($0 > 0 ? "+" : "")\($0) \(component.words)" }
    }
    if parts.isEmpty, day.quantity.total != 0 {
      parts.append("\(day.quantity.total > 0 ? "+" : "")\(day.quantity.total) tokens")
    }
    if let amount = day.amount {
      parts.append("\(amount > .zero ? "+" : "")\(amount.text(in: currency))")
    }
    return "\(day.day) (\(parts.joined(separator: ", ")))"
  }
}

extension ProviderGap.Cause {
  fileprivate func text(gap: ProviderGap) -> String {
    switch self {
    case .unrecordedCalls:
      """
      The provider counted more of everything: calls that never reached the log, as when a client \
      went away or a row was dropped.
      """
    case .recordedTwice(let times):
      """
      The log counted more\(times.map { ", \($0) times what is billed" } ?? ""): a call was logged \
      more than once, or its usage on each chunk, or it is on another account's bill.
      """
    case .otherBuckets(let from, let to):
      "The same tokens in other buckets: the log has as \(from.words) what is billed as \(to.words)."
    case .mixed: "Some tokens are billed that were not logged, and others the other way round."
    case .unpriced: "Nothing was recorded: the model had no price."
    case .ratio(let ratio):
      gap.tellsTokens
        ? "The tokens agree and the rates do not: billed is \(ratio) of recorded."
        : "The bill tells no tokens; billed is \(ratio) of recorded."
    case .beside(let components):
      "Billed beside tokens, where the log has nothing to hold it against: "
        + components.joined(separator: ", ") + "."
    }
  }
}
