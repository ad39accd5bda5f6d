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

  private var calls: [Likeness: [UsageEvent]] = [:]

  /// Calls without tokens, or of nobody in particular, are not alike in any telling way.
  mutating func note(_ event: UsageEvent) {
    guard !event.tokens.isZero, event.user != nil || event.session != nil else { return }
    let likeness = Likeness(
      tenant: event.tenant, user: event.user, session: event.session, model: event.model,
      tokens: event.tokens)
    calls[likeness, default: []].append(event)
  }

  /// Each call that came not more than `window` seconds after the one before it, with that one.
  func pairs(within window: Int64) -> [SuspectedDuplicate] {
    var pairs: [SuspectedDuplicate] = []
    for alike in calls.values where alike.count > 1 {
      let ordered = alike.sorted {
        ($0.occurredAt, $0.recordedAt, $0.eventID) < ($1.occurredAt, $1.recordedAt, $1.eventID)
      }
      for (earlier, later) in zip(ordered, ordered.dropFirst())
      where later.occurredAt <= earlier.occurredAt.adding(seconds: window) {
        pairs.append(SuspectedDuplicate(earlier: earlier, later: later))
      }
    }
    return pairs.sorted { $0.later.requestID < $1.later.requestID }
  }
}
