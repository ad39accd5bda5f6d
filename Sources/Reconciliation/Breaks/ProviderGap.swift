import Accounting
import Billing

extension BreakRule {
  static let providerGap = BreakRule(
    code: .providerGap, severity: .warning,
    meaning: "A provider's bill is not what the log recorded as cost, per day and model.",
    remedy: "none: a person claims it back, or books the difference",
    disposition: .report,
    judge: .fact { (gap: ProviderGap, _) in
      Finding(
        subject: "\(gap.provider) \(gap.name ?? "-") \(gap.day) \(gap.kind.identity)",
        place: GroupKey(
          tenant: gap.provider, deployment: gap.name, currency: gap.currency,
          period: gap.day.period),
        measure: gap.measure, explanation: gap.explanation,
        occurredAt: BillingZone.utc.start(of: gap.day))
    })
}

extension ProviderGap.Kind {
  /// A part of the break's id: a word here is never changed.
  fileprivate var identity: String {
    switch self {
    case .quantity: "quantity"
    case .rate: "rate"
    case .beside: "beside"
    }
  }
}

extension ProviderGap {
  /// Recorded less billed: in money where the bill tells any, else in tokens.
  fileprivate var measure: Measure? {
    if let amount, !amount.isZero { return Measure(-amount, currency) }
    return (try? Money(count: -quantity.total)).map { Measure($0, "token") }
  }

  fileprivate var explanation: String {
    var sentences = [
      """
      \(provider) (\(accounts.joined(separator: ", "))) bills otherwise for \(subject) on \(day) \
      than was recorded: \(differences).
      """
    ]
    if let billed, let recorded {
      sentences.append("Billed \(billed.text(currency)), recorded \(recorded.text(currency)).")
    }
    if let atBilledRates, let amount, kind == .quantity {
      let rest = (try? amount - atBilledRates)?.text(currency) ?? "the rest"
      sentences.append(
        "At the billed rates the tokens explain \(atBilledRates.text(currency)), rates \(rest).")
    }
    sentences.append(cause.text(gap: self))
    return sentences.joined(separator: " ")
  }

  /// `gpt-5`, `gpt-5 batch`; `nil` = no model by itself.
  fileprivate var name: String? {
    line.isBatch ? "\(line.model ?? "all") batch" : line.model
  }

  private var subject: String { name ?? (kind == .beside ? "other things" : "all models") }

  /// Bill less log: `5000 more input tokens, 800 more output tokens, 0.027 USD more`.
  private var differences: String {
    var parts = TokenComponent.allCases.compactMap { component in
      quantity.tokens[component].map { count in
        "\(count.magnitude) \(count > 0 ? "more" : "fewer") \(component.words) tokens"
      }
    }
    if parts.isEmpty, quantity.total != 0 {
      parts.append("\(quantity.total.magnitude) \(quantity.total > 0 ? "more" : "fewer") tokens")
    }
    if let amount {
      parts.append("\(amount.magnitude.text(currency)) \(amount < .zero ? "less" : "more")")
    }
    return parts.joined(separator: ", ")
  }
}

extension ProviderGap.Cause {
  fileprivate func text(gap: ProviderGap) -> String {
    switch self {
    case .unrecordedCalls:
      """
      The provider counted more, and nothing less: calls that never reached the log, or did not reach \
      it whole, as when a client went away or a row was dropped.
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
