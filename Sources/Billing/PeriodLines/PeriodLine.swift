import Accounting

/// What one deployment used over the days given: whole events, each counted once.
///
/// Source: events that may be charged and occurred from the first day's midnight up to, not
/// including, that of the day after the last (`DayRange.instants(in:)`).
public struct DeploymentUsage: Hashable, Sendable {
  public var tenant: String
  public var deployment: String?
  public var currency: Currency
  public var requests: Int64
  /// All input tokens, those read from or written to a cache among them.
  public var inputTokens: Int128
  public var outputTokens: Int128
  /// Σ exact charge, major units.
  public var charge: Money

  public init(
    tenant: String, deployment: String? = nil, currency: Currency, requests: Int64 = 0,
    inputTokens: Int128 = 0, outputTokens: Int128 = 0, charge: Money = .zero
  ) {
    self.tenant = tenant
    self.deployment = deployment
    self.currency = currency
    self.requests = requests
    self.inputTokens = inputTokens
    self.outputTokens = outputTokens
    self.charge = charge
  }
}

/// One line of a tenant's invoice: what one deployment used over the days given.
public struct PeriodLine: Hashable, Sendable {
  public static let unit = "token"

  public let tenant: String
  public let deployment: String?
  public let currency: Currency
  /// `LLM tokens — 1200 in / 300 out (4 requests)`.
  public let text: String
  /// Input and output tokens, in `unit`.
  public let quantity: Int128
  /// Whole minor units: the exact charges summed first, and rounded once.
  public let amount: Money
}

extension DeploymentUsage {
  /// The line; `nil` where it comes to 0, for such a line is dropped.
  ///
  /// Example: three charges of 0.004 dollars come to one line of 0.01; one alone to none.
  ///
  /// So the lines of a tenant may differ from the tenant's charges rounded once, by up to half a
  /// minor unit for each deployment.
  public func line(roundedTo rule: RoundingRule) throws(MoneyError) -> PeriodLine? {
    let amount = try charge.rounded(to: currency, rule)
    guard !amount.isZero else { return nil }
    return PeriodLine(
      tenant: tenant, deployment: deployment, currency: currency,
      text: "LLM tokens — \(inputTokens) in / \(outputTokens) out (\(requests) requests)",
      quantity: inputTokens + outputTokens, amount: amount)
  }
}

extension PeriodLine {
  /// The lines of many deployments, by tenant, deployment and currency, those of 0 dropped.
  public static func lines(
    of usage: some Sequence<DeploymentUsage>, roundedTo rule: RoundingRule
  ) throws(MoneyError) -> [PeriodLine] {
    var lines: [PeriodLine] = []
    for used in usage {
      if let line = try used.line(roundedTo: rule) { lines.append(line) }
    }
    return lines.sorted {
      ($0.tenant, $0.deployment ?? "", $0.currency.code)
        < ($1.tenant, $1.deployment ?? "", $1.currency.code)
    }
  }
}
