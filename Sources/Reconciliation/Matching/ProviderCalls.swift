import Accounting
import Billing

/// The first charge candidate of each provider call: two requests that carry one provider id and
/// the same token vector are one call told twice.
package struct ProviderCalls: Sendable {
  private struct Call: Hashable {
    let providerRequestID: String
    let tokens: TokenVector
    let quantity: Money?
    let unit: String?
  }

  private var firsts: [Call: UsageEvent] = [:]

  package init() {}

  package mutating func note(_ event: UsageEvent) {
    guard event.isChargeCandidate, let call = Self.call(of: event) else { return }
    if let first = firsts[call], !UsageEvent.inRecordingOrder(event, first) { return }
    firsts[call] = event
  }

  /// Notes an event of which only its provider call is of interest.
  mutating func note(_ row: Pulled<UsageEvent>, asOf: Instant) {
    if case .row(let event) = row, event.defect(asOf: asOf) == nil { note(event) }
  }

  mutating func merge(_ other: ProviderCalls) { for event in other.firsts.values { note(event) } }

  /// The first event of the same call, if that is another one than `event`.
  package func original(of event: UsageEvent) -> UsageEvent? {
    guard let call = Self.call(of: event), let first = firsts[call] else { return nil }
    return first.eventID == event.eventID ? nil : first
  }

  /// Whether two events tell one provider call, if the first of them tells any.
  static func isOneCall(_ event: UsageEvent, _ other: UsageEvent) -> Bool {
    guard let call = call(of: event) else { return false }
    return call == self.call(of: other)
  }

  private static func call(of event: UsageEvent) -> Call? {
    guard let id = event.providerRequestID, !id.isEmpty else { return nil }
    return Call(
      providerRequestID: id, tokens: event.tokens, quantity: event.quantity, unit: event.unit)
  }
}
