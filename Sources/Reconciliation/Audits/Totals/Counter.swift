import Accounting
import Billing

/// A running total that a system keeps beside its log: what a key has spent since its last reset,
/// say. It can drift from the log, and is never written back.
///
/// Source: relation `gateway.counter`.
package struct Counter: Hashable, Sendable {
  /// What it counts by, a full stop, and what it is called there: `key.spend`. See `UsageDimension`.
  package var name: String
  package var entity: String
  package var tenant: String?
  /// A currency's code, `token` or `request`.
  package var unit: String
  /// When it was last set to zero; `nil` = never since the log began.
  package var windowStart: Instant?
  /// Exclusive; `nil` = it is still counting.
  package var windowEnd: Instant?
  /// In `unit`.
  package var value: Money
  package var limit: Money?
  /// When the value was read.
  package var asOf: Instant

  package init(
    name: String, entity: String, tenant: String? = nil, unit: String, windowStart: Instant? = nil,
    windowEnd: Instant? = nil, value: Money, limit: Money? = nil, asOf: Instant
  ) {
    self.name = name
    self.entity = entity
    self.tenant = tenant
    self.unit = unit
    self.windowStart = windowStart
    self.windowEnd = windowEnd
    self.value = value
    self.limit = limit
    self.asOf = asOf
  }
}

/// One row of a daily rollup: what one day came to for one entity, split further by whatever columns
/// the rollup fills.
///
/// Source: relation `gateway.rollup_day`.
package struct RollupDay: Hashable, Sendable {
  /// What it counts by, a full stop, and what it is called there: `user.day`.
  package var name: String
  package var rowID: String
  package var entity: String?
  /// A day in UTC.
  package var day: CivilDate
  package var key: String?
  package var provider: String?
  package var model: String?
  /// What the rollup does not count is `nil`.
  package var requests: Int64?
  /// Tokens of the prompt, those read from and written to a cache included.
  package var inputTokens: Int64?
  package var outputTokens: Int64?
  package var amount: Money?
  /// `false` = one call may count in several rows, as under several tags.
  package var isAdditive: Bool

  package init(
    name: String, rowID: String, entity: String?, day: CivilDate, key: String? = nil,
    provider: String? = nil, model: String? = nil, requests: Int64? = nil,
    inputTokens: Int64? = nil, outputTokens: Int64? = nil, amount: Money? = nil,
    isAdditive: Bool = true
  ) {
    self.name = name
    self.rowID = rowID
    self.entity = entity
    self.day = day
    self.key = key
    self.provider = provider
    self.model = model
    self.requests = requests
    self.inputTokens = inputTokens
    self.outputTokens = outputTokens
    self.amount = amount
    self.isAdditive = isAdditive
  }
}

/// What a counter or rollup counts by: the first word of its name, before the full stop.
package enum UsageDimension: String, Hashable, Sendable, CaseIterable {
  case tenant, deployment, user, key, session, model, provider

  /// `nil` = the log does not tell what it counts by.
  package init?(ofTotal name: String) {
    self.init(rawValue: String(name.prefix { $0 != "." }))
  }

  package func entity(of event: UsageEvent) -> String? {
    switch self {
    case .tenant: event.tenant
    case .deployment: event.deployment
    case .user: event.user
    case .key: event.details.keyID
    case .session: event.session
    case .model: event.model
    case .provider: event.details.provider
    }
  }

  /// The column of `usage_event`.
  package var column: String {
    switch self {
    case .tenant: "tenant_id"
    case .deployment: "deployment_id"
    case .user: "user_id"
    case .key: "key_id"
    case .session: "session_id"
    case .model: "model"
    case .provider: "provider"
    }
  }
}
