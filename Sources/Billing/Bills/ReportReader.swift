import Accounting

/// Reads the pages of one report into buckets of rows.
struct ReportReader: Sendable {
  let shape: ReportShape
  let account: String
  private(set) var buckets: [ProviderReport.Bucket] = []

  /// Looks what the pages are; a page without any result does not tell.
  init(_ pages: [JSONValue], account: String) throws(ProviderReportError) {
    var first: JSONValue?
    for (index, page) in pages.enumerated() {
      guard let data = page["data"]?.array else {
        let place = ReportReader.place(index, pages)
        throw ProviderReportError("\(place)data: a report has a list of buckets here")
      }
      first = first ?? data.lazy.compactMap { $0["results"]?.array?.first }.first
    }
    guard let first, let shape = ReportShape(of: first) else {
      throw ProviderReportError(
        first == nil
          ? "no bucket has a result, so it does not tell whose report it is"
          : "results: neither Anthropic's nor OpenAI's usage or cost report")
    }
    self.shape = shape
    self.account = account
  }

  /// Where a page stands, for messages.
  static func place(_ index: Int, _ pages: [JSONValue]) -> String {
    pages.count == 1 ? "" : "page \(index + 1), "
  }

  /// - Returns: whether there are more pages.
  mutating func read(_ page: JSONValue, _ place: String) throws(ProviderReportError) -> Bool {
    for (index, bucket) in (page["data"]?.array ?? []).enumerated() {
      let field = ReportField(bucket, "\(place)data[\(index)]")
      let isOpenAI = shape.provider == "openai"
      let start = try field.time(isOpenAI ? "start_time" : "starting_at")
      let end = try field.time(isOpenAI ? "end_time" : "ending_at")
      guard start < end else { throw field.error("it ends before it begins") }
      var lines = ReportLines(provider: shape.provider, account: account, start: start, end: end)
      for (number, result) in try field.list("results").enumerated() {
        let result = ReportField(result, "\(field.place).results[\(number)]")
        guard ReportShape(of: result.value) == shape else {
          throw result.error("another report than the results before it")
        }
        switch shape {
        case .anthropicUsage: try lines.addAnthropicUsage(result)
        case .anthropicCost: try lines.addAnthropicCost(result)
        case .openAIUsage: try lines.addOpenAIUsage(result)
        case .openAICost: try lines.addOpenAICost(result)
        }
      }
      buckets.append(.init(start: start, end: end, rows: try lines.rows(of: shape.kind)))
    }
    return page["has_more"]?.boolean ?? false
  }
}

/// A value of a report and where it stands.
struct ReportField: Sendable {
  let value: JSONValue
  let place: String

  init(_ value: JSONValue, _ place: String) {
    self.value = value
    self.place = place
  }

  func error(_ why: String) -> ProviderReportError { ProviderReportError("\(place): \(why)") }

  private func error(_ name: String, _ why: String) -> ProviderReportError {
    ProviderReportError("\(place).\(name): \(why)")
  }

  func member(_ name: String) -> ReportField {
    ReportField(value[name] ?? .null, "\(place).\(name)")
  }

  func list(_ name: String) throws(ProviderReportError) -> [JSONValue] {
    guard let list = value[name]?.array else { throw error(name, "a list belongs here") }
    return list
  }

  /// `nil` where it is null, empty or not there.
  func text(_ name: String) -> String? {
    guard let text = value[name]?.string, !text.isEmpty else { return nil }
    return text
  }

  /// A count; what is null or not there counts as none.
  func count(_ name: String) throws(ProviderReportError) -> Int64 {
    guard let member = value[name], !member.isNull else { return 0 }
    guard let count = member.number?.integer else {
      throw error(name, "a whole number of tokens belongs here, not \(member.kind)")
    }
    guard count >= 0 else { throw error(name, "\(count) tokens are less than none") }
    return count
  }

  /// RFC 3339, or whole seconds since 1970.
  func time(_ name: String) throws(ProviderReportError) -> Instant {
    if let text = value[name]?.string, let instant = Instant(text) { return instant }
    if let seconds = value[name]?.number?.integer, (0...253_402_300_799).contains(seconds) {
      return Instant(microseconds: seconds * 1_000_000)
    }
    throw error(name, "a time belongs here")
  }

  func currency(_ name: String) throws(ProviderReportError) -> Currency {
    let code = value[name]?.string ?? ""
    guard let currency = Currency(code.uppercased()) else {
      throw error(name, "'\(code)' is not a currency of ISO 4217")
    }
    return currency
  }

  /// A decimal that was written as a string is taken digit for digit. A JSON number comes out of the
  /// provider's binary arithmetic, and is rounded to the 18 decimals of `Money` where it has more.
  func amount(_ name: String, timesTenTo power: Int = 0) throws(ProviderReportError) -> Money {
    do throws(MoneyError) {
      switch value[name] {
      case .string(let text):
        guard let number = DecimalNumber(text) else { throw .notADecimal(text) }
        return try number.money(timesTenTo: power)
      case .number(let number): return try number.nearestMoney()
      default: throw .notADecimal(value[name]?.kind ?? "nothing")
      }
    } catch {
      throw self.error(name, "\(error)")
    }
  }
}

extension DecimalNumber {
  /// Rounded half up to 18 decimals.
  fileprivate func nearestMoney() throws(MoneyError) -> Money {
    let surplus = decimals - Money.scale
    guard surplus > 0 else { return try money() }
    let kept = digits.dropLast(surplus)
    let next = surplus > digits.utf8.count ? nil : digits.dropFirst(kept.utf8.count).utf8.first
    let roundsUp = next.map { $0 >= UInt8(ascii: "5") } ?? false
    guard let steps = kept.isEmpty ? 0 : Int128(kept) else { throw .overflow(description) }
    let (units, isTooLarge) = steps.addingReportingOverflow(roundsUp ? 1 : 0)
    guard !isTooLarge else { throw .overflow(description) }
    return try Money(units: isNegative ? -units : units)
  }
}
