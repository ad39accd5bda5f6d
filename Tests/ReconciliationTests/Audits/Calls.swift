import Accounting
import Billing
import Reconciliation
import TestSupport
import Testing

/// Made-up calls for the audits of totals and bills.
enum Calls {
  static let day: Int64 = 86_400

  static func usd() throws -> Currency { try #require(Currency("USD")) }

  static func moment(_ text: String) throws -> Instant { try #require(Instant(text)) }

  static func date(_ text: String) throws -> CivilDate { try #require(CivilDate(text)) }

  /// - Parameter cost: also what is charged.
  static func call(
    _ id: String, at: String, key: String = "k1", user: String? = "u1", tenant: String = "acme",
    provider: String? = "openai", model: String = "gpt-5", tokens: TokenVector = TokenVector(),
    cost: String = "0", recorded: String? = nil
  ) throws -> UsageEvent {
    var event = UsageEvent(
      eventID: id, requestID: id, tenant: tenant, user: user, occurredAt: try moment(at),
      recordedAt: try moment(recorded ?? at), model: model, tokens: tokens,
      charge: try Money(cost), currency: try usd())
    event.details.keyID = key
    event.details.provider = provider
    event.details.cost = try Money(cost)
    return event
  }

  static func terms(
    from first: String = "2026-10-01", to last: String = "2026-10-31",
    asOf: String = "2026-11-02T12:00:00Z", tenants: [String] = []
  ) throws -> Terms {
    let range = try #require(DayRange(from: try date(first), to: try date(last)))
    return Terms(range: range, asOf: try moment(asOf), places: PlaceFilter(tenants: tenants))
  }

  static func books(_ events: [UsageEvent]) -> InMemoryBooks {
    var contents = BookContents()
    contents.usage = events
    return InMemoryBooks(contents)
  }
}
