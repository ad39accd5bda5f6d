import Accounting
import Billing

extension BreakRule {
  static let signalMisbilled = BreakRule(
    code: .signalMisbilled, severity: .error,
    meaning: "A value signal is billed that its rules exclude, or marked other than they say.",
    remedy: "reversal",
    disposition: .post,
    judge: .request { match, book in
      let shares = match.shares(in: .notChargeable)
      guard !shares.isEmpty, let signal = match.signal else { return nil }
      var reasons = Listing()
      for event in match.events {
        let reason = event.signalReading?.billing.exclusion?.reason ?? event.reasonNotChargeable
        if let reason { reasons.add("event \(event.eventID): \(reason)") }
      }
      return match.finding(
        book, shares: shares,
        explanation: """
          \(shares.text) is billed for a signal \(signal.unit ?? "") that is not billed \
          (\(reasons.joined(separator: "; "))).
          """,
        drafts: match.clearing(shares))
    },
    beside: .fact { (fact: SignalDisagreement, audit) in
      let marked = fact.isMarkedBillable ? "billable" : "not billable"
      let says = fact.isMarkedBillable ? "exclude it (\(fact.reason))" : "bill it"
      return Finding(
        subject: "\(fact.day) \(fact.name) \(fact.reason)", place: fact.place, events: fact.events,
        measure: Measure(fact.charge, fact.place.currency.code),
        explanation: """
          \(fact.events.count) signals \(fact.name) of \(fact.day) are marked \(marked), and the \
          rules of signals \(says): mend usage_event.sql, or what marks them in the gateway.
          """)
    })
}

extension RequestMatch {
  /// The first of its events, where they are value signals.
  var signal: UsageEvent? {
    events.first.flatMap { $0.details.operation == UsageEvent.signalOperation ? $0 : nil }
  }
}

extension SignalBilling {
  fileprivate var exclusion: Exclusion? {
    if case .excluded(let exclusion) = self { exclusion } else { nil }
  }
}
