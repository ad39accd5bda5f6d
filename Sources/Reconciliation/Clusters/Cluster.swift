import Accounting

/// Breaks of one code, currency and direction that share where they come from, taken together: most
/// likely one cause. Each break is in exactly one cluster.
package struct Cluster: Hashable, Sendable {
  package var code: BreakCode
  package var severity: Severity
  package var currency: Currency
  /// What all its breaks share; `nil` for what they do not share, or what no row tells.
  package var tenant: String?
  package var deployment: String?
  package var model: String?
  package var priceVersion: String?
  /// From the beginning of its first hour to the end of its last; `nil` where no row tells.
  package var from: Instant?
  package var to: Instant?
  package var breaks: Int
  /// Σ of its breaks' shares of the variance, in major units: + over-billed, − under-billed.
  package var amount: Money
  /// The id of its largest break; of equal ones the first id.
  package var largestBreakID: String
  /// Whether it is what was left of its kind when the largest clusters had been taken out.
  package var isRest: Bool

  package init(
    code: BreakCode, severity: Severity, currency: Currency, tenant: String? = nil,
    deployment: String? = nil, model: String? = nil, priceVersion: String? = nil,
    from: Instant? = nil, to: Instant? = nil, breaks: Int, amount: Money,
    largestBreakID: String, isRest: Bool = false
  ) {
    self.code = code
    self.severity = severity
    self.currency = currency
    self.tenant = tenant
    self.deployment = deployment
    self.model = model
    self.priceVersion = priceVersion
    self.from = from
    self.to = to
    self.breaks = breaks
    self.amount = amount
    self.largestBreakID = largestBreakID
    self.isRest = isRest
  }
}

extension Cluster {
  /// The biggest money first, in minor units where currencies differ; rests after clusters, and what
  /// needs nothing done after all that does.
  package static func inReportOrder(_ left: Cluster, _ right: Cluster) -> Bool {
    if (left.severity == .info) != (right.severity == .info) { return right.severity == .info }
    if left.isRest != right.isRest { return right.isRest }
    let (leftSize, rightSize) = (left.minorUnits, right.minorUnits)
    if leftSize != rightSize { return leftSize > rightSize }
    if left.breaks != right.breaks { return left.breaks > right.breaks }
    return (left.code, left.currency, left.largestBreakID)
      < (right.code, right.currency, right.largestBreakID)
  }

  /// Whole minor units and what is beyond them.
  private var minorUnits: (UInt128, UInt128) {
    let parts = amount.units.magnitude.quotientAndRemainder(
      dividingBy: currency.unitsPerMinor.magnitude)
    return (parts.quotient, parts.remainder)
  }
}

extension Cluster {
  /// What its breaks share, in words, the most telling first; the time they span is always told.
  package var sharedInWords: [String] {
    var words: [String] = []
    if let model { words.append("model \(model)") }
    if let priceVersion { words.append("price version \(priceVersion)") }
    if let tenant { words.append(deployment.map { "\(tenant)/\($0)" } ?? "tenant \(tenant)") }
    if let from, let to { words.append(Cluster.span(from, to)) }
    return words.isEmpty ? ["nothing that their rows tell"] : words
  }

  /// `2026-09-03 10:00 to 13:00 UTC`, with the day of its end where that is another.
  private static func span(_ from: Instant, _ to: Instant) -> String {
    let (first, last) = (parts(of: from), parts(of: to))
    let end = first.day == last.day ? last.time : "\(last.day) \(last.time)"
    return "\(first.day) \(first.time) to \(end) UTC"
  }

  private static func parts(of instant: Instant) -> (day: String, time: String) {
    let text = instant.description
    return (String(text.prefix(10)), String(text.dropFirst(11).prefix(5)))
  }
}
