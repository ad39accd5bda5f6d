import Accounting

/// A provider's report of usage or of costs, as its API gives it in JSON: what it counted, or asks,
/// bucket by bucket.
///
/// ```swift
/// let report = try ProviderReport(reading: bytes, account: "production")
/// for bucket in report.buckets { … bucket.rows … }
/// ```
///
/// Sources: Anthropic's `/v1/organizations/usage_report/messages` and `…/cost_report`; OpenAI's
/// `/v1/organization/usage/completions`, `…/usage/embeddings` and `…/costs`.
public struct ProviderReport: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable {
    case usage, cost
  }

  /// A stretch of time that the report tells of, though it may have nothing to tell.
  public struct Bucket: Hashable, Sendable {
    public var start: Instant
    /// Exclusive.
    public var end: Instant
    public var rows: [ProviderBillRow]
  }

  /// `anthropic` or `openai`.
  public var provider: String
  public var account: String
  public var kind: Kind
  /// In order of time.
  public var buckets: [Bucket]
  /// Whether the provider has further pages, of later buckets.
  public var hasMore: Bool

  /// - Parameters:
  ///   - text: one page in JSON (UTF-8), or an array of pages.
  ///   - account: whose report it is; the reports do not say.
  public init(
    reading text: some Collection<UInt8>, account: String
  ) throws(ProviderReportError) {
    var hasMore = false
    let document: JSONValue
    do throws(JSONError) {
      document = try JSONValue(parsing: text)
    } catch {
      throw ProviderReportError("\(error)")
    }
    let pages = document.array ?? [document]
    var reader = try ReportReader(pages, account: account)
    for page in pages.indices {
      hasMore = try reader.read(pages[page], ReportReader.place(page, pages))
    }
    provider = reader.shape.provider
    self.account = account
    kind = reader.shape.kind
    self.hasMore = hasMore
    buckets = reader.buckets.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
    for (bucket, next) in zip(buckets, buckets.dropFirst()) where next.start < bucket.end {
      throw ProviderReportError(
        "data: the bucket from \(next.start) to \(next.end) tells of time that the one from "
          + "\(bucket.start) to \(bucket.end) tells of too")
    }
  }
}

/// Why a text is no report, and where: `data[3].results[0].amount: '1,20' is not a decimal number`.
public struct ProviderReportError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}

/// The reports that are known.
enum ReportShape: Sendable {
  case anthropicUsage, anthropicCost, openAIUsage, openAICost

  var provider: String {
    switch self {
    case .anthropicUsage, .anthropicCost: "anthropic"
    case .openAIUsage, .openAICost: "openai"
    }
  }

  var kind: ProviderReport.Kind {
    switch self {
    case .anthropicUsage, .openAIUsage: .usage
    case .anthropicCost, .openAICost: .cost
    }
  }

  /// What a result looks like tells whose it is; `nil` = no result to tell by.
  init?(of result: JSONValue) {
    let object = result["object"]?.string ?? ""
    if object.hasPrefix("organization.usage.") {
      self = .openAIUsage
    } else if object.hasPrefix("organization.costs.") {
      self = .openAICost
    } else if result["uncached_input_tokens"] != nil {
      self = .anthropicUsage
    } else if result["amount"] != nil, result["currency"] != nil {
      self = .anthropicCost
    } else {
      return nil
    }
  }
}
