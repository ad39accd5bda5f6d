import Accounting
import Billing

extension UsageEvent {
  /// Why the event cannot be judged, in words: column, value and limit; `nil` for one that can.
  func defect(asOf: Instant) -> String? {
    if tokens.hasNegative { return "negative tokens: \(tokens.text)" }
    // What was recorded after the run's moment came while the run was under way.
    if occurredAt > asOf, recordedAt <= asOf {
      return "occurred_at \(occurredAt) lies after \(asOf)"
    }
    if isChargeCandidate, charge == nil { return "charge is NULL: the event was not rated" }
    return nil
  }

  /// The event as a row that is counted and listed, and kept out of every sum.
  func setAside(because problem: String, in zone: BillingZone) -> SetAsideRow {
    SetAsideRow(
      relation: .usageEvent, rowID: eventID, requestID: requestID, tenant: tenant,
      deployment: deployment, currency: currency, period: zone.period(of: occurredAt),
      at: occurredAt, arrivedAt: recordedAt, amount: charge, problem: problem)
  }
}

extension TokenVector {
  /// The buckets that are not zero.
  var text: String {
    let buckets = [
      ("input", input), ("cache read", cacheRead), ("cache write 5 m", cacheWrite5m),
      ("cache write 1 h", cacheWrite1h), ("output", output), ("reasoning", reasoning),
    ]
    return buckets.filter { $0.1 != 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
  }
}
