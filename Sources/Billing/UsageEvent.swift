import Accounting

/// One row of the gateway's usage log: a call, or an attempt at one.
///
/// Source: relation `gateway.usage_event`.
public struct UsageEvent: Hashable, Sendable {
  /// The gateway's own row id.
  public var eventID: String
  /// What may be billed once. Not unique in the log.
  public var requestID: String
  /// The provider's id of the call, where it gave one.
  public var providerRequestID: String?
  public var attempt: AttemptKind
  public var tenant: String
  public var deployment: String?
  public var user: String?
  public var session: String?
  /// Service time: decides the period.
  public var occurredAt: Instant
  /// Arrival time: decides lateness.
  public var recordedAt: Instant
  public var model: String
  public var status: UsageStatus
  public var billable: Bool
  public var tokens: TokenVector
  /// Signals that are not tokens, in `unit`.
  public var quantity: Money?
  public var unit: String?
  /// What the tenant is charged, exact, in major units of `currency`; `nil` = not rated.
  public var charge: Money?
  /// The gateway's own rounding of `charge`, in minor units.
  public var chargeMinor: Int64?
  public var currency: Currency
  /// The price book's version that the gateway rated the call by, where it tells.
  public var priceVersion: String?
  public var details: CallDetails

  public init(
    eventID: String, requestID: String, providerRequestID: String? = nil,
    attempt: AttemptKind = .primary, tenant: String, deployment: String? = nil,
    user: String? = nil, session: String? = nil, occurredAt: Instant, recordedAt: Instant,
    model: String, status: UsageStatus = .ok, billable: Bool = true,
    tokens: TokenVector = TokenVector(), quantity: Money? = nil, unit: String? = nil,
    charge: Money?, chargeMinor: Int64? = nil, currency: Currency, priceVersion: String? = nil,
    details: CallDetails = CallDetails()
  ) {
    self.eventID = eventID
    self.requestID = requestID
    self.providerRequestID = providerRequestID
    self.attempt = attempt
    self.tenant = tenant
    self.deployment = deployment
    self.user = user
    self.session = session
    self.occurredAt = occurredAt
    self.recordedAt = recordedAt
    self.model = model
    self.status = status
    self.billable = billable
    self.tokens = tokens
    self.quantity = quantity
    self.unit = unit
    self.charge = charge
    self.chargeMinor = chargeMinor
    self.currency = currency
    self.priceVersion = priceVersion
    self.details = details
  }

  /// First recorded first, then by id: the order in which "the first stands".
  public static func inRecordingOrder(_ left: UsageEvent, _ right: UsageEvent) -> Bool {
    (left.recordedAt, left.eventID) < (right.recordedAt, right.eventID)
  }

  /// Whether the event taken by itself may be charged. Duplicates are another question: of several
  /// candidates for one request or one provider call only the first is charged.
  public var isChargeCandidate: Bool { status == .ok && billable && attempt.isChargeable }

  /// Why an event that is no charge candidate may not be charged, in words; `nil` for one that is.
  public var reasonNotChargeable: String? {
    if status != .ok { return "its status is \(status.text)" }
    if !billable { return "it is marked not billable" }
    if !attempt.isChargeable { return "it is an attempt of kind \(attempt.text)" }
    return nil
  }

  /// Whether its status or attempt kind is none that tieout knows, and so may mean that it is charged
  /// after all: a gateway's own `success`, say.
  public var isOfUnknownWord: Bool {
    if case .other = attempt { return true }
    return !status.isKnown
  }

  /// What would be billed: two events of one request with equal payloads are one event told twice.
  public var payload: UsagePayload {
    UsagePayload(
      tenant: tenant, deployment: deployment, model: model, tokens: tokens, quantity: quantity,
      unit: unit, charge: charge, currency: currency)
  }
}

/// The part of an event that decides what is billed, and to whom.
public struct UsagePayload: Hashable, Sendable {
  public let tenant: String
  public let deployment: String?
  public let model: String
  public let tokens: TokenVector
  public let quantity: Money?
  public let unit: String?
  public let charge: Money?
  public let currency: Currency
}

/// Tokens in disjoint buckets; reasoning alone is a subset, of the output.
public struct TokenVector: Hashable, Sendable {
  public var input: Int64
  public var cacheRead: Int64
  public var cacheWrite5m: Int64
  public var cacheWrite1h: Int64
  public var output: Int64
  public var reasoning: Int64

  public init(
    input: Int64 = 0, cacheRead: Int64 = 0, cacheWrite5m: Int64 = 0, cacheWrite1h: Int64 = 0,
    output: Int64 = 0, reasoning: Int64 = 0
  ) {
    self.input = input
    self.cacheRead = cacheRead
    self.cacheWrite5m = cacheWrite5m
    self.cacheWrite1h = cacheWrite1h
    self.output = output
    self.reasoning = reasoning
  }

  /// All tokens, each counted once.
  public var total: Int128 {
    Int128(input) + Int128(cacheRead) + Int128(cacheWrite5m) + Int128(cacheWrite1h) + Int128(output)
  }

  public var isZero: Bool { self == TokenVector() }

  public var hasNegative: Bool {
    min(input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning) < 0
  }
}

/// Which try at a request an event records.
public enum AttemptKind: Hashable, Sendable {
  case primary, retry, fallback, externalReport
  case `internal`, poll
  /// A word the contract does not know: never charged.
  case other(String)

  public init(_ text: String) {
    self = AttemptKind.known.first { $0.text == text } ?? .other(text)
  }

  private static let known: [AttemptKind] = [
    .primary, .retry, .fallback, .externalReport, .internal, .poll,
  ]

  public var text: String {
    switch self {
    case .primary: "primary"
    case .retry: "retry"
    case .fallback: "fallback"
    case .externalReport: "external_report"
    case .internal: "internal"
    case .poll: "poll"
    case .other(let text): text
    }
  }

  /// Polls and the gateway's own calls are not the tenant's to pay.
  public var isChargeable: Bool {
    switch self {
    case .primary, .retry, .fallback, .externalReport: true
    case .internal, .poll, .other: false
    }
  }
}

/// How a call ended; only `ok` may be charged.
public enum UsageStatus: Hashable, Sendable {
  case ok
  case failed(String)

  public init(_ text: String) { self = text == "ok" ? .ok : .failed(text) }

  public var text: String {
    switch self {
    case .ok: "ok"
    case .failed(let text): text
    }
  }

  /// The contract's words, and those of tieout's own adapters for what is billed elsewhere or not.
  private static let failures: Set<String> = [
    "error", "quota_exceeded", "cancelled", "skipped", "in_batch",
  ]

  public var isKnown: Bool {
    switch self {
    case .ok: true
    case .failed(let text): UsageStatus.failures.contains(text)
    }
  }
}
