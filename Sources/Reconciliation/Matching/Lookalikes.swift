import Accounting
import Billing

/// Charged calls that could be one call told twice under two request ids: of one tenant, user,
/// session, model and token vector.
struct Lookalikes {
  private struct Likeness: Hashable {
    let tenant: String
    let user: String?
    let session: String?
    let model: String
    let tokens: TokenVector
  }

  private struct Call {
    /// Of the likeness: equal for like calls, and for a few others.
    let hash: Int
    let event: UsageEvent
  }

  private var calls: [Call] = []

  /// Calls without tokens, or of nobody in particular, are not alike in any telling way.
  mutating func note(_ event: UsageEvent) {
    guard !event.tokens.isZero, event.user != nil || event.session != nil else { return }
    calls.append(Call(hash: likeness(event).hashValue, event: event))
  }

  /// Each call that came not more than `window` seconds after the one before it, with that one.
  func pairs(within window: Int64) -> [SuspectedDuplicate] {
    var order = Array(calls.indices)
    order.sort {
      (calls[$0].hash, calls[$0].event.occurredAt) < (calls[$1].hash, calls[$1].event.occurredAt)
    }
    var alike: [Likeness: [UsageEvent]] = [:]
    for (earlier, later) in zip(order, order.dropFirst())
    where calls[earlier].hash == calls[later].hash {
      for event in [calls[earlier].event, calls[later].event] {
        let key = likeness(event)
        if alike[key]?.last?.eventID != event.eventID { alike[key, default: []].append(event) }
      }
    }
    return alike.values.flatMap { pairs(of: $0, within: window) }
      .sorted { $0.later.requestID < $1.later.requestID }
  }

  private func pairs(of alike: [UsageEvent], within window: Int64) -> [SuspectedDuplicate] {
    let ordered = alike.sorted {
      ($0.occurredAt, $0.recordedAt, $0.eventID) < ($1.occurredAt, $1.recordedAt, $1.eventID)
    }
    return zip(ordered, ordered.dropFirst())
      .filter { $1.occurredAt <= $0.occurredAt.adding(seconds: window) }
      .map { SuspectedDuplicate(earlier: $0, later: $1) }
  }

  private func likeness(_ event: UsageEvent) -> Likeness {
    Likeness(
      tenant: event.tenant, user: event.user, session: event.session, model: event.model,
      tokens: event.tokens)
  }
}
