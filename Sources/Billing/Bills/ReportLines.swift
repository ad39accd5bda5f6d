import Accounting

/// The rows of one bucket. What a report splits further than by model and component (by workspace, key,
/// region) is added up, for the log is not split like that.
struct ReportLines: Sendable {
  let provider: String
  let account: String
  let start: Instant
  let end: Instant
  private var lines: [Line: Figures] = [:]

  private struct Line: Hashable {
    var model: String?
    var component: String?
    var tier: String?
    var currency: String
  }

  private struct Figures {
    var quantity: Int64?
    var amount: Money?
  }

  init(provider: String, account: String, start: Instant, end: Instant) {
    self.provider = provider
    self.account = account
    self.start = start
    self.end = end
  }

  private mutating func add(
    _ count: Int64, _ component: String, _ result: ReportField, tier: String?
  ) throws(ProviderReportError) {
    guard count > 0 else { return }
    let line = Line(
      model: result.text("model"), component: component, tier: tier, currency: "USD")
    let (sum, overflow) = (lines[line]?.quantity ?? 0).addingReportingOverflow(count)
    guard !overflow else { throw result.error("more tokens than can be counted") }
    lines[line, default: Figures()].quantity = sum
  }

  private mutating func add(
    _ amount: Money, _ line: Line, _ result: ReportField
  ) throws(ProviderReportError) {
    do throws(MoneyError) {
      lines[line, default: Figures()].amount = try (lines[line]?.amount ?? .zero) + amount
    } catch {
      throw result.error("\(error)")
    }
  }

  /// In order. A bucket in which nothing happened is told by one row of nothing, so that it is known
  /// to have been reported.
  func rows(of kind: ProviderReport.Kind) throws(ProviderReportError) -> [ProviderBillRow] {
    guard !lines.isEmpty else {
      guard let dollar = Currency("USD") else { preconditionFailure("USD is a currency") }
      return [
        ProviderBillRow(
          provider: provider, account: account, rowID: "\(kind) \(start) nothing", start: start,
          end: end, basis: kind == .usage ? .quantity : .amount,
          quantity: kind == .usage ? .zero : nil, amount: kind == .cost ? .zero : nil,
          currency: dollar)
      ]
    }
    var rows: [ProviderBillRow] = []
    for (line, figures) in lines {
      guard let currency = Currency(line.currency) else { continue }
      let words = [line.model, line.component, line.tier, line.currency].map { $0 ?? "-" }
      rows.append(
        ProviderBillRow(
          provider: provider, account: account,
          rowID: "\(kind) \(start) " + words.joined(separator: " "), start: start, end: end,
          basis: kind == .usage ? .quantity : .amount, model: line.model,
          component: line.component, serviceTier: line.tier,
          quantity: try figures.quantity.map { count throws(ProviderReportError) in
            guard let quantity = try? Money("\(count)") else {
              throw ProviderReportError("\(count) tokens are more than can be counted")
            }
            return quantity
          }, amount: figures.amount, currency: currency))
    }
    return rows.sorted { $0.rowID < $1.rowID }
  }
}

extension ReportLines {
  mutating func addAnthropicUsage(_ result: ReportField) throws(ProviderReportError) {
    let tier = result.text("service_tier")
    let writes = result.member("cache_creation")
    let tools = result.member("server_tool_use")
    try add(try result.count("uncached_input_tokens"), "input", result, tier: tier)
    try add(try result.count("cache_read_input_tokens"), "cache_read", result, tier: tier)
    try add(try writes.count("ephemeral_5m_input_tokens"), "cache_write_5m", result, tier: tier)
    try add(try writes.count("ephemeral_1h_input_tokens"), "cache_write_1h", result, tier: tier)
    try add(try result.count("output_tokens"), "output", result, tier: tier)
    try add(try tools.count("web_search_requests"), "web_search", result, tier: tier)
  }

  /// Amounts are decimal strings in cents.
  mutating func addAnthropicCost(_ result: ReportField) throws(ProviderReportError) {
    let currency = try result.currency("currency")
    let amount = try result.amount("amount", timesTenTo: -currency.minorUnits)
    let component =
      result.text("token_type").map(Self.component(ofTokenType:)) ?? result.text("cost_type")
    let line = Line(
      model: result.text("model"), component: component == "tokens" ? nil : component,
      tier: result.text("service_tier"), currency: currency.code)
    try add(amount, line, result)
  }

  private static func component(ofTokenType type: String) -> String {
    switch type {
    case "uncached_input_tokens": "input"
    case "cache_read_input_tokens": "cache_read"
    case "cache_creation.ephemeral_5m_input_tokens": "cache_write_5m"
    case "cache_creation.ephemeral_1h_input_tokens": "cache_write_1h"
    case "output_tokens": "output"
    default: type
    }
  }

  /// Input includes what was read from the cache; it is taken apart here.
  mutating func addOpenAIUsage(_ result: ReportField) throws(ProviderReportError) {
    let isBatch = result.value["batch"]?.boolean ?? false
    let tier = isBatch ? "batch" : result.text("service_tier")
    let input = try result.count("input_tokens")
    let cached = try result.count("input_cached_tokens")
    guard cached <= input else { throw result.error("more tokens are cached than went in") }
    try add(input - cached, "input", result, tier: tier)
    try add(cached, "cache_read", result, tier: tier)
    try add(try result.count("output_tokens"), "output", result, tier: tier)
    try add(try result.count("input_audio_tokens"), "input_audio", result, tier: tier)
    try add(try result.count("output_audio_tokens"), "output_audio", result, tier: tier)
    try add(try result.count("num_model_requests"), "request", result, tier: tier)
  }

  /// `gpt-4o-2024-08-06, cached input` names a model and a component; another line item is one by
  /// itself.
  mutating func addOpenAICost(_ result: ReportField) throws(ProviderReportError) {
    let sum = result.member("amount")
    let currency = try sum.currency("currency")
    var line = Line(model: nil, component: nil, tier: nil, currency: currency.code)
    if let item = result.text("line_item") {
      let parts = item.split(separator: ",").map(Self.trimmed)
      let component = parts.count == 2 ? Self.component(ofItem: parts[1]) : nil
      line.model = component == nil ? nil : parts[0]
      line.component = component ?? item
    }
    try add(try sum.amount("value"), line, result)
  }

  private static func trimmed(_ text: Substring) -> String {
    text.split(separator: " ").joined(separator: " ")
  }

  private static func component(ofItem words: String) -> String? {
    switch words.lowercased() {
    case "input": "input"
    case "cached input": "cache_read"
    case "output": "output"
    default: nil
    }
  }
}
